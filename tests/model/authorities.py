"""Made-up authorities and what they issue: chains of any length, keys of any kind."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from ipaddress import ip_address
from typing import Final, NamedTuple, TypeAlias

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

PrivateKey: TypeAlias = "rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey"
Digest: TypeAlias = "hashes.SHA256 | hashes.SHA384 | hashes.SHA512"
NOW: Final = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
CLIENTS: Final = (ExtendedKeyUsageOID.CLIENT_AUTH,)


class Issued(NamedTuple):
    certificate: x509.Certificate
    key: PrivateKey

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def key_pem(self) -> bytes:
        return self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    @property
    def subject(self) -> str:
        return self.certificate.subject.rfc4514_string()


@cache
def private_key(kind: str, number: int) -> PrivateKey:
    """The same key for the same kind and number: RSA takes long to make."""
    if kind.startswith("RSA"):
        return rsa.generate_private_key(65537, int(kind.removeprefix("RSA")))
    if kind == "Ed25519":
        return ed25519.Ed25519PrivateKey.generate()
    curves: dict[str, ec.EllipticCurve] = {"EC384": ec.SECP384R1(), "EC521": ec.SECP521R1()}
    return ec.generate_private_key(curves.get(kind, ec.SECP256R1()))


def issued(
    subject: str | Sequence[x509.NameAttribute[str]],
    by: Issued | None = None,
    *names: str,
    kind: str = "EC",
    number: int = 0,
    days: tuple[float, float] = (-21, 69),
    is_ca: bool | None = None,
    uses: Sequence[x509.ObjectIdentifier] = (),
    sha: Digest | None = None,
) -> Issued:
    """A certificate for these names, signed by itself without `by`. `days`: its begin and end from NOW."""
    key = private_key(kind, number)
    if isinstance(subject, str):
        subject = [x509.NameAttribute(NameOID.COMMON_NAME, subject)]
    name = x509.Name(subject)
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(by.certificate.subject if by is not None else name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW + timedelta(days=days[0]))
        .not_valid_after(NOW + timedelta(days=days[1]))
    )
    if is_ca if is_ca is not None else not names:
        built = built.add_extension(x509.BasicConstraints(True, None), critical=True)
    if names:
        built = built.add_extension(x509.SubjectAlternativeName(list(map(_name, names))), critical=False)
    if uses:
        built = built.add_extension(x509.ExtendedKeyUsage(uses), critical=False)
    signer = by.key if by is not None else key
    how = None if isinstance(signer, ed25519.Ed25519PrivateKey) else sha or hashes.SHA256()
    return Issued(built.sign(signer, how), key)


def _name(text: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(text))
    except ValueError:
        pass
    if "://" in text:
        return x509.UniformResourceIdentifier(text)
    return x509.RFC822Name(text) if "@" in text else x509.DNSName(text)


def chain(kind: str, *names: str, length: int = 3, days: tuple[float, float] = (-21, 69)) -> list[Issued]:
    """A leaf first, its issuers after it, the root last."""
    made = [issued(f"{kind} root", kind=kind, number=99, days=(-400, 4000))]
    for number in range(length - 2):
        made.append(
            issued(f"{kind} issuing {number}", made[-1], kind=kind, number=number + 50, days=(-200, 900))
        )
    made.append(issued(names[0], made[-1], *names, kind=kind, days=days))
    return made[::-1]
