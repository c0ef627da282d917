"""Drafts of Secrets: edits that are not written yet, typed or made of texts, files or copies."""
