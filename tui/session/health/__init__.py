"""Read objects and values for the health checks, and look up facts that the session already knows."""
