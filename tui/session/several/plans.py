"""Read what is at several places, and plan for each what a copy comes to. Nothing is written."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from functools import partial
from typing import Final

from msgspec.structs import replace

from tui.model.draft.copy_plan import from_source, plan_copy, source_of
from tui.model.draft.draft import Draft
from tui.model.draft.plan import UNSEEN, Plan
from tui.model.errors import ClusterError, Forbidden, NotFound, TimedOut, Unauthorized, Unreachable
from tui.model.readers.needs import KnownKeys
from tui.model.secret.secret import Provenance, Secret, SecretRef
from tui.session.session import Session
from tui.session.several.secret_reads import read_each, read_sources
from tui.session.writes.review import WriteTarget

_WORDS: Final = (
    (Forbidden, "refused"),
    (NotFound, "no such namespace"),
    (Unauthorized, "login refused"),
    (Unreachable, "not reachable"),
    (TimedOut, "no answer"),
)


async def plan_at(
    session: Session, refs: Collection[SecretRef], plan: Callable[[SecretRef, Secret | None], Plan]
) -> list[Plan]:
    """Plan a write at each place, in their order; `plan` gets the Secret there, None for none.

    A place with a draft, that may not be read or whose namespace is missing has a plan without a draft. Who
    may create Secrets there but not read this one gets a plan for a new one: the server writes none that
    exists.
    """
    unseen = list[SecretRef]()
    plans = {ref: _has_draft(ref) for ref in refs if session.drafts.get(ref) is not None}

    def take(ref: SecretRef, there: Secret | ClusterError | None) -> None:
        if isinstance(there, ClusterError):
            plans[ref] = Plan(ref, word=word_of(there), why=there.sentence)
            unseen.extend([ref] if isinstance(there, Forbidden) else ())
        else:
            plans[ref] = plan(ref, there)

    await read_each([ref for ref in refs if ref not in plans], partial(read_there, session), take)
    spaces = {
        namespace: await _may_create(session, namespace) for namespace in {ref.namespace for ref in unseen}
    }
    for ref in unseen:
        found = plan(ref, None)
        if spaces[ref.namespace] and found.draft is not None:
            said = f"Whether {ref} exists is not known: you may not get it. If it does, nothing is written."
            plans[ref] = replace(found, word=UNSEEN, notes=(said,))
    return [plans[ref] for ref in refs]


async def plan_copies(
    source: Session,
    target: Session,
    places: Mapping[SecretRef, SecretRef],
    keys_of: Callable[[SecretRef], Collection[str] | None],
) -> list[Plan]:
    """Plan a copy to each place of the target; those whose Secret was not read come last.

    `places`: by each place the Secret of the source that is copied there, and `keys_of` its keys that are;
    None for the whole Secret. Raises a ClusterError if none is read.
    """
    sources = await read_sources(source.read, places.values())
    readable, unread = dict[SecretRef, Secret](), list[Plan]()
    for place, ref in places.items():
        if isinstance(secret := sources[ref], ClusterError):
            unread.append(Plan(place, word="not read", why=f"{ref} was not read. {secret.sentence}"))
        else:
            readable[place] = secret

    def plan(place: SecretRef, there: Secret | None) -> Plan:
        secret, keys = readable[place], keys_of(place)
        copy = plan_copy(secret, place, there, keys)
        # The draft looks for changes of what it copies in its own context.
        return from_source(copy, source_of(secret, keys)) if source is target else copy

    return [*await plan_at(target, readable, plan), *unread]


async def _may_create(session: Session, namespace: str) -> bool:
    try:
        return (await session.cluster.rights(namespace)).may("create", "secrets") is True
    except ClusterError:
        return False


def keep_drafts(session: Session, plans: Iterable[Plan]) -> list[Plan]:
    """Keep the draft of each plan; of a Secret that got one while it was read none, and its plan says so."""
    return [
        plan if plan.draft is None or session.drafts.add(plan.draft) else _has_draft(plan.ref)
        for plan in plans
    ]


def newest(session: Session, target: WriteTarget) -> Draft:
    """The draft to review again: of a copy whose source changed, one with its new values, which is kept."""
    newer, plan = target.review.newer if target.review is not None else None, target.plan
    if newer is None:
        return target.draft
    session.drafts.put(newer.draft)
    if plan is not None:
        same = tuple(name for name in plan.same if name not in newer.taken)
        moved = set(plan.same) - set(same)
        target.plan = replace(plan, same=same, differing=tuple(sorted({*plan.differing, *moved})))
    return newer.draft


def _has_draft(ref: SecretRef) -> Plan:
    return Plan(ref, word="has a draft", why=f"{ref} has a draft; write or undo it first.")


async def keys_there(session: Session, refs: Iterable[SecretRef]) -> dict[SecretRef, KnownKeys | None]:
    """The keys of Secrets by their metadata: no value is fetched. None: it does not exist."""
    found: dict[SecretRef, KnownKeys | None] = {}

    def take(ref: SecretRef, there: Provenance | ClusterError) -> None:
        if isinstance(there, NotFound):
            found[ref] = None
        elif isinstance(there, ClusterError):
            found[ref] = KnownKeys(frozenset(), is_whole=False, is_there=False)
        else:
            # managedFields lack the keys of a writer that strips them.
            keys = frozenset(key for owner in there.field_owners for key in owner.keys)
            found[ref] = KnownKeys(keys, is_whole=False)

    await read_each(refs, session.cluster.provenance, take)
    return found


def word_of(error: ClusterError) -> str:
    """Reason why a place was not read, for a column."""
    return next((word for kind, word in _WORDS if isinstance(error, kind)), "not readable")


async def read_there(session: Session, ref: SecretRef) -> Secret | None:
    """The Secret; None if there is none. Raises ClusterErrors, NotFound for the namespace."""
    try:
        return await session.read(ref)
    except NotFound:
        pass
    is_known = ref.namespace in session.namespaces.names
    if not is_known and not await may_be_there(session, ref.namespace):
        raise NotFound(f"namespace {ref.namespace}")
    return None


async def may_be_there(session: Session, namespace: str) -> bool:
    """True if the namespace exists, or that may not be known. The dry run tells in the end."""
    try:
        return await session.cluster.has_namespace(namespace)
    except ClusterError:
        return True
