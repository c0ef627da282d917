"""Facts for the health checks of one namespace or of all: those in memory, and those read for the check."""
