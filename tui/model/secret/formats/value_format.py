"""ValueFormat: functions that recognize, describe and change values of a format, such as PEM.

Descriptions name only public parts of a value, such as registries and hosts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final, Literal, NamedTuple

from msgspec import Struct

from tui.model.json_decoder import HiddenRepr
from tui.model.secret.formats.leaf import WHOLE, Leaf, UnwritableLeaf
from tui.model.secret.formats.limits import MAX_INPUT
from tui.model.secret.formats.passwords import Passwords
from tui.model.secret.formats.validity import Validity
from tui.model.secret.value import Value
from tui.model.text.counts import joined
from tui.model.text.times import age

_MOST_KEYS: Final = 6


class Flaw(NamedTuple):
    """Fault in a changed value."""

    words: str
    """End of a sentence that begins "app.json was valid JSON; now it", such as "is not".

    Whole sentence if `registry.changed_problem` returned the Flaw.
    """
    line: int = 0
    """Line of the fault, from 1; 0 if the line is unknown."""


class Fact(NamedTuple):
    """Public fact of a value. `level` colors the verdict, or the words if the verdict is ""."""

    words: str
    verdict: str = ""
    level: Literal["", "muted", "good", "warning", "bad"] = ""


class Paste(HiddenRepr, Struct, frozen=True):
    """A pasted text, and the Secret into which the user pastes it."""

    text: str
    """Pasted text, with LF as line break."""
    key: str | None
    """Key onto which the user pastes; None if the user pastes onto the Secret as a whole."""
    data: Mapping[str, Value]
    """Values of the Secret's keys, with the changes of the draft."""
    now: float
    """Seconds since the epoch."""

    @property
    def value(self) -> Value | None:
        return self.data.get(self.key or "")


class Pasted(HiddenRepr, Struct, frozen=True):
    """Description of a paste, and the keys that the paste would set."""

    words: str
    """Beginning of the question, such as "3 certificates and a private key"."""
    values: Mapping[str, Value]
    """New value of each key that the paste sets."""
    notes: tuple[str, ...] = ()
    """Sentences about the paste. A sentence that begins with "!" is a warning."""
    verb: str = "set"
    """Label of the answer "yes", such as "set decoded"."""

    @property
    def question(self) -> str:
        if not self.values:
            return f"{self.words}."
        verb = "decode and set" if self.verb == "set decoded" else self.verb
        return f"{self.words}: {verb} {joined(list(self.values), most=_MOST_KEYS)}?"


class RowName(Struct, frozen=True):
    """Data for the table row of a masked value: only public facts, such as kind, host and expiry."""

    kind: str
    """Kind, without hosts and names, such as "URL"."""
    words: str = ""
    times: tuple[Validity, ...] = ()
    until: Literal[" · ", ", ends in "] = " · "
    """Text between the words and the remaining time."""
    issuer: str = ""
    names: tuple[str, ...] = ()
    """DNS names and other names in a certificate; () for a certificate authority and for other values."""

    def shown(self, now: float, *, has_names: bool = True) -> str:
        """Text of the row, such as "JWT of sa payments/ledger, ends in 3h".

        Without `has_names`, `kind` replaces `words`: "JWT, ends in 3h".
        """
        words = (has_names and self.words) or self.kind
        if not self.times:
            return words
        remaining = min(validity.ends for validity in self.times) - now
        if remaining < 0:
            return f"{words}, expired {age(-remaining)} ago"
        if (begins := max(validity.begins for validity in self.times)) > now:
            return f"{words}, begins in {age(begins - now)}"
        return f"{words}{self.until}{age(remaining)}"


class OpenedValue(Struct, frozen=True):
    """Result of trying passwords on a value, such as a keystore."""

    facts: tuple[Fact, ...]
    """The first fact says how the value was opened, or why it was not."""
    name: RowName | None = None
    """Name for the row, made from the opened value; None keeps the name that `ValueFormat.row` returned."""
    needs_password: bool = False
    """True if another password could open the value."""


class PageRow(NamedTuple):
    """A row of docs/inside-values.md."""

    format: str
    row: str
    """Text in the column VALUE, such as "JSON, 14 leaves"."""
    public: str
    """Facts shown while the value is masked."""
    hidden: str = "-"
    """Facts shown only after a reveal."""
    edited: str = "-"
    """Leaves (values inside the value) that can be changed without any change to the rest of the value."""


def _not_rewritten(key: str, data: bytes, path: str, text: str) -> bytes:
    raise UnwritableLeaf(f"cannot be changed alone; {WHOLE}")


class ValueFormat(Struct, frozen=True):
    """A format of values."""

    name: str
    """Name that follows "was" in a sentence, such as "valid JSON"."""
    kind: Callable[[bytes], str] = lambda start: ""
    """Find the kind of a value from its first bytes, for a narrow column; "" if the kind is unknown."""
    recognizes: Callable[[str, bytes], bool] = lambda key, data: False
    """True if the whole value of the key is valid in this format."""
    flaw: Callable[[bytes], Flaw | None] = lambda data: None
    """Find a fault in the new value of a key whose old value was valid."""
    facts: Callable[[str, bytes, float, Validity | None, Mapping[str, Value]], Iterable[Fact]] = lambda *_: ()
    """Public facts of a value; may raise. Arguments: key, value, time now in seconds since the epoch,
    validity of the certificate that cert-manager issued, and all values of the Secret by key."""
    row: Callable[[str, bytes], RowName | None] = lambda key, data: None
    """Name for the row of a key; None if the value is not certainly in this format. May raise."""
    most: int = MAX_INPUT
    """Maximum size in bytes of a value for which `row` is called."""
    leaves: Callable[[str, bytes], Iterable[Leaf]] = lambda key, data: ()
    """Return the leaves of a value. Called only if `row` returned a name for the value. May raise."""
    opened: Callable[[bytes, Passwords, float], OpenedValue | None] = lambda *_: None
    """Try passwords on a value; None if values of this format have no password. May raise. Arguments: value,
    passwords, time now in seconds since the epoch."""
    rewrite: Callable[[str, bytes, str, str], bytes] = _not_rewritten
    """Return the value with another text in a leaf, and every other byte unchanged. Arguments: key, value,
    path of the leaf in `leaves`, text. May raise UnwritableLeaf."""
    page: tuple[PageRow, ...] = ()
    changes: Callable[[str, bytes, bytes, float], tuple[Fact, ...]] = lambda key, before, after, now: ()
    """Facts about the difference between the former and the new value of a key, for the review."""
    paste: Callable[[Paste], Pasted | None] = lambda paste: None
    """Describe a paste and the keys that it sets; None if the paste is not certainly in this format."""


def is_not_now(data: bytes = b"", line: int = 0) -> Flaw:
    """Flaw of a value that is no longer in its format."""
    # A parser may fail after the last line. The flaw then names the last line.
    return Flaw("is not", min(line, data.count(b"\n", 0, -1) + 1))
