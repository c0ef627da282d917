"""Dialogs in front of another screen: questions, prompts, and the command palette."""
