"""Certificates of a namespace or the cluster: the objects that hold or use them, and their faults."""
