"""kubeconfig files: read them, merge them, and make a LoginTarget of a context."""
