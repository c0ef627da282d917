"""Drafts, reviews and writes, and the search for the outcome of a write whose answer was lost."""
