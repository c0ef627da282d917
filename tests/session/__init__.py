"""What is kept fresh for one context: sessions, stores, drafts and writes."""
