"""Behavior of a Kubernetes API server on which the program relies: the same tests on each cluster."""
