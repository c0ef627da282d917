"""Restarts: the workloads that need one after a change of a Secret, and the progress of a rollout."""
