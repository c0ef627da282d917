"""Listed objects and the watches that update them, the index of readers, and the state of the connection."""
