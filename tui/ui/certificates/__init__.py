"""Screen of the certificates in one namespace or in all, with the copies of each."""
