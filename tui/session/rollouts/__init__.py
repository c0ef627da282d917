"""Restarts of this session: checks before them, and progress until the pods are new."""
