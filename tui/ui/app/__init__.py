"""Textual app with its terminal driver, clipboard, notifications, and a cover that hides values."""
