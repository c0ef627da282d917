"""HTTP: the transport, the gate that checks requests, SOCKS proxies, and the translation of errors."""
