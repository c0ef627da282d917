"""Controllers and tools that manage Secrets: how they are detected, and what they do to an edited Secret."""
