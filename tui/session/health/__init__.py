"""Facts for the health checks of one namespace or of all: facts in memory, and facts read for the check."""
