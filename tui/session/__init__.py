"""What is kept fresh for one context. No Textual."""
