"""เมืองสาธิต: invented towns that look real, for demonstration, tests and benchmarks."""
