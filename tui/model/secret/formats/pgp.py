"""Key ids and expiry of OpenPGP keys (RFC 9580), armored or binary."""

from __future__ import annotations

import hashlib
import re
from base64 import b64decode
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from tui.model.secret.formats.limits import UnreadableValue
from tui.model.secret.formats.public_names import first_of
from tui.model.secret.formats.validity import Validity
from tui.model.secret.formats.value_format import PageRow, RowName, ValueFormat

_WHAT: Final = "an OpenPGP key"
_ARMOR: Final = re.compile(
    rb"\s*-----BEGIN PGP (PUBLIC KEY BLOCK|PRIVATE KEY BLOCK|MESSAGE|SIGNATURE)-----[ \t]*\r?\n"
    rb"(?:[A-Za-z]+: [^\r\n]*\r?\n)*\r?\n([A-Za-z0-9+/=\r\n]+?)(?:\r?\n=[A-Za-z0-9+/]{4})?\r?\n-----END PGP"
)
_SIGNATURE, _SECRET, _PUBLIC, _SECRET_PART, _PUBLIC_PART = 2, 5, 6, 7, 14
_SELF: Final = frozenset({0x10, 0x11, 0x12, 0x13, 0x1F})
"""Types of signatures in which a key states its own expiry."""
_CREATED, _KEY_ENDS = 2, 9
_MOST_PACKETS: Final = 10_000
_VERSION_4: Final = 4
_DAY_ONE: Final = 631_152_000
"""Start of 1990, in seconds since the epoch. No OpenPGP key is older."""


class PgpKey(Struct, frozen=True):
    key_id: str
    """Id in hexadecimal digits; "" if the key's version is not 4, or its time of creation is before 1990."""
    is_secret: bool
    created: float
    """Seconds since the epoch."""
    ends: float | None
    """Expiry in seconds since the epoch; None if the key never expires, or its expiry is unknown."""


def _packets(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    for _ in range(_MOST_PACKETS):
        if at >= len(data):
            return
        first = data[at]
        if not first & 0x80:
            raise UnreadableValue(_WHAT)
        tag, start, size = _new_header(data, at) if first & 0x40 else _old_header(data, at)
        if start + size > len(data):
            raise UnreadableValue(_WHAT)
        yield tag, data[start : start + size]
        at = start + size


def _old_header(data: bytes, at: int) -> tuple[int, int, int]:
    """Tag of the packet at offset `at`, then the offset and the size of its body."""
    width = data[at] & 3
    if width == 3:  # the body extends to the end of the data
        return (data[at] >> 2) & 15, at + 1, len(data) - at - 1
    start = at + 1 + (1 << width)
    return (data[at] >> 2) & 15, start, int.from_bytes(data[at + 1 : start])


def _new_header(data: bytes, at: int) -> tuple[int, int, int]:
    tag, size = data[at] & 63, data[at + 1] if at + 1 < len(data) else 0
    if size < 192:
        return tag, at + 2, size
    if size < 224:
        return tag, at + 3, ((size - 192) << 8) + int.from_bytes(data[at + 2 : at + 3]) + 192
    if size == 255:
        return tag, at + 6, int.from_bytes(data[at + 2 : at + 6])
    raise UnreadableValue(_WHAT)  # a partial length, which keys do not have


def read_keys(data: bytes) -> tuple[PgpKey, ...]:
    """Read the primary keys; () if the packets contain none.

    Raises UnreadableValue, IndexError or OverflowError for damaged packets, and for a secret key with an
    unknown algorithm.
    """
    keys = list[PgpKey]()
    latest, is_primary = 0.0, False
    for tag, body in _packets(data):
        if tag in (_SECRET, _PUBLIC):
            keys.append(_key(tag, body))
            latest, is_primary = 0.0, True
        elif tag in (_SECRET_PART, _PUBLIC_PART):
            is_primary = False
        elif tag == _SIGNATURE and keys and is_primary:
            at, lifetime = _signed(body)
            if at >= latest and at:
                latest, last = at, keys[-1]
                ends = last.created + lifetime if lifetime else None
                keys[-1] = PgpKey(last.key_id, last.is_secret, last.created, ends)
    return tuple(keys)


def _key(tag: int, body: bytes) -> PgpKey:
    version, created = body[:1], float(int.from_bytes(body[1:5]))
    if version != bytes([_VERSION_4]) or created < _DAY_ONE:
        return PgpKey("", tag == _SECRET, created, None)
    public = body if tag == _PUBLIC else body[: _public_size(body)]
    digest = hashlib.sha1(b"\x99" + len(public).to_bytes(2) + public, usedforsecurity=False).hexdigest()
    return PgpKey(digest[-16:].upper(), tag == _SECRET, created, None)


def _public_size(body: bytes) -> int:
    """Size in bytes of the public part, with which a secret key begins.

    Raises UnreadableValue for an unknown algorithm.
    """
    # Number of integers in a public key, by algorithm id: RSA (1 to 3), Elgamal (16), DSA (17).
    numbers = {1: 2, 2: 2, 3: 2, 16: 3, 17: 4}.get(body[5] if len(body) > 5 else 0)
    if numbers is not None:
        at = 6
        for _ in range(numbers):
            at += 2 + (int.from_bytes(body[at : at + 2]) + 7) // 8
        return at
    if len(body) > 6 and body[5] in (18, 19, 22):  # curve name, point, and for ECDH (18) its parameters
        at = 7 + body[6]
        at += 2 + (int.from_bytes(body[at : at + 2]) + 7) // 8
        return at + 1 + body[at] if body[5] == 18 and at < len(body) else at
    point = {25: 32, 26: 56, 27: 32, 28: 57}.get(body[5] if len(body) > 5 else 0)
    if point is None:
        raise UnreadableValue(_WHAT)
    return 6 + point


def _signed(body: bytes) -> tuple[float, int]:
    """Return the time of a self-signature of version 4, and the key's lifetime in seconds (0: unlimited).

    Both are 0 for any other signature.
    """
    if body[:1] != bytes([_VERSION_4]) or len(body) < 6 or body[1] not in _SELF:
        return 0.0, 0
    created, lifetime = 0.0, 0
    parts, at = body[6 : 6 + int.from_bytes(body[4:6])], 0
    while at < len(parts):
        size, at = parts[at], at + 1
        if 192 <= size < 255:
            size, at = ((size - 192) << 8) + int.from_bytes(parts[at : at + 1]) + 192, at + 1
        elif size == 255:
            size, at = int.from_bytes(parts[at : at + 4]), at + 4
        kind, content = (parts[at] & 0x7F if at < len(parts) else 0), parts[at + 1 : at + size]
        if kind == _CREATED:
            created = float(int.from_bytes(content))
        elif kind == _KEY_ENDS:
            lifetime = int.from_bytes(content)
        at += max(size, 1)
    return created, lifetime


def _row(key: str, data: bytes) -> RowName | None:
    kind, binary = "", data
    if (armor := _ARMOR.match(data)) is not None:
        label = armor[1].decode()
        if label in ("MESSAGE", "SIGNATURE"):
            return RowName(f"OpenPGP {label.lower()}")
        kind = f"OpenPGP {label.split()[0].lower()} key"
        try:
            binary = b64decode(b"".join(armor[2].split()), validate=True)
        except ValueError:
            return RowName(kind)
    elif not data or data[0] not in (0x94, 0x95, 0x98, 0x99, 0xC5, 0xC6):
        return None
    try:
        keys = read_keys(binary)
    except (UnreadableValue, IndexError, OverflowError):
        keys = ()
    if not keys or not all(key.key_id for key in keys):
        return RowName(kind) if kind else None
    kind = f"OpenPGP {'private' if keys[0].is_secret else 'public'} key"
    times = [Validity(key.created, key.ends, what="PGP key") for key in keys if key.ends is not None]
    return RowName(kind, f"{kind} {first_of([key.key_id for key in keys])}", tuple(times))


PGP: Final = ValueFormat(
    _WHAT,
    row=_row,
    page=(
        PageRow(
            "OpenPGP keys, armored or not", "OpenPGP private key 93AC… · 69d", "key ids, expiry", "the key"
        ),
    ),
)
