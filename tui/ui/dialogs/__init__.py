"""Small screens above another: questions, prompts, the palette."""
