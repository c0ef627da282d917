"""Restarts of this session: what is known before one, and each followed until its pods are new."""
