"""Java's keystores, JKS and JCEKS: aliases, dates and certificates are readable without the password.

Source: OpenJDK, sun/security/provider/JavaKeyStore.java and com/sun/crypto/provider/JceKeyStore.java.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha1
from typing import Final, Literal

from msgspec import Struct

from tui.model.secret.formats.limits import NotReadable
from tui.model.secret.formats.passwords import Passwords
from tui.model.secret.formats.pem import CertificateFacts, facts_of
from tui.model.secret.formats.public_names import first_of
from tui.model.secret.formats.value_format import Fact, Opened, PageRow, RowName, ValueFormat
from tui.model.text.counts import listed

WHAT: Final = "a Java keystore"
_MAGIC: Final = {b"\xfe\xed\xfe\xed": "JKS keystore", b"\xce\xce\xce\xce": "JCEKS keystore"}
_KINDS: Final[dict[int, Literal["key", "certificate", "secret"]]] = {1: "key", 2: "certificate", 3: "secret"}
_DIGEST: Final = 20
_SALT: Final = b"Mighty Aphrodite"
"""Between password and store in what the digest is of."""
_MOST_ENTRIES: Final = 1000
_MOST_CHAIN: Final = 100
_MOST_ALIASES: Final = 2


class KeystoreEntry(Struct, frozen=True):
    alias: str
    kind: Literal["key", "certificate", "secret"]
    created: float
    """Seconds since the epoch."""
    certificates: tuple[CertificateFacts, ...]


class Keystore(Struct, frozen=True):
    kind: str
    count: int
    entries: tuple[KeystoreEntry, ...]
    """Fewer than `count` after a secret key, which Java serializes without its length."""


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def bytes(self, size: int) -> bytes:
        found = self._data[self._at : self._at + size]
        if len(found) != size:
            raise NotReadable(WHAT)
        self._at += size
        return found

    def number(self, size: int = 4) -> int:
        return int.from_bytes(self.bytes(size))

    def text(self) -> str:
        return self.bytes(self.number(2)).decode()


def read_keystore(data: bytes) -> Keystore:
    """Every entry, in its order. Raises NotReadable for anything else, and for one that is cut short."""
    reader = _Reader(data)
    kind, version = _MAGIC.get(reader.bytes(4), ""), reader.number()
    count = reader.number()
    if not kind or version not in (1, 2) or count > _MOST_ENTRIES:
        raise NotReadable(WHAT)
    try:
        entries = tuple(_entries(reader, version, count))
        if len(entries) == count and not any(entry.kind == "secret" for entry in entries):
            reader.bytes(_DIGEST)
    except UnicodeDecodeError:
        raise NotReadable(WHAT) from None
    return Keystore(kind, count, entries)


def _entries(reader: _Reader, version: int, count: int) -> Iterator[KeystoreEntry]:
    for _ in range(count):
        kind = _KINDS.get(reader.number())
        if kind is None:
            raise NotReadable(WHAT)
        alias, created = reader.text(), reader.number(8) / 1000
        if kind == "secret":
            yield KeystoreEntry(alias, kind, created, ())
            return
        length = 1
        if kind == "key":
            reader.bytes(reader.number())
            length = reader.number()
        if length > _MOST_CHAIN:
            raise NotReadable(WHAT)
        yield KeystoreEntry(alias, kind, created, tuple(_chain(reader, version, length)))


def _chain(reader: _Reader, version: int, length: int) -> Iterator[CertificateFacts]:
    from cryptography import x509

    for _ in range(length):
        if version == 2:
            reader.text()
        der = reader.bytes(reader.number())
        try:
            yield facts_of(x509.load_der_x509_certificate(der))
        except Exception:
            continue  # as in pem.py: not all kinds of error are documented


def _row(key: str, data: bytes) -> RowName | None:
    if data[:4] not in _MAGIC:
        return None
    store = read_keystore(data)
    aliases = first_of([entry.alias for entry in store.entries], _MOST_ALIASES)
    times = tuple(one.validity for entry in store.entries for one in entry.certificates)
    return RowName(store.kind, f"{store.kind.partition(' ')[0]}: {aliases}" if aliases else "", times)


def _opened(data: bytes, passwords: Passwords, now: float) -> Opened | None:
    """Whether the store is intact: its digest is of a password and of all of it."""
    if data[:4] not in _MAGIC:
        return None
    for password in passwords.tried:
        if _digest(password.value.reveal(), data[:-_DIGEST]) == data[-_DIGEST:]:
            return Opened((Fact(f"Opened with {password.name}: ", "it is intact", "good"),))
    if not passwords.keys:
        return Opened((Fact("Its password tells whether it is intact.", level="muted"),), needs_password=True)
    words = f"Not opened with {listed(passwords.keys)}: another password, or it is damaged."
    return Opened((Fact(words, level="warning"),), needs_password=True)


def _digest(password: bytes, store: bytes) -> bytes:
    chars = password.decode("utf-8", "replace").encode("utf-16-be")
    return sha1(chars + _SALT + store, usedforsecurity=False).digest()


KEYSTORE: Final = ValueFormat(
    WHAT,
    row=_row,
    opened=_opened,
    page=(
        PageRow("JKS, JCEKS", "JKS: web-tls, root-ca · 69d", "aliases, kinds, dates, certificates", "keys"),
    ),
)
