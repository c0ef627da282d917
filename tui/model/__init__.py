"""Secrets, drafts, readers, managers and rights. Pure: no I/O, no Textual, no client, no clock."""
