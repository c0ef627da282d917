"""Tables and panes of one kind of row each."""
