"""The terminal and the host: clipboard, crash guard, locations."""
