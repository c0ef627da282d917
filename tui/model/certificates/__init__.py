"""Certificates of a namespace or the cluster: their places, their users and their faults."""
