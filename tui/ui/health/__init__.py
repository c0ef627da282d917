"""Screens that list the problems of a namespace or cluster, and explain why a pod does not start."""
