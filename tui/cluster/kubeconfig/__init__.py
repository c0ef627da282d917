"""kubeconfig files: read, merged, and one context made a Target."""
