"""Screen of the certificates of one or all namespaces, and of their copies."""
