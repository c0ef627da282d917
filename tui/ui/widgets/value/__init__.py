"""A value on screen: to read, to edit, hidden while it is typed."""
