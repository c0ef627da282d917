"""State of one kube context: stores, watches, drafts and writes. This package never imports Textual."""
