"""Log of writes to Secrets, and restarts of workloads.

A restart is checked before it begins, and followed until all pods are new.
"""
