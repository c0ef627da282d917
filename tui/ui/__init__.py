"""The Textual app: screens, dialogs, widgets, commands and keys."""
