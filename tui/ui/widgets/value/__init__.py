"""Widgets that show a value, edit it, or hide it while it is typed."""
