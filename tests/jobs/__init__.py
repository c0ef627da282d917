"""A person's jobs, through the installed command in a real terminal: what is seen is asserted."""
