"""Types and rules for Secrets, their drafts, readers and managers. No I/O, no user interface, no clock."""
