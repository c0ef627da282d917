"""Act at the source of a Secret: the object that manages it, its state, and what can be asked of it."""
