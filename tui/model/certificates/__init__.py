"""Certificates of a namespace or the cluster, faults of certificates, and objects that hold or use them."""
