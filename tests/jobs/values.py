"""Made-up values to type and paste. No stretch of one comes twice, so that a missing piece is missed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID


def of_length(length: int) -> str:
    """So many characters on one line, some of them wide."""
    piece = (f"{number:04}値é/" for number in range(length))
    return "".join(next(piece) for _ in range(length // 7 + 1))[:length]


LINES: Final = "".join(f"line {number:02}:\tmade up, 値 {number * 37 % 101:03}\n" for number in range(1, 41))
"""Forty lines, each with a tab and a wide character."""
PEM: Final = "-----BEGIN CERTIFICATE-----\n{}-----END CERTIFICATE-----\n".format(
    "".join(f"MadeUp{number:02}{'AbCdEfGh' * 7}\n" for number in range(10, 30))
)
"""As long as a certificate, and none."""


def certificate(days: int) -> bytes:
    """One that signs itself, as PEM, and ends in so many days (or did, where they are less than none)."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "made-up.example.test")])
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=200))
        .not_valid_after(now + timedelta(days=days, hours=1 if days > 0 else -1))
    )
    return built.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM)
