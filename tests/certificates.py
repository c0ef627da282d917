"""Made-up certificates, as PEM: a leaf, its issuer and a root with the leaf's key; one that signs itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
Key = ec.EllipticCurvePrivateKey


def _signed(
    name: str,
    issuer: str,
    key: Key,
    signer: Key,
    number: int,
    begin: datetime,
    end: datetime,
    hosts: Sequence[str] = (),
) -> bytes:
    by, of = (x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)]) for text in (issuer, name))
    made = x509.CertificateBuilder(by, of, key.public_key(), number, begin, end)
    if hosts:
        made = made.add_extension(x509.SubjectAlternativeName(list(map(x509.DNSName, hosts))), critical=False)
    return made.sign(signer, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def made_up_chain() -> tuple[str, str, str, str]:
    """Leaf, issuer, root and the leaf's key; new ones each time."""
    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(3)]
    names, end = ["site.test", "issuer.test", "root.test"], _BEGIN + timedelta(days=3_650)
    leaf, issuer, root = (
        _signed(names[at], names[above], keys[at], keys[above], at + 1, _BEGIN, end).decode()
        for at, above in ((0, 1), (1, 2), (2, 2))
    )
    pem = serialization.Encoding.PEM
    private = keys[0].private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return leaf, issuer, root, private.decode()


def self_signed(days: int, *hosts: str, began: int = 200, now: datetime | None = None) -> bytes:
    """Certificate that ends in so many days (negative: ended so long ago) and `began` so many days ago."""
    key, now, name = ec.generate_private_key(ec.SECP256R1()), now or datetime.now(UTC), "made-up.example.test"
    end = now + timedelta(days=days, hours=1 if days > 0 else -1)
    return _signed(name, name, key, key, 1, now - timedelta(days=began), end, hosts)
