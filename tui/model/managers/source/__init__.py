"""Sources of Secrets: the objects that manage a Secret, their states, and requests to them."""
