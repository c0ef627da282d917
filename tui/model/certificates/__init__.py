"""Certificates of a namespace or the cluster: their places, users and faults."""
