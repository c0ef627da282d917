"""ValueSearch: search the values of Secrets for a text, and keep the keys of the values that contain it.

No value of a Secret is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Final

from msgspec import Struct

from tui.model.errors import ClusterError, NotFound
from tui.model.json_decoder import HiddenRepr
from tui.model.managers.edit_effects import at_source
from tui.model.secret.compare import Forms, TextOccurrence, forms_of, holding, holding_in_record, holds
from tui.model.secret.formats.helm_record import RECORD_KEY
from tui.model.secret.formats.limits import UnreadableValue
from tui.model.secret.secret import Secret, SecretRef
from tui.model.secret.types.registry import HELM_RELEASE
from tui.model.secret.value import Value
from tui.process.threads import looked_into, run_in_thread
from tui.session.session import Session
from tui.session.several.secret_reads import look_into

_SMALL: Final = 16_000
"""Maximum size in bytes of a Secret that is searched without a thread.

A search of so few bytes takes less time than the start of a thread.
"""


class ValueSearchResult(HiddenRepr, Struct, frozen=True):
    sought: Value
    holdings: Mapping[SecretRef, tuple[TextOccurrence, ...]]
    """Sorted keys that hold the text, for each Secret that has such a key."""
    versions: Mapping[SecretRef, str]
    """resourceVersion of each Secret in `holdings` when it was read."""
    sources: Mapping[SecretRef, str]
    """Object that writes each managed Secret in `holdings`, such as "ExternalSecret/db"."""
    read: int
    records: int
    """Number of Helm release records among the Secrets that were read."""
    unread: Sequence[tuple[SecretRef, str]]
    unlisted: str = ""
    """Sentence that says why the list of Secrets was incomplete; "" if it was complete."""


class ValueSearch:
    def __init__(self, text: str, *, names_leaves: bool = True) -> None:
        """`names_leaves`: also find the path of the text inside a value, such as "auths.ghcr.io.password"."""
        self._sought, self.forms, self._names_leaves = Value(text.encode()), forms_of(text), names_leaves
        self._holdings = dict[SecretRef, tuple[TextOccurrence, ...]]()
        self._versions, self._sources = dict[SecretRef, str](), dict[SecretRef, str]()
        self._unread = list[tuple[SecretRef, str]]()
        self._read = self._records = 0

    @property
    def result(self) -> ValueSearchResult:
        return ValueSearchResult(
            self._sought,
            dict(self._holdings),
            dict(self._versions),
            dict(self._sources),
            self._read,
            self._records,
            tuple(self._unread),
        )

    def forget(self) -> None:
        """Drop the text to find. The keys that were found stay."""
        self._sought, self.forms = Value(b""), forms_of("")

    async def look_into(self, secret: Secret) -> None:
        if secret.type == HELM_RELEASE and RECORD_KEY in secret.data:
            await self._look_into_record(secret)
            return
        search = partial(_held, (secret,), self.forms)
        is_small = sum(value.size for value in secret.data.values()) <= _SMALL
        matches = search() if is_small else await looked_into(search)
        if matches is None:
            self._leave_out(secret.ref)
            return
        await self._keep_all(matches, 1)

    async def look_into_chunk(self, secrets: Sequence[Secret]) -> None:
        """Search several Secrets. The caller must not pass Helm records."""
        await self._keep_all(await run_in_thread(partial(_held, secrets, self.forms)), len(secrets))

    async def _keep_all(self, held: Sequence[tuple[Secret, Mapping[str, Value]]], read: int) -> None:
        self._read += read
        for secret, values in held:
            named = await looked_into(partial(_named, values, self.forms, self._names_leaves))
            self._keep(secret, named or tuple(map(TextOccurrence, values)))

    async def _look_into_record(self, record: Secret) -> None:
        work = partial(_held_in_record, record, self.forms, self._names_leaves)
        try:
            holdings = await looked_into(work)
        except UnreadableValue as problem:
            self.leave_out(record.ref, str(problem))
            return
        if holdings is None:
            self._leave_out(record.ref)
            return
        self._read, self._records = self._read + 1, self._records + 1
        if holdings:
            self._keep(record, holdings)

    def _keep(self, secret: Secret, holdings: tuple[TextOccurrence, ...]) -> None:
        self._holdings[secret.ref], self._versions[secret.ref] = holdings, secret.resource_version
        if (source := at_source(secret, [match.key for match in holdings])) is not None:
            self._sources[secret.ref] = source.who

    def _leave_out(self, ref: SecretRef) -> None:
        self.leave_out(ref, f"{ref} was not searched: the search took longer than a second.")

    def leave_out(self, ref: SecretRef, why: str) -> None:
        self._unread.append((ref, why))


async def search_values(
    session: Session,
    refs: Sequence[SecretRef],
    search: ValueSearch,
    step: Callable[[int], object],
) -> None:
    done = 0

    def take(ref: SecretRef, end: ClusterError | None) -> None:
        nonlocal done
        # NotFound needs no report: the Secret was deleted after it was listed.
        if end is not None and not isinstance(end, NotFound):
            search.leave_out(ref, end.sentence)
        done += 1
        step(done)

    await look_into(session, refs, search.look_into, take)


def _held(secrets: Sequence[Secret], forms: Forms) -> list[tuple[Secret, Mapping[str, Value]]]:
    pairs = ((secret, _keys_with(secret, forms)) for secret in secrets)
    return [(secret, values) for secret, values in pairs if values]


def _keys_with(secret: Secret, forms: Forms) -> Mapping[str, Value]:
    return {key: value for key, value in sorted(secret.data.items()) if holds(value, forms)}


def _named(values: Mapping[str, Value], forms: Forms, names_leaves: bool) -> tuple[TextOccurrence, ...]:
    return tuple(holding(key, value, forms, names_leaf=names_leaves) for key, value in values.items())


def _held_in_record(record: Secret, forms: Forms, names_leaves: bool) -> tuple[TextOccurrence, ...]:
    """Find the text in a Helm record; return () if the record does not hold it. Raises UnreadableValue."""
    held = holding_in_record(record.data[RECORD_KEY], forms, names_leaf=names_leaves)
    return (held,) if held is not None else ()
