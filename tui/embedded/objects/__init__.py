"""Storage of the embedded cluster's objects, and the rules by which they are checked."""
