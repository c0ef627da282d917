"""The Textual app, its terminal driver, clipboard, notifications, and the hiding of values on all screens."""
