"""Settings, command-line options and what is remembered between runs."""
