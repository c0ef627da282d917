"""Types of Secrets: required keys, short names, warnings, facts and forms."""
