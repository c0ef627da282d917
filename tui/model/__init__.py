"""Model of Secrets, drafts, readers, managers and rights. The model uses no I/O, Textual, client or clock."""
