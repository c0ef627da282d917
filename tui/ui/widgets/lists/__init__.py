"""Tables and panes, each for rows of one kind."""
