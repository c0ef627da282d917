"""Jobs of a person, done with the installed command in a real terminal; the screen is asserted."""
