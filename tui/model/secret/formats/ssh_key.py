"""Facts about private keys in PEM: kind, encryption, and the comment of an OpenSSH key.

Source: openssh-portable, PROTOCOL.key.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from tui.model.secret.formats.limits import UnreadableValue

_WHAT: Final = "a private key"
MAX_PRIVATE_KEY: Final = 32_000
"""Maximum bytes of data. A key of 16,384 bits takes 13 kB."""
_BLOCK: Final = re.compile(
    rb"-----BEGIN ((?:[A-Z0-9]+ )*)PRIVATE KEY-----(.*?)-----END \1PRIVATE KEY-----", re.DOTALL
)
_OPENSSH_END: Final = b"-----END OPENSSH PRIVATE KEY-----"
_MAGIC: Final = b"openssh-key-v1\0"
_KINDS: Final = {"ssh-rsa": "RSA", "ssh-ed25519": "Ed25519", "ssh-dss": "DSA"}
_LABELS: Final = {"RSA": "RSA", "EC": "ECDSA", "DSA": "DSA"}
_MOST_COMMENT: Final = 60
_LENGTH: Final = 4
"""Size in bytes of the length field before each text in an OpenSSH key."""


class PrivateKeyFacts(Struct, frozen=True):
    kind: str
    """Kind, such as "Ed25519" or "RSA 3072"; "" if unknown."""
    is_encrypted: bool
    comment: str = ""

    @property
    def row(self) -> str:
        """Short description, such as "Ed25519 private key, encrypted"."""
        kind = f"{self.kind} private key" if self.kind else "private key"
        return f"{kind}, encrypted" if self.is_encrypted else kind

    @property
    def words(self) -> str:
        """Long description with the comment, such as "RSA 3072 key, not encrypted, comment me@host"."""
        kind = f"{self.kind} key" if self.kind else "private key"
        cut = "…" if len(self.comment) > _MOST_COMMENT else ""
        comment_words = f", comment {self.comment[:_MOST_COMMENT]}{cut}" if self.comment else ""
        return f"{kind}, {'encrypted' if self.is_encrypted else 'not encrypted'}{comment_words}"


def private_key_facts(data: bytes) -> PrivateKeyFacts:
    """Read the facts of the first private key.

    Raises UnreadableValue for a missing, damaged or unsupported private key, and for data over 32 kB.
    """
    block = _BLOCK.search(data) if len(data) <= MAX_PRIVATE_KEY else None
    if block is None:
        raise UnreadableValue(_WHAT)
    label, body = block[1].decode("ascii").strip(), block[2]
    if label == "OPENSSH":
        return _openssh(body)
    if label == "ENCRYPTED" or b"Proc-Type: 4,ENCRYPTED" in body:
        return PrivateKeyFacts(_LABELS.get(label, ""), is_encrypted=True)
    return PrivateKeyFacts(_kind_of(block[0]), is_encrypted=False)


def private_key_warnings(key: str, data: bytes, reader: str) -> tuple[str, ...]:
    """Return the problems that `reader`, such as "SSH", has with the private key in `data`."""
    if len(data) > MAX_PRIVATE_KEY:
        return (f"{key} was not checked: it is larger than 32 kB.",)
    block = _BLOCK.search(data)
    if block is None:
        return (f"{key} is not a complete private key in PEM: {reader} cannot read it.",)
    reasons = []
    label, body = block.groups()
    try:
        is_encrypted = label != b"OPENSSH " and (label == b"ENCRYPTED " or b"4,ENCRYPTED" in body)
        if is_encrypted or (label == b"OPENSSH " and _openssh(body).is_encrypted):
            reasons.append(f"{key} is encrypted: {reader} needs the key's passphrase.")
    except UnreadableValue:
        reasons.append(f"{key} is damaged: {reader} cannot read it.")
    if label == b"OPENSSH " and _OPENSSH_END + b"\n" not in data:
        reasons.append(f"{key} must end in a line break (LF): {reader} refuses the key without it.")
    return tuple(reasons)


def _openssh(body: bytes) -> PrivateKeyFacts:
    """Read the body of an OpenSSH key.

    The decoded body holds `_MAGIC`, cipher, KDF, KDF options, number of keys, public key and private part.
    """
    try:
        raw = base64.b64decode(b"".join(body.split()), validate=True)
        if not raw.startswith(_MAGIC):
            raise UnreadableValue(_WHAT)
        cipher, remainder = _text(raw[len(_MAGIC) :])
        _, remainder = _text(remainder)
        _, remainder = _text(remainder)
        public, remainder = _text(remainder[_LENGTH:])
        private, _ = _text(remainder)
        kind, *parts = _texts(public)
    except ValueError:
        raise UnreadableValue(_WHAT) from None
    name, is_encrypted = kind.decode("ascii", "replace"), cipher != b"none"
    words = _KINDS.get(name) or name.replace("ecdsa-sha2-", "ECDSA ")
    if name == "ssh-rsa" and len(parts) > 1:
        words = f"RSA {int.from_bytes(parts[1]).bit_length()}"
    # The private part holds two check numbers, the parts of the key, the comment, and then padding.
    *_, comment = [b""] if is_encrypted else [b"", *_texts(private[2 * _LENGTH :])]
    return PrivateKeyFacts(words, is_encrypted, comment.decode("utf-8", "replace"))


def _texts(data: bytes) -> Iterator[bytes]:
    while True:
        try:
            text, data = _text(data)
        except UnreadableValue:
            return
        yield text


def _text(data: bytes) -> tuple[bytes, bytes]:
    """Split off the first text, whose length precedes it. Raises UnreadableValue if the data is too short."""
    end = _LENGTH + int.from_bytes(data[:_LENGTH])
    if len(data) < max(end, _LENGTH):
        raise UnreadableValue(_WHAT)
    return data[_LENGTH:end], data[end:]


def _kind_of(block: bytes) -> str:
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        return key_kind(load_pem_private_key(block, None, unsafe_skip_rsa_key_validation=True))
    except Exception:
        raise UnreadableValue(_WHAT) from None  # the library's errors share no base class


WEAKEST_RSA: Final = 2048
"""Minimum number of bits of a strong RSA key. Source: NIST SP 800-131A rev. 2, table 2."""


def is_weak_rsa(kind: str) -> bool:
    """True if a kind such as "RSA 1024" has too few bits."""
    algorithm, _, bits = kind.partition(" ")
    return algorithm == "RSA" and bits.isdecimal() and int(bits) < WEAKEST_RSA


def key_kind(key: object) -> str:
    """Kind of a public or private key, such as "RSA 3072"; "" if unknown."""
    from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa

    match key:
        case rsa.RSAPrivateKey() | rsa.RSAPublicKey():
            return f"RSA {key.key_size}"
        case dsa.DSAPrivateKey() | dsa.DSAPublicKey():
            return f"DSA {key.key_size}"
        case ec.EllipticCurvePrivateKey() | ec.EllipticCurvePublicKey():
            return f"ECDSA {key.curve.name}"
        case ed25519.Ed25519PrivateKey() | ed25519.Ed25519PublicKey():
            return "Ed25519"
        case ed448.Ed448PrivateKey() | ed448.Ed448PublicKey():
            return "Ed448"
        case _:
            return ""
