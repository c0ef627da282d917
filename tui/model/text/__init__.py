"""Text for users: printable characters, times, counts."""
