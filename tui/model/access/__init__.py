"""Subjects that can read Secrets, by roles and bindings."""
