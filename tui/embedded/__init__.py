"""Small Kubernetes cluster for the demo and the tests. Its HTTP API on loopback is much like a real one."""
