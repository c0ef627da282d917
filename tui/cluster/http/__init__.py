"""HTTP: the transport (the one file that imports `kubernetes`), its gate, proxies, TLS and errors."""
