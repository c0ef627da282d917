"""Whether a certificate and a key belong together, in the words of Go's crypto/tls X509KeyPair."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from typing import Final

_BLOCK: Final = re.compile(
    rb"-----BEGIN ([^-\n]*)-----\s*?\n(?:[^\n:]+:[^\n]*\n)*([A-Za-z0-9+/=\s]*?)-----END \1-----"
)


def pair_problem(data: Mapping[str, str]) -> str:
    """The warning for a TLS secret's data (base64); empty if the pair fits."""
    from cryptography import x509

    certificate, problem = _certificate(base64.b64decode(data.get("tls.crt", "")))
    if problem:
        return problem
    key, problem = _key(base64.b64decode(data.get("tls.key", "")))
    if problem:
        return problem
    try:
        public = x509.load_der_x509_certificate(certificate).public_key()
    except ValueError:
        return "x509: malformed certificate"
    return _key_problem(key, public)


def _blocks(pem: bytes) -> list[tuple[str, bytes]]:
    found = []
    for match in _BLOCK.finditer(pem):
        try:
            der = base64.b64decode(b"".join(match[2].split()), validate=True)
        except ValueError:
            continue
        found.append((match[1].decode("latin-1"), der))
    return found


def _certificate(pem: bytes) -> tuple[bytes, str]:
    """The first certificate's DER, or why there is none."""
    blocks = _blocks(pem)
    for kind, der in blocks:
        if kind == "CERTIFICATE":
            return der, ""
    kinds = [kind for kind, _ in blocks]
    if not kinds:
        return b"", "tls: failed to find any PEM data in certificate input"
    if len(kinds) == 1 and kinds[0].endswith("PRIVATE KEY"):
        return b"", (
            "tls: failed to find certificate PEM data in certificate input, but did find a private key; "
            "PEM inputs may have been switched"
        )
    return b"", (
        'tls: failed to find "CERTIFICATE" PEM block in certificate input after skipping PEM blocks of the '
        f"following types: [{' '.join(kinds)}]"
    )


def _key(pem: bytes) -> tuple[bytes, str]:
    """The private key's DER, or why there is none."""
    kinds = []
    for kind, der in _blocks(pem):
        if kind == "PRIVATE KEY" or kind.endswith(" PRIVATE KEY"):
            return der, ""
        kinds.append(kind)
    if not kinds:
        return b"", "tls: failed to find any PEM data in key input"
    if kinds == ["CERTIFICATE"]:
        return b"", "tls: found a certificate rather than a key in the PEM for the private key"
    return b"", (
        'tls: failed to find PEM block with type ending in "PRIVATE KEY" in key input after skipping PEM '
        f"blocks of the following types: [{' '.join(kinds)}]"
    )


def _key_problem(der: bytes, public: object) -> str:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_der_private_key

    try:
        private = load_der_private_key(der, None, unsafe_skip_rsa_key_validation=True)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return "tls: failed to parse private key"
    own = private.public_key()
    if type(own) is not type(public):
        return "tls: private key type does not match public key type"
    return "" if own == public else "tls: private key does not match public key"
