"""Small Kubernetes cluster for the tour and the tests: an HTTP API on loopback, much like a real one."""
