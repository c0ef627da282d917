"""Demo cluster: its objects at the start (the story), and simulated controllers."""
