"""The Textual app with screens, dialogs, widgets, commands and keys."""
