"""Answer requests to the built-in API server: discovery, reads, writes, watches and access reviews."""
