"""Which Secrets hold a text in their values: each is read, and only the names of its keys are kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct

from tui.model.errors import ClusterError, NotFound
from tui.model.json_decoder import Hidden
from tui.model.secret.compare import forms_of, holds
from tui.model.secret.secret import Secret, SecretRef
from tui.model.secret.value import Value
from tui.session.session import Session
from tui.session.several.secret_reads import read_each


class ValueSearchResult(Hidden, Struct, frozen=True):
    sought: Value
    """The text."""
    found: Mapping[SecretRef, tuple[str, ...]]
    """The keys that hold it, sorted, of each Secret that has one."""
    versions: Mapping[SecretRef, str]
    """The version of each of these that was read."""
    read: int
    """How many Secrets were read."""
    unread: Sequence[tuple[SecretRef, str]]
    """Those that could not be read, and why, a sentence."""
    unlisted: str = ""
    """Why there may be Secrets that were not searched, a sentence: the list was incomplete."""


async def search_values(
    session: Session, refs: Sequence[SecretRef], text: str, step: Callable[[int], object]
) -> ValueSearchResult:
    """Read these Secrets and look for the text in each value; `step` gets how many are done."""
    forms = forms_of(text)
    found, versions = dict[SecretRef, tuple[str, ...]](), dict[SecretRef, str]()
    unread = list[tuple[SecretRef, str]]()
    done = gone = 0

    def take(ref: SecretRef, secret: Secret | ClusterError) -> None:
        nonlocal done, gone
        if isinstance(secret, NotFound):
            gone += 1  # deleted meanwhile
        elif isinstance(secret, ClusterError):
            unread.append((ref, secret.sentence))
        elif keys := tuple(sorted(key for key, value in secret.data.items() if holds(value, forms))):
            found[ref], versions[ref] = keys, secret.resource_version
        done += 1
        step(done)

    await read_each(refs, session.read, take)
    return ValueSearchResult(Value(text.encode()), found, versions, done - gone - len(unread), unread)
