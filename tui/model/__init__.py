"""Model of Secrets, drafts, readers, managers and rights. It uses no I/O, Textual, client or clock."""
