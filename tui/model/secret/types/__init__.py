"""Types of Secrets: required keys, short words, warnings and facts of each."""
