"""A small cluster for the tour and the tests: an HTTP API on loopback with real semantics."""
