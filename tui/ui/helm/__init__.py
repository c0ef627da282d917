"""Helm's releases, and the revisions of one."""
