"""Restarts of workloads by this session: checks before a restart, and its progress until all pods are new."""
