"""An edit in progress, and what text an editor may hold of a value."""
