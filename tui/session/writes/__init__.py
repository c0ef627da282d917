"""Drafts, reviews and writes. The outcome of a write with a lost answer is found by later reads."""
