"""The same random requests to the embedded cluster and to a real API server, and every difference told."""
