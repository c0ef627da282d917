"""Restarts: workloads that need one for a changed Secret, and the progress of a rollout."""
