"""Lists that are kept fresh: stores, watches, the index of readers, the state of the connection."""
