"""Storage of the embedded cluster's objects, and the checks that an object must pass to be stored."""
