"""Compare a Secret with what the revisions of its Helm release set in it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from msgspec.structs import replace

from tui.cluster.api.resources import SECRETS
from tui.model.draft.comparison import Comparison, compared
from tui.model.draft.helm_release import revision
from tui.model.errors import ClusterError
from tui.model.secret.secret import Secret, SecretRef
from tui.model.secret.types.registry import HELM_RELEASE
from tui.process.threads import run_in_thread
from tui.session.session import Session
from tui.session.several.comparison import PlaceComparison, found_at
from tui.session.several.plans import word_of
from tui.session.several.secret_reads import read_each

_HERE = "now"


async def compare_revisions(
    session: Session, ref: SecretRef, release: str, namespaces: Sequence[str]
) -> list[PlaceComparison]:
    """How it differs from each revision that Helm keeps of the release, the newest first.

    The first of the namespaces that has records counts; empty if none has. Raises ClusterErrors if the Secret
    or a list is not read.
    """
    here = await session.read(ref)
    numbers = await _first_records(session, release, namespaces)
    found = dict[SecretRef, PlaceComparison]()

    async def read(record: SecretRef) -> PlaceComparison:
        held = await session.read(record)
        return await run_in_thread(partial(_compared, session, here, held, numbers[record]))

    def take(record: SecretRef, one: PlaceComparison | ClusterError) -> None:
        if isinstance(one, ClusterError):
            one = PlaceComparison(_not_read(ref, numbers[record], word_of(one), one.sentence))
        found[record] = one

    await read_each(numbers, read, take)
    return [found[record] for record in sorted(numbers, key=lambda one: -numbers[one])]


async def _first_records(session: Session, release: str, namespaces: Sequence[str]) -> dict[SecretRef, int]:
    """Of the first namespace that has some; one that may not be listed matters only if none has."""
    refused: ClusterError | None = None
    for namespace in namespaces:
        try:
            if numbers := await _records(session, SecretRef(namespace, release)):
                return numbers
        except ClusterError as error:
            refused = refused or error
    if refused is not None:
        raise refused
    return {}


async def _records(session: Session, release: SecretRef) -> dict[SecretRef, int]:
    """The Secrets in which Helm keeps the release, with the number of each revision; no value is read."""
    records = replace(SECRETS, query=(*SECRETS.query, ("fieldSelector", f"type={HELM_RELEASE}")))
    numbers = dict[SecretRef, int]()
    async for page in session.cluster.pages(records, release.namespace):
        for row in page.rows:
            labels = dict(row.labels)
            if labels.get("name") == release.name and (number := labels.get("version", "")).isdecimal():
                numbers[row.ref] = int(number)
    return numbers


def _compared(session: Session, here: Secret, record: Secret, number: int) -> PlaceComparison:
    try:
        one = revision(record, here.ref)
    except ValueError as problem:
        return PlaceComparison(_not_read(here.ref, number, "not readable", str(problem)))
    comparison = compared(here, here.ref, one.secret)
    comparison = replace(
        comparison, contexts=(_HERE, f"revision {number}"), notes=(one.about, *comparison.notes)
    )
    return found_at(comparison, record.ref, session.journal, is_former=True)


def _not_read(ref: SecretRef, number: int, word: str, why: str) -> Comparison:
    return Comparison(ref, ref, word, why, contexts=(_HERE, f"revision {number}"))
