"""Logins: credentials, exec plugins and the processes that they start."""
