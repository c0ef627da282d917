"""Whether a certificate and a key belong together, in the words of Go's tls.X509KeyPair."""

from __future__ import annotations

import base64
from collections.abc import Mapping


def pair_problem(data: Mapping[str, str]) -> str:
    """The warning for a TLS secret's data (base64); empty if the pair fits."""
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    certs = base64.b64decode(data.get("tls.crt", ""))
    key = base64.b64decode(data.get("tls.key", ""))
    if b"-----BEGIN" not in certs:
        return "tls: failed to find any PEM data in certificate input"
    if b"-----BEGIN" not in key:
        return "tls: failed to find any PEM data in key input"
    try:
        leaf = x509.load_pem_x509_certificates(certs)[0]
        private = load_pem_private_key(key, None, unsafe_skip_rsa_key_validation=True)
    except (ValueError, TypeError):
        return "tls: failed to parse private key"
    if private.public_key() == leaf.public_key():
        return ""
    if type(private.public_key()) is not type(leaf.public_key()):
        return "tls: private key type does not match public key type"
    return "tls: private key does not match public key"
