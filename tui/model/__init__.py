"""Data types and rules for Secrets, drafts, readers and managers. No I/O, no user interface, no clock."""
