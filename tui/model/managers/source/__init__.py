"""Objects that manage Secrets, their states, and requests to them."""
