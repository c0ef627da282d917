"""Screens that show, edit, set or compare one value, and a screen that shows a Secret as YAML."""
