"""Kubeconfig files: read them, merge them, and make a LoginTarget from a context."""
