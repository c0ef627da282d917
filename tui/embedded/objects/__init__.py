"""Storage of the embedded cluster's objects, and the rules for them."""
