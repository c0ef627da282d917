"""PEM certificates and keys: a certificate's public facts, and whether a key matches it.

`cryptography` is imported on first use, because it takes 60 ms. Its errors quote the input, so they are
replaced by ours.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from tui.model.json_decoder import Hidden
from tui.model.secret.formats.limits import MAX_INPUT, NotReadable, bounded
from tui.model.secret.formats.ssh_key import private_key_facts
from tui.model.secret.formats.validity import Validity

if TYPE_CHECKING:
    from cryptography import x509

WHAT: Final = "a PEM certificate"
_BEGIN: Final = re.compile(rb"-----BEGIN (?:X509 )?CERTIFICATE-----")
_MARKS: Final = re.compile(rb"-----(BEGIN|END) (?:X509 )?CERTIFICATE-----")
_BLOCK: Final = re.compile(rb"-----BEGIN ([A-Z0-9 ]+)-----[^-]*(?:-(?!----)[^-]*)*-----END \1-----")
"""The body ends at the next five dashes: otherwise many BEGIN lines without an END line take a minute."""


class CertificateFacts(Struct, frozen=True):
    """The public facts of a certificate."""

    subject: str
    issuer: str
    names: tuple[str, ...]
    """Subject alternative names: DNS names, addresses, URIs, mail addresses."""
    validity: Validity
    is_self_signed: bool
    """Is the issuer the subject? (Its signature is not checked.)"""


def certificate_facts(data: bytes) -> tuple[CertificateFacts, ...]:
    """Every certificate of a PEM bundle, in its order.

    Raises NotReadable if there is none, if one cannot be read, and over 256 kB.
    """
    if not _BEGIN.search(bounded(data, WHAT)):
        raise NotReadable(WHAT, "no certificate found")
    from cryptography import x509

    try:
        return tuple(facts_of(one) for one in x509.load_pem_x509_certificates(data))
    except Exception:
        # The library's errors share no base class, and not all are documented: a broken name gives a
        # TypeError. Their text may quote the input.
        raise NotReadable(WHAT) from None


def covers(names: Iterable[str], host: str) -> bool:
    """Does a certificate with these names serve that host? A `*` matches one label (RFC 6125)."""
    host = host.casefold().rstrip(".")
    wildcard = f"*.{host.partition('.')[2]}"
    return any(name.casefold() in (host, wildcard) for name in names)


def has_whole_certificates(data: bytes) -> bool:
    """Is there a certificate, and has each its first and last line? Cheap enough to draw with."""
    marks = _MARKS.findall(data)
    return bool(marks) and marks == [b"BEGIN", b"END"] * (len(marks) // 2)


def key_matches(cert_pem: bytes, key_pem: bytes) -> bool | None:
    """Does the private key belong to the first certificate? None if either cannot be read.

    The key's numbers are not validated: that takes 250 ms for RSA 4096, and only equality is asked.
    """
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import (
        Encoding,
        PublicFormat,
        load_pem_private_key,
    )

    try:
        certificate = x509.load_pem_x509_certificate(bounded(cert_pem, WHAT))
        key = load_pem_private_key(bounded(key_pem, WHAT), None, unsafe_skip_rsa_key_validation=True)
        mine, theirs = (
            public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
            for public in (key.public_key(), certificate.public_key())
        )
    except Exception:
        # An encrypted, broken or unknown key. Here too not all errors are documented: some broken keys give
        # OpenSSL's InternalError.
        return None
    return mine == theirs


NO_PAIR: Final = "tls.key does not match the first certificate in tls.crt"


def pair_problem(cert_pem: bytes, key_pem: bytes) -> str | None:
    """Which certificate the private key belongs to instead of the first, or that it belongs to none.

    "" if it belongs to the first; None if either cannot be read.
    """
    if (is_pair := key_matches(cert_pem, key_pem)) is not False:
        return "" if is_pair else None
    blocks = [found[0] for found in _BLOCK.finditer(cert_pem)]
    later = (number for number, block in enumerate(blocks[1:], start=2) if key_matches(block, key_pem))
    number = next(later, None)
    return (
        NO_PAIR if number is None else f"tls.key belongs to certificate {number} of tls.crt, not to the first"
    )


def is_broken_key(data: bytes) -> bool:
    """Is there a private key that cannot be read? False if it is encrypted or of an unknown algorithm."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    for found in _BLOCK.finditer(data):
        if found[1].endswith(b"PRIVATE KEY"):
            try:
                load_pem_private_key(found[0], None, unsafe_skip_rsa_key_validation=True)
            except (TypeError, UnsupportedAlgorithm):
                continue  # a password is needed
            except Exception:
                return True  # not all errors are documented
    return False


class Bundle(Hidden, Struct, frozen=True):
    """Certificates and their key, found in one text."""

    chain: bytes
    """The certificate of the key first, then each issuer after what it issued."""
    key: bytes
    count: int
    """How many certificates."""
    is_pair: bool | None
    """Does the key belong to the first certificate? None if it cannot be read: it may be encrypted."""


def parts(data: bytes) -> tuple[list[bytes], list[bytes]]:
    """The blocks of certificates, and those of private keys."""
    blocks = [(found[1], _ended(found[0])) for found in _BLOCK.finditer(data)]
    certificates = [block for label, block in blocks if label.endswith(b"CERTIFICATE")]
    return certificates, [block for label, block in blocks if label.endswith(b"PRIVATE KEY")]


def bundle(data: bytes) -> Bundle | None:
    """Certificates and one private key, in any order; None if it is not both. Text around them is dropped."""
    if len(data) > MAX_INPUT:
        return None
    certificates, keys = parts(data)
    if not certificates or len(keys) != 1:
        return None
    pairs = [key_matches(block, keys[0]) for block in certificates]
    first = pairs.index(True) if True in pairs else 0
    chain = _in_order(certificates[first], certificates[:first] + certificates[first + 1 :])
    return Bundle(b"".join(chain), keys[0], len(chain), pairs[first])


def _ended(block: bytes) -> bytes:
    """The block with a final line break of the kind that its other lines have."""
    return block + (b"\r\n" if b"\r\n" in block else b"\n")


TO_DECRYPT: Final = "Paste what this prints: openssl pkey -in FILE"
_AFTER_LENGTH: Final = {b"\x02\x01\x03": "pkcs12 -nodes", b"\x02\x01\x00": "pkey"}
"""In DER, after tag and length: a version number, which is 3 in PKCS#12 and 0 in a private key."""


def to_pem(data: bytes) -> str:
    """The command that prints DER or PKCS#12 (a .p12 or .pfx file) as PEM; "" of anything else."""
    what = _AFTER_LENGTH.get(data[4:7], "x509")
    return f"openssl {what} -in FILE" if data.startswith(b"\x30\x82") else ""


def is_encrypted(key: bytes) -> bool:
    """Does this private key need a password?"""
    try:
        return private_key_facts(key).is_encrypted
    except NotReadable:
        return False


def pair_words(found: Bundle) -> str:
    """Does the key belong to the certificates? A sentence; one that begins with "!" is a warning."""
    match found.is_pair:
        case True:
            return "The key belongs to the first certificate."
        case False:
            return "! The key belongs to none of the certificates."
        case None if is_encrypted(found.key):
            return f"! The key is encrypted, which servers cannot use. {TO_DECRYPT}"
        case None:
            return "! The key cannot be read: copy it again, from BEGIN to END."


def _in_order(first: bytes, others: list[bytes]) -> list[bytes]:
    """Each issuer after what it issued; those that issued none of them at the end, as they came."""
    chain = [first]
    while others:
        try:
            issuer = certificate_facts(chain[-1])[0].issuer
            following = next(one for one in others if certificate_facts(one)[0].subject == issuer)
        except (NotReadable, StopIteration):
            break
        others = [one for one in others if one is not following]
        chain.append(following)
    return chain + others


def facts_of(one: x509.Certificate) -> CertificateFacts:
    return CertificateFacts(
        subject=one.subject.rfc4514_string(),
        issuer=one.issuer.rfc4514_string(),
        names=names_of(one),
        validity=Validity(one.not_valid_before_utc.timestamp(), one.not_valid_after_utc.timestamp()),
        is_self_signed=one.subject == one.issuer,
    )


def names_of(one: x509.Certificate | x509.CertificateSigningRequest) -> tuple[str, ...]:
    from cryptography import x509

    try:
        found = one.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    simple = (x509.DNSName, x509.IPAddress, x509.UniformResourceIdentifier, x509.RFC822Name)
    return tuple(str(name.value) for name in found if isinstance(name, simple))
