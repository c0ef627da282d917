"""Verbs of requests: read, write, delete, watch, review; and their options."""
