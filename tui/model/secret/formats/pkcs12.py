"""Certificates of a PKCS#12 keystore (.p12 or .pfx file), and which of them have a private key.

Sources: RFC 7292; OpenJDK, sun/security/pkcs12/PKCS12KeyStore.java (Java's mark of trusted certificates).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct

from tui.model.json_decoder import HiddenRepr
from tui.model.secret.formats.asn1 import SEQUENCE, Element, elements
from tui.model.secret.formats.certificate_chain import chain_of
from tui.model.secret.formats.keystore import (
    MOST_ENTRIES,
    EntryKind,
    Keystore,
    KeystoreEntry,
    certificate_in,
    keystore_facts,
    keystore_name,
    not_opened,
)
from tui.model.secret.formats.limits import UnreadableValue
from tui.model.secret.formats.passwords import Password, Passwords
from tui.model.secret.formats.pem import CertificateFacts
from tui.model.secret.formats.pkcs12_safe import LockedSafe, locked_safe
from tui.model.secret.formats.value_format import Fact, OpenedValue, PageRow, RowName, ValueFormat

_WHAT: Final = "PKCS#12"
_KIND: Final = "PKCS#12 keystore"
_VERSION: Final = 3
_DATA: Final = bytes.fromhex("2a864886f70d010701")
_ENCRYPTED: Final = bytes.fromhex("2a864886f70d010706")
_BAG: Final = bytes.fromhex("2a864886f70d010c0a01")
"""Object identifier of a bag (an item of the keystore) without the last byte, which is the bag's kind."""
_KEYS, _CERTIFICATE, _SECRET, _SAFE = (1, 2), 3, 5, 6
_NAME: Final = bytes.fromhex("2a864886f70d010914")
_KEY_ID: Final = bytes.fromhex("2a864886f70d010915")
_TRUSTED: Final = bytes.fromhex("6086480186f966adca7b0101")
"""Attribute with which Java marks a certificate as trusted."""
_CREATED: Final = re.compile(rb"Time (\d{1,14})")
"""Pattern of the id that Java gives to a private key and its certificate.

The number is the time of creation, in ms since the epoch.
"""
_MOST_NESTED: Final = 8
_TOO_MANY: Final = f"it has more than {MOST_ENTRIES:,} parts"


class _Bag(HiddenRepr, Struct, frozen=True, eq=False):
    """Item of the keystore: a certificate or a key. The content of a key is not read, only its attributes."""

    kind: int
    """Number 1 or 2 (private key), 3 (certificate) or 5 (secret key). Other items are ignored."""
    name: str
    key_id: bytes
    """Id that a private key and its certificate share."""
    is_trusted: bool
    certificate: CertificateFacts | None = None


class _Pkcs12(HiddenRepr, Struct, frozen=True):
    bags: tuple[_Bag, ...]
    """Bags that are readable without a password."""
    locked: tuple[LockedSafe, ...]
    """Safes (groups of bags) that need a password."""


def _read(data: bytes) -> _Pkcs12:
    """Read the bags that need no password, and the safes that need one.

    Raises UnreadableValue if the store has too many parts or an unsupported encryption. Raises ValueError if
    the store is damaged.
    """
    (store,) = elements(data)
    _, content, *_ = store.parts
    bags, locked = list[_Bag](), list[LockedSafe]()
    (safes,) = elements(_data_in(content))
    for number, safe in enumerate(safes.parts):
        if number + len(bags) > MOST_ENTRIES:
            raise UnreadableValue(_WHAT, _TOO_MANY)
        kind, holder = safe.parts
        if kind.content == _DATA:
            bags += _bags(_data_in(safe))
        elif kind.content == _ENCRYPTED:
            _, encrypted, *_ = holder.parts[0].parts
            _, algorithm, ciphertext = encrypted.parts
            locked.append(locked_safe(algorithm, ciphertext.octets))
        else:
            raise UnreadableValue(_WHAT, "it is encrypted with a public key")
    return _Pkcs12(tuple(bags), tuple(locked))


def _data_in(content: Element) -> bytes:
    _, holder = content.parts
    return holder.parts[0].octets


def _bags(data: bytes, depth: int = 0) -> Iterator[_Bag]:
    (safe,) = elements(data)
    bags = safe.parts
    if len(bags) > MOST_ENTRIES:
        raise UnreadableValue(_WHAT, _TOO_MANY)
    for bag in bags:
        kind, holder, *attributes = bag.parts
        if not kind.content.startswith(_BAG):
            continue
        number = kind.content[-1]
        if number == _SAFE and depth < _MOST_NESTED:
            yield from _bags(holder.content, depth + 1)
            continue
        attribute_values = {name.content: values.parts for name, values in _pairs(attributes)}
        name, key_id = (
            attribute_values[oid][0].content if attribute_values.get(oid) else b"" for oid in (_NAME, _KEY_ID)
        )
        yield _Bag(
            number,
            name.decode("utf-16-be", "replace"),
            key_id,
            _TRUSTED in attribute_values,
            certificate_in(_data_in(holder.parts[0])) if number == _CERTIFICATE else None,
        )


def _pairs(attributes: Sequence[Element]) -> Iterator[tuple[Element, Element]]:
    for attribute in attributes[0].parts if attributes else ():
        name, values = attribute.parts
        yield name, values


def _unlocked(store: _Pkcs12, password: Password) -> tuple[_Bag, ...] | None:
    bags = list(store.bags)
    for safe in store.locked:
        try:
            plain = safe.unlocked(password.value.reveal())
            bags += _bags(plain) if plain is not None else ()
        except ValueError:
            return None  # a wrong password can give bytes with valid padding
        if plain is None:
            return None
    return tuple(bags)


def _keystore(bags: Sequence[_Bag]) -> Keystore:
    entries, in_chains = list[KeystoreEntry](), set[CertificateFacts]()
    certificates = [bag for bag in bags if bag.certificate is not None]
    for bag in bags:
        if bag.kind in _KEYS:
            chain = _chain(bag, certificates)
            links = tuple(link.certificate for link in chain if link.certificate is not None)
            in_chains |= {*links}
            name = bag.name or next((link.name for link in chain[:1]), "")
            time = _CREATED.fullmatch(bag.key_id)
            created = float(time[1]) / 1000 if time is not None else None
            entries.append(KeystoreEntry(name, "key", created, links))
    for bag in bags:
        if bag.kind == _SECRET:
            entries.append(KeystoreEntry(bag.name, "secret", None, ()))
        elif bag.certificate is not None and (bag.is_trusted or bag.certificate not in in_chains):
            kind: EntryKind = "certificate" if bag.is_trusted else "unmarked"
            entries.append(KeystoreEntry(bag.name, kind, None, (bag.certificate,)))
    return Keystore(_KIND, len(entries), tuple(entries))


def _chain(key: _Bag, certificates: Sequence[_Bag]) -> list[_Bag]:
    """Find the certificate chain of a private key.

    The chain begins with the certificate that has the key's id.
    If no certificate has the key's id, the chain begins with the certificate that has the key's name.
    """
    places = [place for place, bag in enumerate(certificates) if key.key_id and bag.key_id == key.key_id]
    places += [place for place, bag in enumerate(certificates) if key.name and bag.name == key.name]
    if not places:
        return []
    facts = [bag.certificate for bag in certificates if bag.certificate is not None]
    return [certificates[place] for place in chain_of(facts, leaf=places[0]).path]


def _row(key: str, data: bytes) -> RowName | None:
    if not data.startswith(bytes([SEQUENCE])):
        return None
    (store,) = elements(data)
    version, content, *_ = store.parts
    is_pkcs12 = version.number == _VERSION and content.parts[0].content[:-1] == _DATA[:-1]
    return RowName(_KIND) if is_pkcs12 else None


def opened_keystore(data: bytes, passwords: Passwords) -> Keystore | None:
    """Read the keystore. If it needs a password, decrypt it with the first of `passwords` that opens it.

    Return None if no password opens it, or if it is damaged or not supported.
    """
    try:
        store = _read(data)
    except (UnreadableValue, ValueError):
        return None
    if not store.locked:
        return _keystore(store.bags)
    bags = next((bags for _, bags in _unlocks(store, passwords) if bags is not None), None)
    return _keystore(bags) if bags is not None else None


def tries_all(data: bytes, passwords: Passwords) -> bool:
    """True if the limit of hash rounds allows trying every password, or if the keystore is not readable."""
    try:
        return passwords.rounds // _rounds(_read(data)) >= len(passwords.tried)
    except (UnreadableValue, ValueError):
        return True


def _rounds(store: _Pkcs12) -> int:
    return max(1, sum(safe.rounds for safe in store.locked))


def _unlocks(store: _Pkcs12, passwords: Passwords) -> Iterator[tuple[Password, tuple[_Bag, ...] | None]]:
    """Try as many passwords as the limit of hash rounds allows.

    Yield each password with all bags of the store, or with None if the password is wrong.
    """
    for password in passwords.tried[: passwords.rounds // _rounds(store)]:
        yield password, _unlocked(store, password)


def _opened(data: bytes, passwords: Passwords, now: float) -> OpenedValue | None:
    try:
        store = _read(data)
    except UnreadableValue as error:
        return OpenedValue((Fact(f"Not opened. {error}", level="muted"),))
    except ValueError:
        return OpenedValue((Fact("Not opened: the keystore is damaged.", level="muted"),))
    if not store.locked:
        return _opened_value(
            Fact("Opened without a password: the certificates are not encrypted."), store.bags, now
        )
    if _rounds(store) > passwords.rounds:
        words = "Not opened: hashing the password would take too long."
        return OpenedValue((Fact(words, level="warning"), *_facts(store, now)))
    tries = 0
    for password, bags in _unlocks(store, passwords):
        if bags is not None:
            return _opened_value(Fact(f"Opened with {password.name}."), bags, now)
        tries += 1
    left_out = passwords.tried[tries:]
    return OpenedValue((*not_opened(passwords, left_out), *_facts(store, now)), needs_password=True)


def _opened_value(how: Fact, bags: Sequence[_Bag], now: float) -> OpenedValue:
    store = _keystore(bags)
    return OpenedValue((how, *keystore_facts(store, now)), keystore_name(store))


def _facts(store: _Pkcs12, now: float) -> Iterator[Fact]:
    if store.bags:
        yield from keystore_facts(_keystore(store.bags), now)


PKCS12: Final = ValueFormat(
    _WHAT,
    row=_row,
    opened=_opened,
    page=(
        PageRow(
            "PKCS#12",
            "PKCS#12: web-tls · 69d",
            "with the password: aliases and certificates; without: aliases of private keys",
            "keys",
        ),
    ),
)
