"""Settings, command-line options, and names remembered between runs."""
