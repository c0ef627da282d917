"""Controllers and tools that manage Secrets, and their effects on an edited Secret."""
