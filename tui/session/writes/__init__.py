"""Drafts, reviews and writes: sent once, each with a known outcome."""
