"""Screens for one value: view, edit, set without showing, compare; and a Secret as YAML."""
