"""Demo cluster: the objects of its story, and simulated controllers."""
