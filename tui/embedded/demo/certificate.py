"""Make private keys, and certificates signed by a made-up CA, for the simulated cert-manager."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

SECONDS: Final = 90 * 24 * 3600
"""Validity of a certificate in seconds: 90 days, the default of cert-manager."""
_CA: Final = "Made-Up Example CA"


def pair(names: Sequence[str], now: float) -> dict[str, bytes]:
    """Return the data of a TLS Secret. A new CA signs the certificate for the hosts `names`."""
    ca_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    ca = _certificate(_CA, ca_key, ca_key, now, x509.BasicConstraints(ca=True, path_length=0))
    hosts = x509.SubjectAlternativeName([x509.DNSName(name) for name in names])
    leaf = _certificate(names[0], key, ca_key, now, hosts)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return {
        "ca.crt": ca.public_bytes(Encoding.PEM),
        "tls.crt": leaf.public_bytes(Encoding.PEM),
        "tls.key": pem,
    }


def _certificate(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    ca_key: ec.EllipticCurvePrivateKey,
    now: float,
    extension: x509.ExtensionType,
) -> x509.Certificate:
    start = datetime.fromtimestamp(now, UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, _CA)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(seconds=SECONDS))
        .add_extension(extension, critical=False)
        .sign(ca_key, hashes.SHA256())
    )
