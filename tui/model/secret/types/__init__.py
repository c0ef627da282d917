"""Types of Secrets: what the server demands of each, and what may be said of one."""
