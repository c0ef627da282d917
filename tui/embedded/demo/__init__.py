"""Demo cluster: the story (the objects that exist at the start), and simulated controllers."""
