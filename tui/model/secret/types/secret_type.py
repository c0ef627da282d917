"""SecretType: requirements, warnings and facts of a type."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

import msgspec

from tui.model.json_decoder import decoded
from tui.model.secret.types.form import Data, Form

Problems: TypeAlias = tuple[tuple[str, str], ...]
"""Pairs of a key, "tls.crt", and a sentence that holds no value."""


class SecretType(msgspec.Struct, frozen=True):
    """A type of Secret. Its name is as in the field `type`."""

    name: str
    word: str
    """Word for a narrow column: "TLS"."""
    keys: tuple[str, ...] = ()
    """The server demands each of these keys."""
    one_of: tuple[str, ...] = ()
    """Keys of which the server demands at least one."""
    filled: tuple[str, ...] = ()
    """Required keys whose value must not be empty."""
    json: tuple[str, ...] = ()
    """Required keys whose value must be a JSON object."""
    warnings: Callable[[str, str, Data], tuple[str, ...]] = lambda namespace, name, data: ()
    """Warnings about data that the server accepts although it cannot work, by namespace, name and data."""
    facts: Callable[[Data, float], tuple[str, ...]] = lambda data, now: ()
    """Facts of the data now (seconds since the epoch), beside the facts of each value."""
    expiry: Callable[[Data], float | None] = lambda data: None
    """Expiry of the whole Secret in seconds since the epoch; None if it has none, or it is not known."""
    letter: str = ""
    """Letter that chooses it among the types of a new Secret; "" if it is not offered."""
    purpose: str = ""
    """Purpose of the type, for a person who chooses one."""
    form: Form | None = None
    """Fields to fill in place of keys."""
    first_key: str = ""
    """Key to edit first if there is no form."""
    hints: Mapping[str, str] = {}
    """Hints about the content of a key, as sentences."""
    typed_words: Callable[[str, Data], str] = lambda key, data: ""
    """Description of the text typed or pasted into a key so far; "!" begins a warning."""
    account: str = ""
    """Annotation that names its service account, which is required for a new one."""
    is_for_pods: bool = True
    """True if pods read it; else it is no sign of a fault that none does."""

    @property
    def has_editor(self) -> bool:
        """True if it has a form, or a key to edit first."""
        return self.form is not None or bool(self.first_key)

    def problems(self, data: Data) -> Problems:
        """Explain why the server refuses this data."""
        demand = f"A Secret of type {self.name} needs the key"
        if self.one_of and data.keys().isdisjoint(self.one_of):
            return tuple((key, f"{demand} {' or '.join(self.one_of)}, or both.") for key in self.one_of)
        problems = []
        for key in self.keys:
            if key in self.filled and not (key in data and data[key].size):
                problems.append((key, f"{demand} {key}, not empty."))
            elif key not in data:
                problems.append((key, f"{demand} {key}."))
            elif key in self.json and not _is_json_object(data[key].reveal()):
                problems.append((key, f"The value of {key} must be a JSON object."))
        return tuple(problems)


def _is_json_object(data: bytes) -> bool:
    try:
        # Go replaces bytes that are no UTF-8 where a strict parser would refuse them.
        decoded(data.decode("utf-8", "replace"), dict[str, object])
    except (msgspec.DecodeError, RecursionError):
        return False
    return True
