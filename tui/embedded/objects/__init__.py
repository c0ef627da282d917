"""Storage of the embedded cluster's objects, and the checks of objects before they are stored."""
