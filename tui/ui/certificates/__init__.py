"""Screen of the certificates in one or all namespaces, and of the copies of each certificate."""
