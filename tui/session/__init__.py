"""State that is kept fresh for a kube context: stores, watches, drafts, writes. No Textual."""
