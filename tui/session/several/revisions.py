"""Revisions of a Helm release: their records, their Helm values, and the Secrets in their manifests."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from functools import partial

from msgspec.structs import replace

from tui.cluster.api.resources import SECRETS
from tui.model.draft.comparison import Comparison, compared
from tui.model.draft.helm_release import (
    ReleaseRecord,
    RevisionFacts,
    compared_values,
    releases,
    revision,
    revision_facts,
)
from tui.model.draft.helm_values import KeyReleaseValues, set_by
from tui.model.errors import ClusterError
from tui.model.secret.formats.helm_record import NOT_WRITTEN
from tui.model.secret.formats.limits import UnreadableValue
from tui.model.secret.secret import Secret, SecretRef, SecretSummary
from tui.model.secret.types.registry import HELM_RELEASE
from tui.process.threads import run_in_thread
from tui.session.session import Session
from tui.session.several.comparison import OtherSide, PlaceComparison, found_at
from tui.session.several.plans import word_of
from tui.session.several.secret_reads import read_each

_HERE = "now"


async def compare_revisions(
    session: Session, ref: SecretRef, release: str, namespaces: Sequence[str]
) -> list[PlaceComparison]:
    """Compare a Secret with the same Secret in each recorded revision of its release.

    The comparison with the newest revision comes first. Raises ClusterErrors.

    `namespaces`: namespaces that may hold the records of the release.
    """
    current = await session.read(ref)
    numbers = {record.ref: record.revision for record in await _first_records(session, release, namespaces)}
    comparisons = dict[SecretRef, PlaceComparison]()

    async def read(record: SecretRef) -> PlaceComparison:
        secret = await session.read(record)
        return await run_in_thread(partial(_compared, session, current, secret, numbers[record]))

    def take(record: SecretRef, result: PlaceComparison | ClusterError) -> None:
        if isinstance(result, ClusterError):
            result = PlaceComparison(_not_read(ref, numbers[record], word_of(result), result.sentence))
        comparisons[record] = result

    await read_each(numbers, read, take)
    return [comparisons[record] for record in sorted(numbers, key=lambda ref: -numbers[ref])]


async def _first_records(session: Session, release: str, namespaces: Sequence[str]) -> list[ReleaseRecord]:
    """List the records of the release in the first of `namespaces` that has such records.

    If no namespace has records, raises the first ClusterError, or returns [] if all namespaces were listed.
    """
    refused: ClusterError | None = None
    for namespace in namespaces:
        try:
            if records := await release_records(session, SecretRef(namespace, release)):
                return records
        except ClusterError as error:
            refused = refused or error
    if refused is not None:
        raise refused
    return []


async def release_records(session: Session, release: SecretRef) -> list[ReleaseRecord]:
    """List the records of a release, the newest first. Does not decode the records. Raises ClusterErrors."""
    store = session.secrets
    rows: Sequence[SecretSummary] = ()
    if store.state.is_complete and store.name is None and store.namespace in (None, release.namespace):
        rows = store.rows
    else:
        records = replace(SECRETS, query=(*SECRETS.query, ("fieldSelector", f"type={HELM_RELEASE}")))
        async for page in session.cluster.pages(records, release.namespace):
            rows = (*rows, *page.rows)
    return [
        record for candidate in releases(rows) if candidate.ref == release for record in candidate.records
    ]


async def read_revisions(
    session: Session,
    records: Iterable[ReleaseRecord],
    take: Callable[[SecretRef, RevisionFacts | str], object],
) -> None:
    """Read each record, and call `take` with the SecretRef and the RevisionFacts of the record.

    If a record cannot be read, `take` gets a sentence about the reason instead of the facts.
    """

    async def read(ref: SecretRef) -> RevisionFacts | str:
        record = await session.read(ref)
        try:
            return await run_in_thread(partial(revision_facts, record))
        except UnreadableValue as problem:
            return str(problem)

    def take_any(ref: SecretRef, facts: RevisionFacts | str | ClusterError) -> None:
        take(ref, facts.sentence if isinstance(facts, ClusterError) else facts)

    await read_each((record.ref for record in records), read, take_any)


async def compare_values(session: Session, newer: SecretRef, older: SecretRef) -> PlaceComparison:
    """Compare the Helm values of two revisions path by path. Raises ClusterErrors and UnreadableValue."""
    newer_record, older_record = await asyncio.gather(session.read(newer), session.read(older))
    comparison = await run_in_thread(partial(compared_values, newer_record, older_record))
    side = OtherSide(
        *(older, session.journal, frozenset({comparison.key}), frozenset()), why_not_taken=NOT_WRITTEN
    )
    return PlaceComparison(comparison, side)


async def find_values(
    session: Session, ref: SecretRef, release: str, namespaces: Sequence[str]
) -> tuple[int, list[KeyReleaseValues]] | None:
    """Find the Helm values that set the keys of a Secret. Raises ClusterErrors and UnreadableValue.

    Searches the deployed revision or, if none is deployed, the newest one. Returns the number of the revision
    and the values that were found; None if the release has no records.
    """
    records = await _first_records(session, release, namespaces)
    if not records:
        return None
    record = next((record for record in records if record.status == "deployed"), records[0])
    secret, record_secret = await asyncio.gather(session.read(ref), session.read(record.ref))
    return record.revision, await run_in_thread(partial(set_by, record_secret, secret))


def _compared(session: Session, here: Secret, record: Secret, number: int) -> PlaceComparison:
    try:
        former = revision(record, here.ref)
    except ValueError as problem:
        return PlaceComparison(_not_read(here.ref, number, "not readable", str(problem)))
    comparison = compared(here, here.ref, former.secret)
    comparison = replace(
        comparison, contexts=(_HERE, f"revision {number}"), notes=(former.about, *comparison.notes)
    )
    return found_at(comparison, record.ref, session.journal, is_former=True)


def _not_read(ref: SecretRef, number: int, word: str, why: str) -> Comparison:
    return Comparison(ref, ref, word, why, contexts=(_HERE, f"revision {number}"))
