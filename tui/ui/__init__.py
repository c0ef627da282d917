"""Putting together: one screen a file."""
