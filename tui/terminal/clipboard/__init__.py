"""The ways to a clipboard, and clearing what was copied."""
