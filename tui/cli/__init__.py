"""The command line: options, settings, and the commands that need no terminal interface."""
