"""Workloads to restart after a change of a Secret, and the progress of a rollout."""
