"""Inputs of each container of a pod: its variables and files, with their sources."""
