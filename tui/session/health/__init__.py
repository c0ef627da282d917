"""Facts for the health checks of one namespace or of all."""
