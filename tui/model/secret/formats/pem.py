"""Public facts of certificates in PEM, and a check that a private key belongs to a certificate.

`cryptography` is imported on first use, because the import takes 60 ms. Its errors share no base class, and
their text may quote the input, so every error is caught and dropped.
"""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from tui.model.secret.formats.limits import UnreadableValue, bounded
from tui.model.secret.formats.ssh_key import key_kind, private_key_facts
from tui.model.secret.formats.validity import Validity
from tui.model.text.counts import counted
from tui.model.text.printable import printable

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes

_WHAT: Final = "a PEM certificate"
_BEGIN: Final = re.compile(rb"-----BEGIN (?:X509 )?CERTIFICATE-----")
_SEQUENCE, _LONG = 0x30, 0x80
"""First byte of a DER sequence, and a flag in the second byte.

If the flag is set, the next bytes hold the length.
"""
_MARKS: Final = re.compile(rb"-----(BEGIN|END) (?:X509 )?CERTIFICATE-----")
_BLOCK: Final = re.compile(rb"-----BEGIN ([A-Z0-9 ]+)-----[^-]*(?:-(?!----)[^-]*)*-----END \1-----")
"""PEM block without five dashes in its body, so that a missing END line does not slow the search."""
_CERTIFICATE: Final = re.compile(rb"-----BEGIN ((?:X509 |TRUSTED )?CERTIFICATE)-----")
_SIGNATURES: Final = {
    "1.2.840.113549.1.1.4": "MD5 with RSA",
    "1.2.840.113549.1.1.5": "SHA-1 with RSA",
    "1.2.840.113549.1.1.10": "RSA-PSS",
    "1.2.840.113549.1.1.11": "SHA-256 with RSA",
    "1.2.840.113549.1.1.12": "SHA-384 with RSA",
    "1.2.840.113549.1.1.13": "SHA-512 with RSA",
    "1.2.840.10045.4.1": "SHA-1 with ECDSA",
    "1.2.840.10045.4.3.2": "SHA-256 with ECDSA",
    "1.2.840.10045.4.3.3": "SHA-384 with ECDSA",
    "1.2.840.10045.4.3.4": "SHA-512 with ECDSA",
    "1.3.101.112": "Ed25519",
    "1.3.101.113": "Ed448",
}
"""Keys are object identifiers. Values are names of signature algorithms. Source: RFC 4055, 5758, 8410."""


class CertificateFacts(Struct, frozen=True):
    subject: str
    issuer: str
    names: tuple[str, ...]
    """DNS names, IP addresses, URIs and mail addresses."""
    validity: Validity
    is_self_signed: bool
    """True if issuer and subject are equal."""
    is_authority: bool = False
    """True if the basic constraints allow the certificate to issue other certificates."""
    key: str = ""
    """Kind of the public key, such as "RSA 2048"."""
    signature: str = ""
    serial: int = 0
    is_for_servers: bool = True
    """False if the extended key usage excludes servers."""


def certificate_facts(data: bytes) -> tuple[CertificateFacts, ...]:
    """Read the certificates of a PEM bundle, in order.

    Raises UnreadableValue for data without a certificate, with an unreadable certificate, or over 256 kB.
    """
    if not _BEGIN.search(bounded(data, _WHAT)):
        raise UnreadableValue(_WHAT, "no certificate found")
    from cryptography import x509

    try:
        return tuple(facts_of(certificate) for certificate in x509.load_pem_x509_certificates(data))
    except Exception:
        raise UnreadableValue(_WHAT) from None


class DamagedCertificate(Struct, frozen=True):
    """A certificate that cannot be read."""

    why: str
    """Reason, without parts of the data."""


def read_certificates(data: bytes) -> Iterator[x509.Certificate | DamagedCertificate]:
    """Yield the certificates of PEM text or DER, in order, including damaged ones."""
    if data[:1] == b"\x30":
        yield _from_der(data)
        return
    for start in _CERTIFICATE.finditer(data):
        block = _BLOCK.match(data, start.start())
        if block is None:
            yield DamagedCertificate("it has no END line")
            continue
        try:
            der = b64decode(b"".join(block[0].split(b"-----")[2].split()), validate=True)
        except ValueError:
            yield DamagedCertificate("its base64 is damaged")
        else:
            yield _from_der(der)


def _from_der(der: bytes) -> x509.Certificate | DamagedCertificate:
    from cryptography import x509

    try:
        certificate = x509.load_der_x509_certificate(der)
        facts_of(certificate)  # raises if a field is damaged
        return certificate
    except Exception:
        return DamagedCertificate(_damage(der))


def _damage(der: bytes) -> str:
    if (size := sequence_size(der)) is None:
        return "it is not an X.509 certificate"
    missing = size - len(der)
    if missing <= 0:
        return "its fields are damaged"
    return f"{counted(missing, 'byte')} {'is' if missing == 1 else 'are'} missing at its end"


def sequence_size(der: bytes) -> int | None:
    """Return the size in bytes of a whole DER sequence, computed from its header; None for other data."""
    if len(der) < 2 or der[0] != _SEQUENCE:
        return None
    if der[1] < _LONG:
        return 2 + der[1]
    width = der[1] - _LONG
    return 2 + width + int.from_bytes(der[2 : 2 + width])


def covers(names: Iterable[str], host: str) -> bool:
    """True if a certificate with these names is valid for the host (RFC 6125)."""
    host = host.casefold().rstrip(".")
    wildcard = f"*.{host.partition('.')[2]}"
    return any(name.casefold() in (host, wildcard) for name in names)


def has_whole_certificates(data: bytes) -> bool:
    """True if the data has certificates, each with its BEGIN and END line."""
    marks = _MARKS.findall(data)
    return bool(marks) and marks == [b"BEGIN", b"END"] * (len(marks) // 2)


def key_matches(cert_pem: bytes, key_pem: bytes) -> bool | None:
    """True if the private key belongs to the first certificate; None if key or certificate cannot be read.

    The numbers in the private key are not validated: only the public keys are compared, and a validation
    takes 250 ms for RSA 4096.
    """
    from cryptography import x509

    try:
        certificate = x509.load_pem_x509_certificate(bounded(cert_pem, _WHAT))
    except Exception:
        return None
    key_half, certificate_half = public_half(key_pem), public_half_of(certificate)
    return key_half == certificate_half if key_half and certificate_half else None


NOT_FIRST: Final = "not to the first"
"""End of the sentence that `pair_problem` returns for the key of a later certificate. Callers test for it."""


def pair_problem(
    certificates: Sequence[x509.Certificate | DamagedCertificate],
    key: bytes,
    certificate_name: str = "tls.crt",
    key_name: str = "tls.key",
) -> str | None:
    """Return a sentence if the private key does not belong to the first certificate.

    Return "" if the key belongs to the first certificate. Return None if the key or the first certificate is
    missing or unreadable.
    """
    half = public_half(key) if key else None
    if half is None or not certificates or public_half_of(certificates[0]) is None:
        return None
    place = place_of_key(certificates, half)
    if place is None:
        return f"{key_name} does not match the first certificate in {certificate_name}"
    return (
        f"{key_name} belongs to certificate {place + 1} of {certificate_name}, {NOT_FIRST}" if place else ""
    )


def place_of_key(
    certificates: Iterable[x509.Certificate | DamagedCertificate], half: bytes | None
) -> int | None:
    """Index, from 0, of the first certificate whose public key is `half`; None if no certificate has it."""
    places = (
        place
        for place, certificate in enumerate(certificates)
        if half and public_half_of(certificate) == half
    )
    return next(places, None)


def public_half(key: bytes) -> bytes | None:
    """Public key (DER) of a private key (PEM or DER); None if the private key cannot be read."""
    from cryptography.hazmat.primitives.serialization import load_der_private_key, load_pem_private_key

    load = load_der_private_key if key.startswith(b"\x30") else load_pem_private_key
    try:
        loaded = load(bounded(key, _WHAT), None, unsafe_skip_rsa_key_validation=True)
        return _encoded(loaded.public_key())
    except Exception:
        return None


def public_half_of(certificate: x509.Certificate | DamagedCertificate) -> bytes | None:
    try:
        return _encoded(certificate.public_key()) if not isinstance(certificate, DamagedCertificate) else None
    except Exception:
        return None


def _encoded(key: PublicKeyTypes) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def is_broken_key(data: bytes) -> bool:
    """True if a private key in the data is damaged. Encrypted keys and unknown algorithms count as intact."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    for block in _BLOCK.finditer(data):
        if block[1].endswith(b"PRIVATE KEY"):
            try:
                load_pem_private_key(block[0], None, unsafe_skip_rsa_key_validation=True)
            except (TypeError, UnsupportedAlgorithm):
                continue  # the key is encrypted, or of an unknown algorithm
            except Exception:
                return True
    return False


def parts(data: bytes) -> tuple[list[bytes], list[bytes]]:
    """Return the certificate blocks and the private key blocks of a text, each with a final line break."""
    blocks = [(match[1], _ended(match[0])) for match in _BLOCK.finditer(data)]
    certificates = [block for label, block in blocks if label.endswith(b"CERTIFICATE")]
    return certificates, [block for label, block in blocks if label.endswith(b"PRIVATE KEY")]


def _ended(block: bytes) -> bytes:
    return block + (b"\r\n" if b"\r\n" in block else b"\n")


TO_DECRYPT: Final = "Run openssl pkey -in FILE to decrypt it, and paste the output"
_AFTER_LENGTH: Final = {b"\x02\x01\x03": "pkcs12 -nodes", b"\x02\x01\x00": "pkey"}
"""Keys are the first bytes after the tag and length of a DER file.

Values are the openssl commands that read the file.
"""


def to_pem(data: bytes) -> str:
    """Return the openssl command that converts DER or PKCS#12 (.p12, .pfx) to PEM; "" for other data."""
    command = _AFTER_LENGTH.get(data[4:7], "x509")
    return f"openssl {command} -in FILE" if data.startswith(b"\x30\x82") else ""


def is_encrypted(key: bytes) -> bool:
    """True if the private key is encrypted; False if it is not, or cannot be read."""
    try:
        return private_key_facts(key).is_encrypted
    except UnreadableValue:
        return False


@lru_cache(maxsize=512)
def facts_of(certificate: x509.Certificate) -> CertificateFacts:
    """Read the facts of a certificate. They are cached, because many chains contain the same authority."""
    begins, ends = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    signature = certificate.signature_algorithm_oid.dotted_string
    return CertificateFacts(
        subject=_distinguished_name(certificate.subject),
        issuer=_distinguished_name(certificate.issuer),
        names=names_of(certificate),
        validity=Validity(begins.timestamp(), ends.timestamp()),
        is_self_signed=certificate.subject == certificate.issuer,
        is_authority=_is_authority(certificate),
        key=_key_kind(certificate),
        signature=_SIGNATURES.get(signature, signature),
        serial=certificate.serial_number,
        is_for_servers=_is_for_servers(certificate),
    )


def _distinguished_name(name: x509.Name) -> str:
    """Format a distinguished name as in RFC 4514.

    Two attributes get openssl's names in place of object identifiers.
    """
    from cryptography.x509.oid import NameOID

    words = {NameOID.EMAIL_ADDRESS: "emailAddress", NameOID.SERIAL_NUMBER: "serialNumber"}
    return printable(name.rfc4514_string(words))


def _is_authority(certificate: x509.Certificate) -> bool:
    from cryptography import x509

    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


def _is_for_servers(certificate: x509.Certificate) -> bool:
    from cryptography import x509
    from cryptography.x509.oid import ExtendedKeyUsageOID

    try:
        uses = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return True
    servers = {ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE}
    return not servers.isdisjoint(uses)


def _key_kind(certificate: x509.Certificate) -> str:
    try:
        return key_kind(certificate.public_key())
    except Exception:
        return ""  # the library does not know the algorithm or the curve


def names_of(certificate: x509.Certificate | x509.CertificateSigningRequest) -> tuple[str, ...]:
    from cryptography import x509

    try:
        alternative_names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    simple = (x509.DNSName, x509.IPAddress, x509.UniformResourceIdentifier, x509.RFC822Name)
    return tuple(printable(str(name.value)) for name in alternative_names if isinstance(name, simple))
