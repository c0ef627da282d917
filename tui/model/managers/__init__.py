"""Controllers and tools that manage Secrets: how they are detected, and their effects on an edited Secret."""
