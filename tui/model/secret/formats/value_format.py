"""ValueFormat: a format of values. A new format is a module here and a row of registry.py.

Functions of a format take bytes and return words about them. The words name keys, registries, hosts and
other public parts of the format; they quote nothing of a value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final, Literal, NamedTuple

from msgspec import Struct

from tui.model.json_decoder import Hidden
from tui.model.secret.formats.leaf import WHOLE, Leaf, NotWritable
from tui.model.secret.formats.limits import MAX_INPUT
from tui.model.secret.formats.passwords import Passwords
from tui.model.secret.formats.validity import Validity
from tui.model.secret.value import Value
from tui.model.text.counts import joined
from tui.model.text.times import age

_MOST_KEYS: Final = 6


class Flaw(NamedTuple):
    """Fault of a value."""

    words: str
    line: int = 0
    """Line, counted from 1; 0 if the fault has none."""


class Fact(NamedTuple):
    """Public fact of a value: the words, and a verdict after them that the level colors."""

    words: str
    verdict: str = ""
    level: Literal["", "muted", "good", "warning", "bad"] = ""


class Paste(Hidden, Struct, frozen=True):
    """Text that was pasted, and the key under the cursor."""

    text: str
    """Pasted text, with LF as line break."""
    key: str | None
    """The key under the cursor."""
    data: Mapping[str, Value]
    """The Secret's keys, the draft's values first."""
    now: float
    """Seconds since the epoch."""

    @property
    def value(self) -> Value | None:
        """Value of the key under the cursor."""
        return self.data.get(self.key or "")


class Pasted(Hidden, Struct, frozen=True):
    """Description of a paste, and the keys that it would set."""

    words: str
    """"3 certificates and a private key", for a question."""
    values: Mapping[str, Value]
    """Values to set; empty if nothing can be set."""
    notes: tuple[str, ...] = ()
    """Sentences; one that begins with "!" is a warning."""
    verb: str = "set"

    @property
    def question(self) -> str:
        """ "3 certificates and a private key: set tls.crt and tls.key?" """
        if not self.values:
            return f"{self.words}."
        as_what = self.verb.removeprefix("set")
        return f"{self.words}: set {joined(list(self.values), most=_MOST_KEYS)}{as_what}?"


class RowName(Struct, frozen=True):
    """Public facts of a value for its row: its kind, a host, a registry, whose token, until when."""

    kind: str
    """Kind without a host or a name: "URL", "PEM certificate"."""
    words: str = ""
    """Words with hosts and names; "" if the kind is enough."""
    times: tuple[Validity, ...] = ()
    """Validity of each part of it; () if it does not end."""
    until: Literal[" · ", ", ends in "] = " · "
    """Text between the words and the time that is left."""
    issuer: str = ""
    """Issuer of a certificate; "" for other values, and for several certificates that are no chain."""
    names: tuple[str, ...] = ()
    """Names that a certificate is for, if it is no authority."""

    def shown(self, now: float, *, has_names: bool = True) -> str:
        """ "cert: payments-db.svc +2 · 69d", "JWT of sa payments/ledger, ends in 3h"; or the kind alone."""
        words = (has_names and self.words) or self.kind
        if not self.times:
            return words
        left = min(validity.ends for validity in self.times) - now
        if left < 0:
            return f"{words}, expired {age(-left)} ago"
        if (begins := max(validity.begins for validity in self.times)) > now:
            return f"{words}, valid in {age(begins - now)}"
        return f"{words}{self.until}{age(left)}"


class OpenedValue(Struct, frozen=True):
    """Facts of a value with a password after passwords were tried."""

    facts: tuple[Fact, ...]
    """Facts: the password that opened it, or that none did; and its content."""
    name: RowName | None = None
    """Name for its row; None if no more is known than without a password."""
    needs_password: bool = False
    """True if another password could tell more."""


class PageRow(NamedTuple):
    """A row of docs/inside-values.md."""

    format: str
    row: str
    """Example of the VALUE column."""
    public: str
    """Facts that may be shown of a masked value."""
    hidden: str = "-"
    """Facts shown only after a reveal."""
    edited: str = "-"
    """Leaves that can be changed alone."""


def _not_rewritten(key: str, data: bytes, path: str, text: str) -> bytes:
    raise NotWritable(f"cannot be changed alone; {WHOLE}")


class ValueFormat(Struct, frozen=True):
    """A format of values. A field left at its default means that the format does not offer it."""

    name: str
    """Name in words that follow "was": "valid JSON"."""
    kind: Callable[[bytes], str] = lambda start: ""
    """The kind by the first bytes, for a narrow column: "PEM certificate"; "" if it is not surely this."""
    recognizes: Callable[[str, bytes], bool] = lambda key, data: False
    """True if the value of this key is in the format, read to its end."""
    flaw: Callable[[bytes], Flaw | None] = lambda data: None
    """Fault of a new value whose former one was in the format, in words that follow "it"."""
    facts: Callable[[str, bytes, float, Validity | None, Mapping[str, Value]], Iterable[Fact]] = lambda *_: ()
    """Public facts of the value of a key: at a time in seconds since the epoch, with the validity of the
    certificate that cert-manager wrote, and with the keys of its Secret. It may raise."""
    row: Callable[[str, bytes], RowName | None] = lambda key, data: None
    """Name of a value in the row of its key; None if it is not surely in the format. It may raise."""
    most: int = MAX_INPUT
    """Bytes above which `row` is not called."""
    leaves: Callable[[str, bytes], Iterable[Leaf]] = lambda key, data: ()
    """Leaves of a value that `row` named; () if it has no parts. It may raise."""
    opened: Callable[[bytes, Passwords, float], OpenedValue | None] = lambda *_: None
    """Facts of a value opened with one of these passwords, at a time in seconds since the epoch; None if the
    format has no password. It may raise."""
    rewrite: Callable[[str, bytes, str, str], bytes] = _not_rewritten
    """Write another text to the leaf of a path, as `leaves` names it; every other byte stays. It may raise
    NotWritable."""
    page: tuple[PageRow, ...] = ()
    changes: Callable[[str, bytes, bytes, float], tuple[Fact, ...]] = lambda key, before, after, now: ()
    """Differences of a changed value, for the review."""
    paste: Callable[[Paste], Pasted | None] = lambda paste: None
    """The keys that a paste in this format sets; None if it is not surely in the format: a password can look
    like anything."""


def is_not_now(data: bytes = b"", line: int = 0) -> Flaw:
    """Words for a value that its parser refuses at a line; at its last line if it ends too early."""
    return Flaw("is not now", min(line, data.count(b"\n", 0, -1) + 1))
