"""Reads of several Secrets, for changes, comparisons and searches for values."""
