"""Screens of the problems in a namespace or cluster, and the explanation why a pod does not start."""
