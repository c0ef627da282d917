"""Certificates of a namespace or of all, with all their copies."""
