"""Pages to read: help, messages, describe, access, contexts."""
