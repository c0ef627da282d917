"""Screens for one value: view, edit, set unseen, compare; and a Secret as YAML."""
