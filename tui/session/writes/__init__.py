"""Drafts, reviews and writes. If the answer to a write is lost, later reads find the outcome."""
