"""Which Secrets hold a text in their values: each is read, and only the names of its keys are kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Final

from msgspec import Struct

from tui.model.errors import ClusterError, NotFound
from tui.model.json_decoder import Hidden
from tui.model.secret.compare import Forms, forms_of, holding_in_record, holding_leaf, holds
from tui.model.secret.formats.helm_record import RECORD_KEY
from tui.model.secret.formats.limits import NotReadable
from tui.model.secret.secret import Secret, SecretRef
from tui.model.secret.types.registry import HELM_RELEASE
from tui.model.secret.value import Value
from tui.process.threads import looked_into
from tui.session.session import Session
from tui.session.several.secret_reads import look_into

_SMALL: Final = 16_000
"""Bytes of a Secret that are searched in less time than a thread takes to start."""


class ValueSearchResult(Hidden, Struct, frozen=True):
    sought: Value
    """The text."""
    found: Mapping[SecretRef, tuple[str, ...]]
    """The keys that hold it, sorted, of each Secret that has one."""
    places: Mapping[SecretRef, tuple[str, ...]]
    """These keys, each with the path of the leaf that holds it."""
    versions: Mapping[SecretRef, str]
    """The version of each of these that was read."""
    read: int
    """How many Secrets were read."""
    records: int
    """How many of these are records of Helm releases."""
    unread: Sequence[tuple[SecretRef, str]]
    """Those that could not be read, and why, a sentence."""
    unlisted: str = ""
    """Why there may be Secrets that were not searched, a sentence: the list was incomplete."""


async def search_values(
    session: Session,
    refs: Sequence[SecretRef],
    text: str,
    step: Callable[[int], object],
    *,
    names_leaves: bool = True,
) -> ValueSearchResult:
    """Read these Secrets and look for the text in each value; `step` gets how many are done."""
    forms = forms_of(text)
    found, versions = dict[SecretRef, tuple[str, ...]](), dict[SecretRef, str]()
    places, unread = dict[SecretRef, tuple[str, ...]](), list[tuple[SecretRef, str]]()
    done = gone = records = 0

    def leave_out(ref: SecretRef) -> None:
        unread.append((ref, f"Looking into {ref} takes longer than a second."))

    async def look_into_record(secret: Secret) -> None:
        nonlocal records
        try:
            path = await looked_into(partial(holding_in_record, secret.data[RECORD_KEY], forms))
        except NotReadable as problem:
            unread.append((secret.ref, str(problem)))
            return
        if path is None:
            leave_out(secret.ref)
            return
        records += 1
        if path:
            found[secret.ref], versions[secret.ref] = (RECORD_KEY,), secret.resource_version
            places[secret.ref] = (f"{RECORD_KEY} {path}",) if names_leaves else (RECORD_KEY,)

    async def look(secret: Secret) -> None:
        ref = secret.ref
        if secret.type == HELM_RELEASE and RECORD_KEY in secret.data:
            await look_into_record(secret)
            return
        search = partial(_holding, secret, forms)
        is_small = sum(value.size for value in secret.data.values()) <= _SMALL
        values = search() if is_small else await looked_into(search)
        if values is None:
            leave_out(ref)
        elif values:
            found[ref], versions[ref] = tuple(values), secret.resource_version
            named = await looked_into(partial(_places, values, forms)) if names_leaves else None
            places[ref] = named or found[ref]

    def take(ref: SecretRef, end: ClusterError | None) -> None:
        nonlocal done, gone
        if isinstance(end, NotFound):
            gone += 1  # deleted meanwhile
        elif end is not None:
            unread.append((ref, end.sentence))
        done += 1
        step(done)

    await look_into(session, refs, look, take)
    read = done - gone - len(unread)
    return ValueSearchResult(Value(text.encode()), found, places, versions, read, records, unread)


def _holding(secret: Secret, forms: Forms) -> Mapping[str, Value]:
    return {key: value for key, value in sorted(secret.data.items()) if holds(value, forms)}


def _places(values: Mapping[str, Value], forms: Forms) -> tuple[str, ...]:
    paths = {key: holding_leaf(key, value, forms) for key, value in values.items()}
    return tuple(f"{key} {path}" if path else key for key, path in paths.items())
