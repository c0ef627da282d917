"""Facts for the health checks."""
