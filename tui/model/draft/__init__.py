"""Drafts of Secrets: unwritten edits that the user types, or that come from pastes, files or copies."""
