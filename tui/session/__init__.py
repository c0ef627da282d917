"""State of one kube context: stores, watches, drafts and writes. Nothing here imports Textual."""
