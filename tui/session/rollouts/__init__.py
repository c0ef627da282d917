"""Restarts of workloads, a log of writes to Secrets, and records for tickets.

A restart is checked before it begins, and followed until all pods are new.
"""
