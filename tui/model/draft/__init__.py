"""Drafts of Secrets (edits that are not written yet), and drafts from texts, files and copies."""
