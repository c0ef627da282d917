"""Where the value that a draft replaces still stands in other keys: a password that a URL holds as well."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import quote

from msgspec import Struct

from tui.model.draft.draft import Draft
from tui.model.secret.fields import is_key
from tui.model.secret.secret import Secret
from tui.model.secret.value import Value

_SHORTEST: Final = 6
"""Bytes. Shorter values, such as "admin" or "5432", stand in others by chance."""
_LETTER: Final = b"[0-9A-Za-z]"


class FormerHeld(Struct, frozen=True):
    """A key that would be left with an old value."""

    key: str
    changed: str
    """The key whose old value stands in it."""

    @property
    def sentence(self) -> str:
        """Without a full stop."""
        return f"{self.key} still holds the old value of {self.changed}"


def former_held(draft: Draft, secret: Secret) -> tuple[FormerHeld, ...]:
    """The keys in whose values an old value would be left by the draft, sorted.

    A key that the draft itself sets to the old value, such as `password_previous`, keeps it on purpose.
    """
    replaced, touched = _replaced(draft), draft.changes().keys
    return tuple(
        FormerHeld(key, changed)
        for key, value in draft.data(secret).items()
        for changed, (old, _) in replaced.items()
        if key != changed and not (key in touched and value.reveal().rstrip(b"\r\n") == old)
        if any(form.search(value.reveal()) for form in _forms(old, value.reveal()))
    )


def with_new_values(draft: Draft, secret: Secret) -> Draft:
    """The draft with the new values in these keys too, in one step; in a URL they are percent-encoded."""
    replaced, data = _replaced(draft), draft.data(secret)
    after: dict[str, bytes] = {}
    for held in former_held(draft, secret):
        old, new = replaced[held.changed]
        text = after.get(held.key, data[held.key].reveal())
        if b"://" in text:
            new = quote(new, safe="").encode()
        for form in _forms(old, text):
            text = form.sub(new.replace(b"\\", rb"\\"), text)
        after[held.key] = text
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
