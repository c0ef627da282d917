"""Restarts: which workloads need one for a changed Secret, and how far a rollout has come."""
