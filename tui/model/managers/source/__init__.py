"""Act at the source of a Secret: the object that manages it, its state, and the possible requests."""
