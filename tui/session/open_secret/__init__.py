"""The Secret that is open: its values, fetched and refreshed."""
