"""Everything kept fresh for one kube context: stores, watches, drafts, writes. No Textual."""
