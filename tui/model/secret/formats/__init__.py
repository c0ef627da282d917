"""Formats of values, one per file."""
