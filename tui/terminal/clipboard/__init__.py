"""Ways to a clipboard, and clearing of copies."""
