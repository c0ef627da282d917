"""A small Kubernetes cluster for the demo and the tests, with an HTTP API on loopback."""
