"""Aliases, dates and certificates of Java keystores (JKS, JCEKS), which are read without a password.

Source: OpenJDK, sun/security/provider/JavaKeyStore.java and com/sun/crypto/provider/JceKeyStore.java.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha1
from typing import Final, Literal

from msgspec import Struct

from tui.model.secret.formats.certificate_lines import each_certificate
from tui.model.secret.formats.certificate_names import subject_name
from tui.model.secret.formats.java_stream import JavaStream
from tui.model.secret.formats.limits import UnreadableValue
from tui.model.secret.formats.passwords import Password, Passwords
from tui.model.secret.formats.pem import CertificateFacts, facts_of
from tui.model.secret.formats.public_names import first_of
from tui.model.secret.formats.validity import LATEST, Validity
from tui.model.secret.formats.value_format import Fact, OpenedValue, PageRow, RowName, ValueFormat
from tui.model.secret.value import Value
from tui.model.text.counts import counted, listed
from tui.model.text.printable import printable
from tui.model.text.times import date

_WHAT: Final = "a Java keystore"
_MAGIC: Final = {b"\xfe\xed\xfe\xed": "JKS keystore", b"\xce\xce\xce\xce": "JCEKS keystore"}
EntryKind = Literal["key", "certificate", "secret", "unmarked"]
""""unmarked" is a certificate that its PKCS#12 file does not mark as trusted by Java."""
_KINDS: Final[dict[int, EntryKind]] = {1: "key", 2: "certificate", 3: "secret"}
_DIGEST: Final = 20
_WORDS: Final[dict[EntryKind, str]] = {
    "key": "private key",
    "certificate": "trusted certificate",
    "secret": "secret key",
    "unmarked": "certificate, not marked as trusted (Java ignores it)",
}
_SALT: Final = b"Mighty Aphrodite"
"""Bytes that Java hashes between the password and the store."""
MOST_ENTRIES: Final = 1000
_MOST_CHAIN: Final = 100
_MOST_ALIASES: Final = 2
_MOST_ALIAS: Final = 100


class KeystoreEntry(Struct, frozen=True):
    alias: str
    kind: EntryKind
    created: float | None
    """Seconds since the epoch."""
    certificates: tuple[CertificateFacts, ...]
    """Certificate chain of a private key, or the one certificate of the entry; empty for a secret key.

    Unreadable certificates are left out.
    """

    @property
    def name(self) -> str:
        """Alias; if it is empty, the subject of the first certificate, or "no alias"."""
        return self.alias or next(
            (subject_name(certificate.subject) for certificate in self.certificates), "no alias"
        )


class Keystore(Struct, frozen=True):
    kind: str
    count: int
    """Number of entries in the store, including unread ones."""
    entries: tuple[KeystoreEntry, ...]
    """Entries in the order of the store. Reading stops after a secret key of unknown length."""


def read_keystore(data: bytes) -> Keystore:
    """Read a Java keystore.

    Raises UnreadableValue if `data` is no Java keystore, is truncated, or exceeds a limit.
    """
    reader = JavaStream(data, _WHAT)
    kind, version = _MAGIC.get(reader.bytes(4), ""), reader.number()
    count = reader.number()
    if not kind or version not in (1, 2) or count > MOST_ENTRIES:
        raise UnreadableValue(_WHAT)
    try:
        entries = tuple(_entries(reader, version, count))
        if len(entries) == count:
            reader.bytes(_DIGEST)
    except UnicodeDecodeError:
        raise UnreadableValue(_WHAT) from None
    return Keystore(kind, count, entries)


def _entries(reader: JavaStream, version: int, count: int) -> Iterator[KeystoreEntry]:
    for _ in range(count):
        kind = _KINDS.get(reader.number())
        if kind is None:
            raise UnreadableValue(_WHAT)
        alias, created = reader.text(), reader.number(8) / 1000
        if kind == "secret":
            yield KeystoreEntry(alias, kind, created, ())
            try:
                reader.skip_object()
            except (UnreadableValue, UnicodeDecodeError):
                return
            continue
        length = 1
        if kind == "key":
            reader.bytes(reader.number())
            length = reader.number()
        if length > _MOST_CHAIN:
            raise UnreadableValue(_WHAT)
        yield KeystoreEntry(alias, kind, created, tuple(_chain(reader, version, length)))


def _chain(reader: JavaStream, version: int, length: int) -> Iterator[CertificateFacts]:
    for _ in range(length):
        if version == 2:
            reader.text()
        if (certificate := certificate_in(reader.bytes(reader.number()))) is not None:
            yield certificate


def certificate_in(der: bytes) -> CertificateFacts | None:
    from cryptography import x509

    try:
        return facts_of(x509.load_der_x509_certificate(der))
    except Exception:
        return None  # the library's errors share no base class


# Keystores of any kind


def keystore_name(store: Keystore) -> RowName:
    """Build the RowName of a store from its aliases and the validity of its certificates."""
    aliases = first_of([entry.name for entry in store.entries], _MOST_ALIASES)
    times = tuple(certificate.validity for entry in store.entries for certificate in entry.certificates)
    return RowName(store.kind, f"{store.kind.partition(' ')[0]}: {aliases}" if aliases else "", times)


def keystore_facts(store: Keystore, now: float) -> Iterator[Fact]:
    for entry in store.entries:
        created = ""
        if entry.created is not None and entry.created < LATEST:
            created = f", created {date(entry.created)}"
        alias = printable(entry.alias if len(entry.alias) <= _MOST_ALIAS else f"{entry.alias[:_MOST_ALIAS]}…")
        yield Fact(f"{alias or 'no alias'}: {_WORDS[entry.kind]}{created}")
        yield from each_certificate([*enumerate(entry.certificates, start=1)], now)
    if not store.count:
        yield Fact("No entries.", level="muted")
    if (missing := store.count - len(store.entries)) > 0:
        yield Fact(f"{counted(missing, 'more entry', 'more entries')} not read", level="muted")


def not_opened(passwords: Passwords, left_out: Sequence[Password] = ()) -> Iterator[Fact]:
    names = {password.name for password in left_out}
    tried = [key for key in passwords.keys if key not in names]
    if tried:
        words = f"Not opened with {listed(tried)}: wrong password, or damaged keystore."
        yield Fact(words, level="warning")
    elif not passwords.keys:
        yield Fact('Not opened: the Secret has no other key with "pass" or "pwd" in its name.', level="muted")
    if skipped := [key for key in passwords.keys if key in names]:
        yield Fact(f"Passwords not tried, because hashing takes too long: {listed(skipped)}.", level="muted")


# JKS and JCEKS


def _row(key: str, data: bytes) -> RowName | None:
    if data[:4] not in _MAGIC:
        return None
    return keystore_name(read_keystore(data))


def _facts(
    key: str, data: bytes, now: float, issued: Validity | None, siblings: Mapping[str, Value]
) -> Iterator[Fact]:
    if data[:4] in _MAGIC:
        yield from keystore_facts(read_keystore(data), now)


def _opened(data: bytes, passwords: Passwords, now: float) -> OpenedValue | None:
    """Check the store's digest with each password. A match shows that the store is intact."""
    for password in passwords.tried:
        if _digest(password.value.reveal(), data[:-_DIGEST]) == data[-_DIGEST:]:
            return OpenedValue((Fact(f"Opened with {password.name}: ", "the keystore is intact", "good"),))
    if not passwords.keys:
        words = 'Integrity not checked: no other key has "pass" or "pwd" in its name.'
        return OpenedValue((Fact(words, level="muted"),), needs_password=True)
    return OpenedValue(tuple(not_opened(passwords)), needs_password=True)


def _digest(password: bytes, store: bytes) -> bytes:
    chars = password.decode("utf-8", "replace").encode("utf-16-be")
    return sha1(chars + _SALT + store, usedforsecurity=False).digest()


KEYSTORE: Final = ValueFormat(
    _WHAT,
    row=_row,
    facts=_facts,
    opened=_opened,
    page=(
        PageRow(
            "JKS, JCEKS",
            "JKS: web-tls, root-ca · 69d",
            "aliases, kinds, dates, certificates",
            "private keys, secret keys",
        ),
    ),
)
