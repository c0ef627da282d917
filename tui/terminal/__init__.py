"""Access to the computer on which the program runs.

This includes the clipboard, signals, settings and journal files, and other viewers of the terminal.
"""
