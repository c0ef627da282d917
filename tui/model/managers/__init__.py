"""Controllers and tools that manage Secrets. Most of them undo an edit of a key that they own."""
