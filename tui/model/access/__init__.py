"""Subjects that RBAC roles and bindings allow to read Secrets."""
