"""The browser: namespaces, the list of Secrets, one Secret."""
