"""SecretType: what one type requires, warns of and shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

import msgspec

from tui.model.json_decoder import decoded
from tui.model.secret.types.form import Data, Form

Problems: TypeAlias = tuple[tuple[str, str], ...]
"""Each a key, "tls.crt", and a sentence that holds no value."""


class SecretType(msgspec.Struct, frozen=True):
    """One type. Its name is as in the field `type`."""

    name: str
    word: str
    """For a narrow column: "TLS"."""
    keys: tuple[str, ...] = ()
    """The server demands each of these keys."""
    one_of: tuple[str, ...] = ()
    """It demands one of these, or all."""
    filled: tuple[str, ...] = ()
    """Of `keys` those whose value may not be empty."""
    json: tuple[str, ...] = ()
    """Of `keys` those whose value must be a JSON object."""
    warnings: Callable[[str, str, Data], tuple[str, ...]] = lambda namespace, name, data: ()
    """What the server accepts although nothing can use it, by the Secret's namespace, its name and data."""
    facts: Callable[[Data, float], tuple[str, ...]] = lambda data, now: ()
    """What may be said of the data now (seconds since the epoch), beside what each value tells itself."""
    expiry: Callable[[Data], float | None] = lambda data: None
    """When the whole Secret ends, in seconds since the epoch; None if it does not, or is not known to."""
    letter: str = ""
    """Its key among the types of a new Secret; "" if none is offered."""
    purpose: str = ""
    """What it holds, for a person who chooses one."""
    form: Form | None = None
    """Fields to fill in place of keys."""
    first_key: str = ""
    """The key to edit first where there is no form."""
    hints: Mapping[str, str] = {}
    """What is wanted in a key, as a sentence."""
    typed_words: Callable[[str, Data], str] = lambda key, data: ""
    """What the text that is typed or pasted into a key holds so far; "!" begins a warning."""
    account: str = ""
    """The annotation that names its service account; a new one asks for that."""
    is_for_pods: bool = True
    """Do pods read it? Else that none does says nothing."""

    @property
    def has_editor(self) -> bool:
        """True if it has a form, or a key to edit first."""
        return self.form is not None or bool(self.first_key)

    def problems(self, data: Data) -> Problems:
        """Why the server refuses this data."""
        demand = f"A Secret of type {self.name} needs the key"
        if self.one_of and data.keys().isdisjoint(self.one_of):
            return tuple((key, f"{demand} {' or '.join(self.one_of)}, or both.") for key in self.one_of)
        found = []
        for key in self.keys:
            if key in self.filled and not (key in data and data[key].size):
                found.append((key, f"{demand} {key}, not empty."))
            elif key not in data:
                found.append((key, f"{demand} {key}."))
            elif key in self.json and not _is_json_object(data[key].reveal()):
                found.append((key, f"The value of {key} must be a JSON object."))
        return tuple(found)


def _is_json_object(data: bytes) -> bool:
    try:
        # Go replaces bytes that are no UTF-8 where a strict parser would refuse them.
        decoded(data.decode("utf-8", "replace"), dict[str, object])
    except (msgspec.DecodeError, RecursionError):
        return False
    return True
