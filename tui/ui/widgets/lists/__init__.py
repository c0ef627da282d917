"""Tables and panes for one kind of row each."""
