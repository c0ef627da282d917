"""Secrets, steps and what they come to in a plain dict, for the tests of drafts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import pytest
from hypothesis import strategies as st

from tui.model.draft.draft import Draft
from tui.model.secret.secret import Secret, SecretRef
from tui.model.secret.value import Value

REF = SecretRef("default", "mysecret")
KEYS = st.sampled_from(["a", "b", "c", "d"])
VALUES = st.sampled_from([b"", b"\r\n", b"one", b"two", b"\x00\xff", b"one\n"])
DATA = st.dictionaries(KEYS, VALUES)
Data: TypeAlias = Mapping[str, bytes]
Step: TypeAlias = tuple[str, str, str, bytes]
STEPS = st.lists(
    st.tuples(st.sampled_from(["set", "drop", "rename", "undo"]), KEYS, KEYS, VALUES), max_size=8
)


def secret(data: Data, version: str = "1", uid: str = "u1", *, is_immutable: bool = False) -> Secret:
    values = {key: Value(data[key]) for key in data}
    return Secret(REF, uid, version, "Opaque", values, is_immutable=is_immutable)


def plain(data: Mapping[str, Value]) -> dict[str, bytes]:
    return {key: value.reveal() for key, value in data.items()}


def edit(
    draft: Draft, on: Secret | None, steps: Sequence[Step], held: Data
) -> tuple[Draft, dict[str, bytes]]:
    """The draft after these steps, and the data that a plain dict has after them."""
    states = [dict(held)]
    for name, key, other, value in steps:
        now = dict(states[-1])
        if name == "undo":
            draft = draft.undo()
            states = states[: max(1, len(states) - 1)]
            continue
        if name == "set":
            draft = draft.set(on, key, Value(value))
            now[key] = value
        elif name == "drop":
            draft = draft.drop(on, key)
            now.pop(key, None)
        elif key not in now or other in now:
            with pytest.raises(ValueError):
                draft.rename(on, key, other)
        else:
            draft = draft.rename(on, key, other)
            now[other] = now.pop(key)
        if now != states[-1]:
            states.append(now)
    return draft, states[-1]


def apply(draft: Draft, server: Data) -> dict[str, bytes]:
    """Data of the server after the changes are written."""
    changes = draft.changes()
    left = {key: value for key, value in server.items() if key not in changes.removed}
    return left | plain(changes.set)
