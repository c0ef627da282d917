"""Made-up certificates: a leaf, its issuer and a root, with the leaf's key, as PEM."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def made_up_chain() -> tuple[str, str, str, str]:
    """Leaf, issuer, root and the leaf's key; new ones each time."""
    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(3)]
    names = ["site.test", "issuer.test", "root.test"]
    made = [
        x509.CertificateBuilder()
        .subject_name(_name(names[at]))
        .issuer_name(_name(names[min(at + 1, 2)]))
        .public_key(keys[at].public_key())
        .serial_number(at + 1)
        .not_valid_before(_BEGIN)
        .not_valid_after(_BEGIN + timedelta(days=3_650))
        .sign(keys[min(at + 1, 2)], hashes.SHA256())
        for at in range(3)
    ]
    pem = serialization.Encoding.PEM
    leaf, issuer, root = (one.public_bytes(pem).decode() for one in made)
    private = keys[0].private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return leaf, issuer, root, private.decode()
