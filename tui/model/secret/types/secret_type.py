"""SecretType: required keys, warnings and facts of a type, and the form for a new Secret."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

import msgspec

from tui.model.json_decoder import decoded
from tui.model.secret.types.form import Data, Form

Problems: TypeAlias = tuple[tuple[str, str], ...]
"""Pairs of a key ("tls.crt") and a sentence about the key. The sentence quotes no part of the value."""


class SecretType(msgspec.Struct, frozen=True):
    """A type of Secret."""

    name: str
    word: str
    """Short name for a narrow column, such as "TLS"."""
    keys: tuple[str, ...] = ()
    """Keys that the server demands."""
    one_of: tuple[str, ...] = ()
    """Keys of which the server demands at least one."""
    filled: tuple[str, ...] = ()
    """Required keys whose value must not be empty."""
    json: tuple[str, ...] = ()
    """Required keys whose value must be a JSON object."""
    warnings: Callable[[str, str, Data], tuple[str, ...]] = lambda namespace, name, data: ()
    """Return warnings about faults that the server accepts. Arguments: namespace, name, data of a Secret."""
    facts: Callable[[Data, float], tuple[str, ...]] = lambda data, now: ()
    """Return facts about the whole data. Arguments: data, present time in seconds since the epoch."""
    expiry: Callable[[Data], float | None] = lambda data: None
    """Return the time, in seconds since the epoch, when the whole Secret expires; None if not known."""
    letter: str = ""
    """Letter in the menu of types for a new Secret."""
    purpose: str = ""
    """Description of the type in the menu."""
    form: Form | None = None
    first_key: str = ""
    """Key whose editor opens first in a new Secret."""
    hints: Mapping[str, str] = {}
    """Sentences that tell the user what to enter, by key of the Secret ("tls.crt")."""
    typed_words: Callable[[str, Data], str] = lambda key, data: ""
    """Describe the text that the user has typed or pasted as the value of a key.

    A result that begins with "!" is a warning.
    """
    account: str = ""
    """Annotation whose value must be the name of a service account; "" if the type needs none."""
    is_for_pods: bool = True
    """True if pods read Secrets of this type, so a Secret that no object reads may be a mistake."""

    @property
    def has_editor(self) -> bool:
        return self.form is not None or bool(self.first_key)

    def problems(self, data: Data) -> Problems:
        """Return the missing keys and the keys with a wrong value.

        The sentence beside a key says what the server demands.
        """
        demand = f"A Secret of type {self.name} needs the key"
        if self.one_of and data.keys().isdisjoint(self.one_of):
            return tuple((key, f"{demand} {' or '.join(self.one_of)}, or both.") for key in self.one_of)
        problems = []
        for key in self.keys:
            if key in self.filled and not (key in data and data[key].size):
                problems.append((key, f"{demand} {key} with a value."))
            elif key not in data:
                problems.append((key, f"{demand} {key}."))
            elif key in self.json and not _is_json_object(data[key].reveal()):
                problems.append((key, f"The value of {key} must be a JSON object."))
        return tuple(problems)


def _is_json_object(data: bytes) -> bool:
    try:
        # The server accepts bytes that are not UTF-8, because Go's JSON parser replaces them.
        decoded(data.decode("utf-8", "replace"), dict[str, object])
    except (msgspec.DecodeError, RecursionError):
        return False
    return True
