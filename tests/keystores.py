"""Keystores written for tests: JKS and JCEKS, and PKCS#12 by `cryptography`.

Source: OpenJDK, sun/security/provider/JavaKeyStore.java, engineStore.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha1
from typing import Final, NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PrivateFormat, load_pem_private_key, pkcs12

from tests.certificates import made_up_chain

PASSWORD: Final = b"made-up-pass"
_CREATED: Final = 1_796_073_609_862
"""Milliseconds since the epoch: 2026-11-30."""


class Chain(NamedTuple):
    key: ec.EllipticCurvePrivateKey
    certificates: tuple[x509.Certificate, ...]
    """Certificates of the key, its issuer, and the root."""


class JksEntry(NamedTuple):
    alias: str
    certificates: Sequence[x509.Certificate]
    has_key: bool = False


def made_chain() -> Chain:
    """Chain of site.test, issuer.test and root.test; a new one each time."""
    *certificates, private = made_up_chain()
    key = load_pem_private_key(private.encode(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return Chain(key, tuple(x509.load_pem_x509_certificate(pem.encode()) for pem in certificates))


def jks(*entries: JksEntry, password: bytes = PASSWORD, magic: bytes = b"\xfe\xed\xfe\xed") -> bytes:
    """Keystore of these entries; of its private keys only the length is real."""
    store = magic + _number(2) + _number(len(entries)) + b"".join(map(_entry, entries))
    secret = password.decode().encode("utf-16-be") + b"Mighty Aphrodite"
    return store + sha1(secret + store, usedforsecurity=False).digest()


def _entry(entry: JksEntry) -> bytes:
    start = _number(1 if entry.has_key else 2) + _text(entry.alias) + _number(_CREATED, 8)
    chain = b"".join(
        _text("X.509") + _sized(certificate.public_bytes(Encoding.DER)) for certificate in entry.certificates
    )
    key = _sized(b"a made-up key") + _number(len(entry.certificates)) if entry.has_key else b""
    return start + key + chain


def _number(number: int, size: int = 4) -> bytes:
    return number.to_bytes(size)


def _text(text: str) -> bytes:
    return _number(len(text.encode()), 2) + text.encode()


def _sized(data: bytes) -> bytes:
    return _number(len(data)) + data


AES: Final = pkcs12.PBES.PBESv2SHA256AndAES256CBC
TRIPLE_DES: Final = pkcs12.PBES.PBESv1SHA1And3KeyTripleDESCBC


def p12(
    chain: Chain,
    alias: str = "web-tls",
    *,
    password: bytes = PASSWORD,
    cipher: pkcs12.PBES = AES,
    rounds: int = 1000,
) -> bytes:
    """PKCS#12 keystore of a private key with its chain."""
    encryption = (
        PrivateFormat.PKCS12.encryption_builder()
        .kdf_rounds(rounds)
        .key_cert_algorithm(cipher)
        .hmac_hash(hashes.SHA256())
        .build(password)
    )
    leaf, *others = chain.certificates
    return pkcs12.serialize_key_and_certificates(alias.encode(), chain.key, leaf, others, encryption)
