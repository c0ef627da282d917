"""Copy to a clipboard, and clear the copy after a delay."""
