"""Pods and the Secrets that they read."""
