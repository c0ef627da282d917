"""Dialogs over another screen: questions, prompts, the palette."""
