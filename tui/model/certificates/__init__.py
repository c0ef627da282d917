"""Certificates of a namespace or a cluster: where they are held, who serves them, what is wrong with them."""
