"""Drafts of Secrets: edits that are not written yet, and the texts, files and copies that they come from."""
