"""Copying to a clipboard, and clearing the copies after a time."""
