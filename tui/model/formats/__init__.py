"""What is inside a value: one format a file."""
