"""The review before a write, conflicts, and deletion."""
