"""The host: clipboard, signals, crash guard, settings and journal files, other viewers of the terminal."""
