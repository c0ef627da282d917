"""Compare a Secret with others, of this context or of other contexts, with a login for that alone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from tui.model.draft.comparison import Comparison, compared
from tui.model.errors import ClusterError
from tui.model.json_decoder import Hidden
from tui.model.kube_context import ContextFacts
from tui.model.secret.secret import Secret, SecretRef
from tui.model.settings.settings import Settings
from tui.model.text.printable import ascii_only
from tui.session.contexts import Contexts, Person
from tui.session.session import Session
from tui.session.several.plans import read_there, word_of
from tui.session.several.secret_reads import read_each, read_sources
from tui.session.writes.audit import Journal

_Keys: TypeAlias = Collection[str] | None
"""The keys to compare; None for all."""
_Places: TypeAlias = Mapping[SecretRef, SecretRef]
"""Secret that is compared with the one at each place."""


class OtherSide(Struct, frozen=True, eq=False):
    """Another place where a Secret was read to compare it, with the rules for showing its values."""

    ref: SecretRef
    journal: Journal
    """Journal of its context: shown values are noted there."""
    keys: frozenset[str]
    """Keys of the Secret that differ."""
    only_there: frozenset[str]
    """Keys of these that the Secret here lacks."""
    context: str = ""
    """Name of the context as drawn; "" = this one."""
    is_no_reveal: bool = False
    """True if no value is shown in its context."""
    is_former: bool = False
    """True for a former version of the same Secret."""
    why_not_taken: str = ""
    """Reason why none of its values is drafted here, as a sentence; "" if they can be."""
    show_seconds: float = float("inf")
    """Seconds for which a value is shown there after the last press."""

    @property
    def why_not_shown(self) -> str:
        """Reason why no value is shown, as a sentence; "" if one may be."""
        return f"Not shown: no value of {self.context} is, by its settings." if self.is_no_reveal else ""


class PlaceComparison(Hidden, Struct, frozen=True, eq=False):
    """Comparison with one place."""

    comparison: Comparison
    side: OtherSide | None = None
    """None if nothing could be read there."""


class Elsewhere(Struct, frozen=True, eq=False):
    """Other contexts, and what it takes to read there."""

    others: Sequence[ContextFacts]
    contexts: Contexts
    person: Person
    settings_of: Callable[[ContextFacts], Settings]
    """Settings that hold in a context."""
    begins: Callable[[str], bool]
    """Called with the name of each, as drawn, before the login there: is it to begin?"""


async def compare(session: Session, places: _Places, keys: _Keys) -> list[PlaceComparison]:
    """Compare Secrets with those at these places of the session. Raises ClusterErrors if none is read."""
    return await _compare(session, await read_sources(session.read, places.values()), places, keys)


async def compare_elsewhere(
    session: Session, places: _Places, keys: _Keys, elsewhere: Elsewhere
) -> list[PlaceComparison]:
    """Compare the session's Secrets with those at these places in each of the other contexts.

    The logins come one after the other, since one may ask on the terminal. Only reads can leave, and every
    connection is closed again. Raises ClusterErrors if none is read here; another context has a sentence.
    """
    opened: list[Session | ClusterError] = []
    reading: list[asyncio.Task[list[PlaceComparison]]] = []
    here = ascii_only(session.cluster.target.context)
    sources = await read_sources(session.read, places.values())

    async def one(facts: ContextFacts, there: Session | ClusterError) -> list[PlaceComparison]:
        if isinstance(there, ClusterError):
            failed = (Comparison(places[ref], ref, "no login", there.sentence) for ref in places)
            return [of_context(facts, PlaceComparison(comparison)) for comparison in failed]
        return [of_context(facts, found) for found in await _compare(there, sources, places, keys)]

    def of_context(facts: ContextFacts, found: PlaceComparison) -> PlaceComparison:
        name = ascii_only(facts.name)
        comparison, side = replace(found.comparison, contexts=(here, name)), found.side
        if comparison.why:
            comparison = replace(comparison, why=f"{name}: {comparison.why}")
        if side is not None:
            held = elsewhere.settings_of(facts)
            side = replace(side, context=name, is_no_reveal=held.no_reveal, show_seconds=held.show_seconds)
        return PlaceComparison(comparison, side)

    try:
        async with asyncio.TaskGroup() as group:
            for facts in elsewhere.others:
                if not elsewhere.begins(ascii_only(facts.name)):
                    break
                opened.append(await _open(elsewhere, facts))
                reading.append(group.create_task(one(facts, opened[-1])))
        return [found for task in reading for found in task.result()]
    finally:
        await asyncio.gather(*(there.close() for there in opened if isinstance(there, Session)))


async def _open(elsewhere: Elsewhere, facts: ContextFacts) -> Session | ClusterError:
    """Log in, or say why not."""
    try:
        return await elsewhere.contexts.open(facts.name, elsewhere.person, is_comparison=True)
    except ClusterError as error:
        return error


async def _compare(
    session: Session, sources: Mapping[SecretRef, Secret | ClusterError], places: _Places, keys: _Keys
) -> list[PlaceComparison]:
    found = dict[SecretRef, PlaceComparison]()
    readable = dict[SecretRef, Secret]()
    for place, ref in places.items():
        if isinstance(source := sources[ref], ClusterError):
            found[place] = PlaceComparison(
                Comparison(ref, place, word_of(source), f"{ref} here: {source.sentence}")
            )
        else:
            readable[place] = source

    def take(place: SecretRef, there: Secret | ClusterError | None) -> None:
        if isinstance(there, ClusterError):
            found[place] = PlaceComparison(Comparison(places[place], place, word_of(there), there.sentence))
            return
        found[place] = found_at(compared(readable[place], place, there, keys), place, session.journal)

    await read_each(readable, partial(read_there, session), take)
    return [found[place] for place in places]


def found_at(
    comparison: Comparison, read: SecretRef, journal: Journal, *, is_former: bool = False
) -> PlaceComparison:
    """Complete a comparison with the facts about the Secret that was read."""
    only_there = frozenset(comparison.keys("removed"))
    differing = only_there.union(comparison.keys("changed"))
    return PlaceComparison(comparison, OtherSide(read, journal, differing, only_there, is_former=is_former))
