"""Logins: credentials, exec plugins, and the TLS context."""
