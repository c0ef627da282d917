"""kubeconfig files: read, merge, and make a Target of one context."""
