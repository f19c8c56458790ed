"""หน้าของประชาชน: what anybody may open, in the name of the town that the address names."""
