"""Drafts of Secrets: edits that are not written yet, typed or made from pastes, files or copies."""
