"""Compare Secrets with Secrets that have another name, namespace or context."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from tui.model.draft.comparison import Comparison, compared
from tui.model.errors import ClusterError
from tui.model.json_decoder import HiddenRepr
from tui.model.kube_context import ContextFacts
from tui.model.secret.secret import Secret, SecretRef
from tui.model.settings.settings import Settings
from tui.model.text.printable import ascii_only
from tui.session.contexts import Contexts, LoginPrompts
from tui.session.session import Session
from tui.session.several.plans import read_there, word_of
from tui.session.several.secret_reads import read_each, read_sources
from tui.session.writes.audit import Journal

_Keys: TypeAlias = Collection[str] | None
"""Keys to compare; None for all."""
_Places: TypeAlias = Mapping[SecretRef, SecretRef]
"""Pairs of Secrets to compare: {other Secret: source}. The source is a Secret of this session."""


class OtherSide(Struct, frozen=True, eq=False):
    """Secret that is compared with a Secret of this session, and the limits for showing its values."""

    ref: SecretRef
    journal: Journal
    """Journal that gets an entry before a value of this Secret is shown."""
    keys: frozenset[str]
    """Keys of this Secret that differ, including `only_there`."""
    only_there: frozenset[str]
    """Keys that this Secret has and the Secret of this session lacks."""
    context: str = ""
    """Escaped name of the Secret's context; "" for this session's context."""
    is_no_reveal: bool = False
    """True if the settings of the Secret's context forbid showing values."""
    is_former: bool = False
    """True if the values are from a former revision of this session's Secret.

    `ref` then names the Secret in which Helm recorded that revision.
    """
    why_not_taken: str = ""
    show_seconds: float = float("inf")
    """Seconds after the last key press until a shown value is hidden."""

    @property
    def why_not_shown(self) -> str:
        return f"Not shown: context {self.context} forbids showing values." if self.is_no_reveal else ""


class PlaceComparison(HiddenRepr, Struct, frozen=True, eq=False):
    """Comparison of a Secret with a Secret in any namespace or context."""

    comparison: Comparison
    side: OtherSide | None = None
    """Other Secret; None if it or the source could not be read."""


class OtherContexts(Struct, frozen=True, eq=False):
    """Other contexts for a comparison, and the means to log in to them."""

    others: Sequence[ContextFacts]
    contexts: Contexts
    person: LoginPrompts
    settings_of: Callable[[ContextFacts], Settings]
    begins: Callable[[str], bool]
    """Function that is called with the escaped context name before each login.

    If it returns False, this login and all further logins are left out.
    """


async def compare(session: Session, places: _Places, keys: _Keys) -> list[PlaceComparison]:
    """Compare Secrets within one session. Raises a ClusterError if no source can be read."""
    return await _compare(session, await read_sources(session.read, places.values()), places, keys)


async def compare_elsewhere(
    session: Session, places: _Places, keys: _Keys, elsewhere: OtherContexts
) -> list[PlaceComparison]:
    """Compare Secrets of a session with Secrets in each of the other contexts.

    The logins run one after the other, because each login may ask the user on the terminal. Raises a
    ClusterError if no source can be read.
    """
    opened: list[Session | ClusterError] = []
    reading: list[asyncio.Task[list[PlaceComparison]]] = []
    here_name = ascii_only(session.cluster.target.context)
    sources = await read_sources(session.read, places.values())

    async def compare_in(facts: ContextFacts, there: Session | ClusterError) -> list[PlaceComparison]:
        if isinstance(there, ClusterError):
            failed = (Comparison(places[ref], ref, "no login", there.sentence) for ref in places)
            return [of_context(facts, PlaceComparison(comparison)) for comparison in failed]
        return [of_context(facts, result) for result in await _compare(there, sources, places, keys)]

    def of_context(facts: ContextFacts, result: PlaceComparison) -> PlaceComparison:
        name = ascii_only(facts.name)
        comparison, side = replace(result.comparison, contexts=(here_name, name)), result.side
        if comparison.why:
            comparison = replace(comparison, why=f"{name}: {comparison.why}")
        if side is not None:
            settings = elsewhere.settings_of(facts)
            side = replace(
                side, context=name, is_no_reveal=settings.no_reveal, show_seconds=settings.show_seconds
            )
        return PlaceComparison(comparison, side)

    try:
        async with asyncio.TaskGroup() as group:
            for facts in elsewhere.others:
                if not elsewhere.begins(ascii_only(facts.name)):
                    break
                opened.append(await _open(elsewhere, facts))
                reading.append(group.create_task(compare_in(facts, opened[-1])))
        return [result for task in reading for result in task.result()]
    finally:
        await asyncio.gather(*(there.close() for there in opened if isinstance(there, Session)))


async def _open(elsewhere: OtherContexts, facts: ContextFacts) -> Session | ClusterError:
    try:
        return await elsewhere.contexts.open(facts.name, elsewhere.person, is_comparison=True)
    except ClusterError as error:
        return error


async def _compare(
    session: Session, sources: Mapping[SecretRef, Secret | ClusterError], places: _Places, keys: _Keys
) -> list[PlaceComparison]:
    comparisons = dict[SecretRef, PlaceComparison]()
    readable = dict[SecretRef, Secret]()
    for place, ref in places.items():
        if isinstance(source := sources[ref], ClusterError):
            comparisons[place] = PlaceComparison(
                Comparison(ref, place, word_of(source), f"{ref} in the open context: {source.sentence}")
            )
        else:
            readable[place] = source

    def take(place: SecretRef, there: Secret | ClusterError | None) -> None:
        if isinstance(there, ClusterError):
            comparisons[place] = PlaceComparison(
                Comparison(places[place], place, word_of(there), there.sentence)
            )
            return
        comparisons[place] = found_at(compared(readable[place], place, there, keys), place, session.journal)

    await read_each(readable, partial(read_there, session), take)
    return [comparisons[place] for place in places]


def found_at(
    comparison: Comparison, other: SecretRef, journal: Journal, *, is_former: bool = False
) -> PlaceComparison:
    """Add an OtherSide for `other`, the Secret that `comparison` compares with a Secret of this session."""
    only_there = frozenset(comparison.keys("removed"))
    differing = only_there.union(comparison.keys("changed"))
    return PlaceComparison(comparison, OtherSide(other, journal, differing, only_there, is_former=is_former))
