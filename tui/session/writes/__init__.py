"""Drafts, reviews and writes. Each write is sent once and has a known outcome in the end."""
