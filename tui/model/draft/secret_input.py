"""Secrets as files describe them, to be drafted against those that are there. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from tui.model.draft.draft import Draft, draft_problem
from tui.model.readers.pod_use import PodUse
from tui.model.readers.reader import FAILS
from tui.model.secret.secret import Secret, SecretRef
from tui.model.secret.value import Value


class SecretInput(Struct, frozen=True):
    """What a Secret is to hold, by the names in fields.py; its other fields stay as they are."""

    ref: SecretRef
    fields: Mapping[str, Value]
    type: str = ""
    """"" = that of the Secret, which must exist then."""


class OtherObject(Struct, frozen=True):
    """An object that is no Secret: it is not applied."""

    kind: str
    name: str
    namespace: str
    uses: tuple[PodUse, ...] | None = ()
    """The Secrets that its pods name; None if its pods cannot be read."""


class FileInputs(Struct, frozen=True):
    """What the files of the command line hold."""

    source: str
    """For a sentence: "secret.yaml", "2 files"."""
    secrets: tuple[SecretInput, ...] = ()
    others: tuple[OtherObject, ...] = ()
    """What is not applied."""
    apply: str = ""
    """The kubectl line that applies these."""


class Keys(Struct, frozen=True):
    """The keys of a Secret, as far as they are known."""

    names: frozenset[str]
    is_whole: bool = True
    """Are there no others?"""
    is_there: bool = True
    """Is the Secret known to exist?"""


class Compared(Struct, frozen=True):
    """How an input differs from what is there: drafted if it is new or changed."""

    ref: SecretRef
    kind: Literal["new", "changed", "same", "missing", "refused"]
    draft: Draft | None = None
    keys: Keys | None = None
    """Of the Secret, once the draft is written; None if it does not exist, or is not known."""
    why: str = ""
    """Why nothing was drafted, as a sentence."""


def compared(wanted: SecretInput, secret: Secret | None) -> Compared:
    """The draft of an input: of a new Secret, or one step that sets what differs."""
    ref = wanted.ref
    if secret is None:
        if not wanted.type:
            return Compared(ref, "missing", why=f"{ref} does not exist.")
        draft = Draft.new(ref, wanted.type).set_all(None, wanted.fields)
        return Compared(ref, "new", draft, Keys(frozenset(draft.data(None))))
    there = Keys(frozenset(secret.data))
    if wanted.type not in ("", secret.type):
        why = f"{ref} has the type {secret.type}, which cannot change to {wanted.type}."
        return Compared(ref, "refused", keys=there, why=why)
    draft = Draft.of(secret).set_all(secret, wanted.fields)
    if draft.is_empty:
        return Compared(ref, "same", keys=there)
    if (problem := draft_problem(secret, draft.changes().keys)) is not None:
        return Compared(ref, "refused", keys=there, why=problem)
    return Compared(ref, "changed", draft, Keys(frozenset(draft.data(secret))))


def lacking(use: PodUse, ref: SecretRef, keys: Keys | None) -> str:
    """What becomes of a use if its Secret has these keys (None: does not exist); "" if it has what it needs.

    In the kubelet's words, where the next start fails.
    """
    if keys is None:
        what = use.effect("deleted", ref, None)
        return what.sentence if what.severity == FAILS or use.way == "image_pull" else ""
    if not keys.is_there:
        return f"whether Secret {ref} exists is not known"
    if use.key is None or use.key in keys.names or use.is_optional:
        return ""
    if not keys.is_whole:
        return f"whether {ref} has the key {use.key} is not known"
    return use.effect("removed", ref, use.key).sentence
