"""Reads of several Secrets: to change each, to compare them, or to find a value in them."""
