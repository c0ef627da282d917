"""Handling of key presses before they run commands: a queue, and a guard that drops unsafe presses."""
