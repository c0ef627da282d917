"""Formats of values, and the code that several formats share."""
