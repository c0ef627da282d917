"""Widgets for a value: to read, to edit, or hidden while typed."""
