"""Where the value that a draft replaces still stands in other keys: a password that a URL holds as well."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final
from urllib.parse import quote

from msgspec import Struct

from tui.model.draft.draft import Draft
from tui.model.secret.fields import is_key
from tui.model.secret.secret import Secret
from tui.model.secret.value import Value
from tui.model.text.counts import counted, listed

_SHORTEST: Final = 6
"""Bytes. Shorter values, such as "admin" or "5432", stand in others by chance."""
_LETTER: Final = b"[0-9A-Za-z]"


class FormerHeld(Struct, frozen=True):
    """Keys that would be left with the old value of another."""

    changed: str
    keys: tuple[str, ...]
    """Those in whose values it stands, sorted."""

    @property
    def sentence(self) -> str:
        """Without a full stop."""
        verb = "hold" if len(self.keys) > 1 else "holds"
        return f"{listed(self.keys, 3)} still {verb} the old value of {self.changed}"


def sentences(held: Sequence[FormerHeld], most: int = 3) -> list[str]:
    """Of the first ones, and how many more there are; without full stops."""
    more = counted(len(held) - most, "more old value")
    left = [f"{more} left in other keys"] if len(held) > most else []
    return [*(one.sentence for one in held[:most]), *left]


def former_held(draft: Draft, secret: Secret) -> tuple[FormerHeld, ...]:
    """For each changed key the others that hold its old value.

    What the draft itself sets is as the person wants it: `password_previous` keeps the old value on purpose.
    """
    touched = draft.changes().keys
    others = {key: value.reveal() for key, value in draft.data(secret).items() if key not in touched}
    found = []
    for changed, (old, _) in _replaced(draft).items():
        keys = [key for key, text in others.items() if any(form.search(text) for form in _forms(old, text))]
        if keys:
            found.append(FormerHeld(changed, tuple(keys)))
    return tuple(found)


def with_new_values(draft: Draft, secret: Secret) -> Draft:
    """The draft with the new values in these keys too, in one step; in a URL they are percent-encoded."""
    replaced, data = _replaced(draft), draft.data(secret)
    after: dict[str, bytes] = {}
    for held in former_held(draft, secret):
        old, new = replaced[held.changed]
        for key in held.keys:
            text = after.get(key, data[key].reveal())
            there = quote(new, safe="").encode() if b"://" in text else new
            for form in _forms(old, text):
                text = form.sub(there.replace(b"\\", rb"\\"), text)
            after[key] = text
    return draft.set_all(secret, {key: Value(text) for key, text in after.items()})


def _replaced(draft: Draft) -> dict[str, tuple[bytes, bytes]]:
    """The old and the new bytes of each changed key, without their final line breaks."""
    replaced = {}
    for change in draft.change_list():
        if change.before is not None and change.after is not None and is_key(change.key):
            old, new = (value.reveal().rstrip(b"\r\n") for value in (change.before, change.after))
            if len(old) >= _SHORTEST and old != new:
                replaced[change.key] = (old, new)
    return replaced


def _forms(old: bytes, text: bytes) -> Iterator[re.Pattern[bytes]]:
    """How `old` stands in a text, if it does: as it is or percent-encoded, and not as a part of a word."""
    for form in {old, quote(old, safe="").encode()}:
        if form in text:  # much faster than the search
            yield re.compile(b"(?<!%b)%b(?!%b)" % (_LETTER, re.escape(form), _LETTER))
