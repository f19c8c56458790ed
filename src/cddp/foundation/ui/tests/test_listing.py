"""The list component, over real rows under row-level security."""
