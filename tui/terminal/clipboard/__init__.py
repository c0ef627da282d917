"""Ways to a clipboard, and how what was copied is taken back."""
