"""Text for a person: printable characters, times, counts."""
