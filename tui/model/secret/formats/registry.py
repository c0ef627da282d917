"""Registry of value formats. To add a format, write a module, and add the format to `VALUE_FORMATS`."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from time import thread_time
from types import MappingProxyType
from typing import Final, NamedTuple, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from tui.model.secret.formats.age_identity import AGE
from tui.model.secret.formats.aws import AWS
from tui.model.secret.formats.binary import BINARY
from tui.model.secret.formats.connection import CONNECTION
from tui.model.secret.formats.der import DER
from tui.model.secret.formats.docker import DOCKER
from tui.model.secret.formats.encoded import PACKED, TWICE, is_printable_text, unpacked
from tui.model.secret.formats.google import GOOGLE
from tui.model.secret.formats.helm_record import HELM
from tui.model.secret.formats.htpasswd import HTPASSWD
from tui.model.secret.formats.json_text import JSON, JWKS
from tui.model.secret.formats.jwt import JWT
from tui.model.secret.formats.keystore import KEYSTORE
from tui.model.secret.formats.kubeconfig import KUBECONFIG
from tui.model.secret.formats.leaf import MOST_LEAVES, Leaf, ShownPaths, joined_path, with_shown_paths
from tui.model.secret.formats.limits import MAX_INFLATED, MAX_INPUT, MAX_SECONDS, UnreadableValue
from tui.model.secret.formats.login_files import NETRC, NPMRC, PGPASS, PIP
from tui.model.secret.formats.passwords import NO_PASSWORDS, Passwords, sibling_passwords, typed_password
from tui.model.secret.formats.pem_value import PEM
from tui.model.secret.formats.pgp import PGP
from tui.model.secret.formats.pkcs12 import PKCS12
from tui.model.secret.formats.prometheus import ALERTMANAGER, SCRAPE
from tui.model.secret.formats.settings_text import SETTINGS
from tui.model.secret.formats.sops import SOPS
from tui.model.secret.formats.ssh_public import SSH
from tui.model.secret.formats.terraform import TERRAFORM
from tui.model.secret.formats.tokens import TOKENS
from tui.model.secret.formats.url import URL
from tui.model.secret.formats.validity import Validity, validity_words
from tui.model.secret.formats.value_format import Fact, Flaw, OpenedValue, RowName, ValueFormat
from tui.model.secret.formats.wg_quick import WG_QUICK
from tui.model.secret.formats.yaml_text import YAML
from tui.model.secret.value import Value, facts, size_text
from tui.model.text.printable import printable
from tui.model.text.times import in_utc

T = TypeVar("T")

VALUE_FORMATS: Final = (
    *(PEM, PKCS12, DER, SSH, PGP, KEYSTORE, DOCKER, HELM, TERRAFORM, GOOGLE, JWKS, JWT, TOKENS, HTPASSWD),
    *(AGE, KUBECONFIG, SOPS, ALERTMANAGER, SCRAPE, JSON),
    *(AWS, NETRC, PGPASS, NPMRC, PIP, WG_QUICK, SETTINGS, YAML),
    *(URL, CONNECTION, PACKED, BINARY),
)
"""Formats in the order in which they are tried. JSON precedes YAML, because JSON is also valid YAML."""
_LEVELS: Final = 2
"""Maximum number of times to unpack a value, and maximum depth of leaves inside leaves."""
_MOST_WORDS: Final = 120
"""Maximum number of characters in `RowName.words`."""
_MOST_TIMES: Final = 5
_NAMES: Final[dict[tuple[int, str], tuple[weakref.ref[Value], RowName]]] = {}
"""Cache of names. Keys are pairs: id() of a value, and the Secret's key that holds the value."""
_ALONE: Final[Mapping[str, Value]] = MappingProxyType({})
_ROW_ROUNDS: Final = 200_000
"""Maximum number of hash rounds while `row_name` tries passwords on a value.

The limit is for all passwords together.
"""
_START: Final = 256
"""Number of bytes at the start of a value in which `kind_of` looks for a format."""
_END_WORDS: Final = {"\r\n": "CRLF line endings", "\r": "CR line endings", "mixed": "mixed line endings"}


def kind_of(value: Value) -> str:
    """Return the kind of a value, such as "PEM certificate", short enough for a narrow column."""
    if not value.size:
        return "empty"
    start = value.reveal()[:_START].lstrip()
    if kind := next((kind for value_format in VALUE_FORMATS if (kind := value_format.kind(start))), ""):
        return kind
    value_facts = facts(value)
    return (
        "text"
        if value_facts.is_text
        else "text with control characters"
        if value_facts.is_readable
        else "binary"
    )


def describe(data: bytes) -> str:
    """Return a text such as "12 B, one line, no final line break". It does not quote the value."""
    value = Value(data)
    value_facts = facts(value)
    if not value_facts.is_text or not data:
        return f"{size_text(value_facts.size)}, {kind_of(value)}"
    parts = [
        size_text(value_facts.size),
        "one line" if value_facts.lines == 1 else f"{value_facts.lines:,} lines",
    ]
    if value_facts.line_end in _END_WORDS:
        parts.append(_END_WORDS[value_facts.line_end])
    if value_facts.has_bom:
        parts.append("byte order mark")
    parts.append("final line break" if value_facts.has_final_newline else "no final line break")
    return ", ".join(parts)


def describe_kind(value: Value) -> str:
    kind = kind_of(value)
    suffix = f", {kind}" if facts(value).is_text and kind not in ("text", "empty") else ""
    return f"{describe(value.reveal())}{suffix}"


def known_row_name(key: str, value: Value) -> RowName | None:
    """Return the name of a value from the cache; None if the cache has no name for the value."""
    reference, name = _NAMES.get((id(value), key), (None, None))
    return name if reference is not None and reference() is value else None


def row_name(key: str, value: Value, siblings: Mapping[str, Value] = _ALONE) -> RowName:
    """Name a value by its kind and public facts. Takes milliseconds, so call it outside the event loop."""
    if (cached := known_row_name(key, value)) is not None:
        return cached
    passwords = sibling_passwords(key, siblings, _ROW_ROUNDS)
    return _keep_name(key, value, _named(key, value.reveal(), _LEVELS, _Room(), passwords))


def name_values(values: Iterable[tuple[str, Value]], siblings: Mapping[str, Value]) -> int:
    """Name values, so that `known_row_name` finds the names. Return the number of values.

    Takes milliseconds for each value, so call `name_values` outside the event loop.
    """
    return len([row_name(key, value, siblings) for key, value in values])


def _keep_name(key: str, value: Value, named: NamedValue | None) -> RowName:
    name = named.name if named is not None else RowName(kind_of(value))
    cache_key = (id(value), key)
    _NAMES[cache_key] = (weakref.ref(value, lambda _: _NAMES.pop(cache_key, None)), name)
    return name


class DecodedValue(Struct, frozen=True):
    facts: tuple[Fact, ...] = ()
    leaves: tuple[Leaf, ...] = ()
    """Leaves, each followed by the leaves inside it."""
    has_more: bool = False
    needs_password: bool = False
    """True if another password could open the value."""


def decoded_value(
    key: str, value: Value, now: float, siblings: Mapping[str, Value] = _ALONE, typed: Value | None = None
) -> DecodedValue:
    """Decode a value, and each of its leaves. Takes milliseconds, so call it outside the event loop.

    `typed` is a password to try instead of the passwords in `siblings`.
    """
    room = _Room()
    named = _named(key, value.reveal(), _LEVELS, room)
    if named is None and value.size > MAX_INPUT:
        return DecodedValue((Fact("Not decoded: the value is larger than 256 kB.", level="muted"),))
    if named is None:
        return DecodedValue()
    facts = public_facts(named.value_format, key, named.data, now, siblings=siblings)
    if not facts:
        facts = tuple(_times(named.name.times, now))
    if named.stops:
        return DecodedValue((*facts, Fact(f"Not decoded: {named.stops}.", level="muted")))
    passwords = typed_password(typed) if typed is not None else sibling_passwords(key, siblings)
    if (opened := _opened(named.value_format, named.data, passwords, now)) is not None:
        return DecodedValue((*opened.facts, *facts), needs_password=opened.needs_password)
    if known_row_name(key, value) is None:  # no table has named it yet, such as a leaf that the user opened
        _keep_name(key, value, named)
    try:
        listed, has_more = room.first(leaves_of_named(key, named))
    except UnreadableValue as error:
        return DecodedValue((*facts, Fact(f"Not decoded. {error}", level="muted")))
    except Exception:
        return DecodedValue(facts)  # the value is damaged, and the parser's message may quote it
    room.take(listed)
    paths = ShownPaths()
    outer = tuple(with_shown_paths(listed, paths))
    leaves = tuple(part for leaf in outer for part in _with_inner(leaf, paths, room))
    if not room.has_time:
        facts += (Fact("Some leaves are not decoded further: decoding takes too long.", level="muted"),)
    return DecodedValue(facts, leaves, has_more)


class _Room:
    """Remaining limits of time, bytes and number of leaves while a value and its leaves are decoded."""

    def __init__(self) -> None:
        self.inflated = self._bytes = MAX_INFLATED
        self._leaves, self._ends = MOST_LEAVES, thread_time() + MAX_SECONDS

    @property
    def has_time(self) -> bool:
        return thread_time() < self._ends

    def first(self, leaves: Iterable[Leaf]) -> tuple[list[Leaf], bool]:
        """Return the first leaves, up to the limits, and True if more leaves follow."""
        kept, bytes_left = list[Leaf](), self._bytes
        for leaf in leaves:
            bytes_left -= leaf.value.size
            if len(kept) == self._leaves or bytes_left < 0:
                return kept, True
            kept.append(leaf)
        return kept, False

    def take(self, leaves: list[Leaf]) -> None:
        self._leaves -= len(leaves)
        self._bytes -= sum(leaf.value.size for leaf in leaves)


def leaves_of_named(key: str, named: NamedValue) -> Iterator[Leaf]:
    """Yield the leaves of a value.

    If a packed value (gzip, base64) unpacks to a printable text without leaves, the text is the only leaf.
    Raises the errors of the format.
    """
    has_leaves = False
    for leaf in named.value_format.leaves(key, named.data):
        has_leaves = True
        yield leaf
    if named.is_packed and not has_leaves and is_printable_text(named.data):
        yield Leaf("text", Value(named.data))


def _with_inner(leaf: Leaf, paths: ShownPaths, room: _Room) -> Iterator[Leaf]:
    if leaf.kind or not room.has_time:
        yield leaf
        return
    named = _named(leaf.path, leaf.value.reveal(), _LEVELS, room)
    _keep_name(leaf.path, leaf.value, named)
    inner, stops = _inner_of(leaf, named, room) if named is not None else ([], "")
    yield replace(leaf, stops=stops) if stops else leaf
    room.take(inner)
    below = tuple(with_shown_paths(inner, paths))
    for inner_leaf in below:
        yield from _with_inner(inner_leaf, paths, room)


def _inner_of(leaf: Leaf, named: NamedValue, room: _Room) -> tuple[list[Leaf], str]:
    """Return a pair: the leaves inside a leaf, and the limit that hides them, such as "limit of two levels".

    If a limit hides the leaves, the list is empty. Otherwise the limit is "".
    """
    if named.stops:
        return [], named.stops
    try:
        inner, has_more = room.first(leaves_of_named(leaf.path, named))
    except Exception:
        return [], ""  # the leaf is damaged
    if named.value_format is URL and [part.path for part in inner] == ["path"]:
        return [], ""  # the only leaf would be the URL without its host
    if not inner and not has_more:
        return [], ""
    if leaf.level == _LEVELS:
        return [], "limit of two levels"
    if has_more:
        return [], f"limit of {MOST_LEAVES:,} leaves or 8 MB"
    return [
        Leaf(joined_path(leaf.path, part.path), part.value, part.kind, leaf.path, leaf.level + 1)
        for part in inner
    ], ""


def public_facts(
    value_format: ValueFormat,
    key: str,
    data: bytes,
    now: float,
    issued: Validity | None = None,
    siblings: Mapping[str, Value] = _ALONE,
) -> tuple[Fact, ...]:
    return _unless_damaged(lambda: tuple(value_format.facts(key, data, now, issued, siblings)), ())


def _unless_damaged(read: Callable[[], T], otherwise: T) -> T:
    """Return the result of `read`, or `otherwise` if `read` raises.

    The error is dropped, because a parser's error may quote the value.
    """
    try:
        return read()
    except Exception:
        return otherwise


def _times(times: Sequence[Validity], now: float) -> Iterator[Fact]:
    for validity in times[:_MOST_TIMES]:
        begins = f"from {in_utc(validity.begins)} " if validity.begins else ""
        yield Fact(f"valid {begins}until {in_utc(validity.ends)}: {validity_words(validity, now)}")


class NamedValue(NamedTuple):
    """Name, format and bytes of a value. Packed bytes (gzip, base64) are unpacked."""

    name: RowName
    value_format: ValueFormat
    data: bytes
    is_packed: bool = False
    """True if `data` was unpacked; False if it is the value itself."""
    stops: str = ""
    """Reason why the value is not decoded; "" if it is decoded."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"


def named_value(key: str, value: Value) -> NamedValue | None:
    """Find the format of a value, and unpack its bytes; None if no format is certain."""
    return _named(key, value.reveal(), _LEVELS, _Room())


def _named(
    key: str, data: bytes, levels: int, room: _Room, passwords: Passwords = NO_PASSWORDS
) -> NamedValue | None:
    names = (
        NamedValue(name, value_format, data)
        for value_format in VALUE_FORMATS
        if (name := _row_of(value_format, key, data, passwords))
    )
    named = next(names, None)
    if not levels or (named is not None and named.name.kind not in ("gzip", "zstd")):
        return named
    try:
        packed = unpacked(data, room.inflated)
    except UnreadableValue:
        return named._replace(stops="unpacked data exceeds 8 MB") if named is not None else None
    if packed is None:
        return named
    if packed.how != "base64":  # base64 unpacks to fewer bytes, so the limit ignores it
        room.inflated -= len(packed.data)
    inner = _named(key.removesuffix(".gz"), packed.data, levels - 1, room, passwords)
    if inner is not None:
        words = f"{packed.how} of {inner.name.words}" if inner.name.words else ""
        return inner._replace(
            name=replace(inner.name, kind=f"{packed.how} of {inner.name.kind}", words=words), is_packed=True
        )
    if is_printable_text(packed.data):
        name = RowName(TWICE if packed.how == "base64" else f"{packed.how} of text")
        stops = "unpacked text exceeds 256 kB" if len(packed.data) > MAX_INPUT else ""
        return NamedValue(name, PACKED, packed.data, is_packed=True, stops=stops)
    return named


def _row_of(value_format: ValueFormat, key: str, data: bytes, passwords: Passwords) -> RowName | None:
    if len(data) > value_format.most:
        return None
    name = _unless_damaged(partial(value_format.row, key, data), None)
    opened = _opened(value_format, data, passwords, 0) if name is not None else None
    name = opened.name or name if opened is not None else name
    return replace(name, words=printable(name.words)[:_MOST_WORDS]) if name is not None else None


def _opened(
    value_format: ValueFormat | None, data: bytes, passwords: Passwords, now: float
) -> OpenedValue | None:
    if value_format is None:
        return None
    return _unless_damaged(partial(value_format.opened, data, passwords, now), None)


def times_of(key: str, value: Value, siblings: Mapping[str, Value] = _ALONE) -> tuple[Validity, ...]:
    """Validity of each certificate, token or other expiring part of a value. Takes some milliseconds."""
    return row_name(key, value, siblings).times


def changed_problem(key: str, before: Value, after: Value) -> Flaw | None:
    """Return a Flaw if the new value breaks the format of the old one, or if only whitespace changed.

    Takes milliseconds.
    """
    if max(before.size, after.size) > MAX_INPUT:
        return None
    former, new = before.reveal(), after.reveal()
    for value_format in VALUE_FORMATS:
        if value_format.recognizes(key, former):
            if (flaw := value_format.flaw(new)) is not None:
                position = f" (line {flaw.line:,})" if flaw.line else ""
                return Flaw(f"{key} was {value_format.name}; now it {flaw.words}{position}.", flaw.line)
            break
    is_text = facts(before).is_text and facts(after).is_text
    is_same = is_text and b"".join(former.split()) == b"".join(new.split())
    return Flaw(f"Only whitespace changed in {key}.") if is_same else None
