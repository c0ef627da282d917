"""Reasons why a pod does not start, and problems of a namespace or a cluster."""
