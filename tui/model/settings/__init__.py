"""Settings, accepted risks, and names remembered between runs."""
