"""HTTP: the transport, the gate that it sends through, SOCKS proxies, and the translation of errors."""
