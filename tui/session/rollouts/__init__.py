"""Restarts of workloads: checks before a restart, and its progress until all pods are new."""
