"""Plan a write, such as a copy, to several Secrets: read each target and build a draft for it."""

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
    """Plan a write to each target in `refs`, and return the plans in the same order.

    `plan` gets a target and its current Secret (None if it does not exist). A plan has no draft if the
    session already has a draft of the target, or if the target cannot be read or is in a missing namespace.

    Exception: if the user may create but not read the target, the plan has a draft that creates the Secret.
    The server refuses the creation if the Secret exists.
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
    may_create = {
        namespace: await _may_create(session, namespace) for namespace in {ref.namespace for ref in unseen}
    }
    for ref in unseen:
        new_plan = plan(ref, None)
        if may_create[ref.namespace] and new_plan.draft is not None:
            note = f"You may not read {ref}. If it exists, nothing is written."
            plans[ref] = replace(new_plan, word=UNSEEN, notes=(note,))
    return [plans[ref] for ref in refs]


async def plan_copies(
    source: Session,
    target: Session,
    places: Mapping[SecretRef, SecretRef],
    keys_of: Callable[[SecretRef], Collection[str] | None],
) -> list[Plan]:
    """Plan copies from the session `source` to the session `target`.

    `places`: keys are the targets, values are the Secrets to copy to them.
    `keys_of`: returns the names of the keys to copy to a target; None for all keys.

    Plans whose Secret to copy cannot be read come last.

    Raises a ClusterError if no Secret to copy can be read.
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
        # A draft names its source only if both are in the same session, because this session later reads
        # the source again to look for changes.
        return from_source(copy, source_of(secret, keys)) if source is target else copy

    return [*await plan_at(target, readable, plan), *unread]


async def _may_create(session: Session, namespace: str) -> bool:
    try:
        return (await session.cluster.rights(namespace)).may("create", "secrets") is True
    except ClusterError:
        return False


def keep_drafts(session: Session, plans: Iterable[Plan]) -> list[Plan]:
    """Add the draft of each plan to the session, and return the plans.

    If the session already has a draft of a Secret, it keeps that draft, and the returned plan says so.
    """
    return [
        plan if plan.draft is None or session.drafts.add(plan.draft) else _has_draft(plan.ref)
        for plan in plans
    ]


def newest(session: Session, target: WriteTarget) -> Draft:
    """Return the draft for the next review of a target.

    If the source of a copy has changed, a draft with the source's new values replaces the old draft.
    """
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
    return Plan(ref, word="has a draft", why=f"Write or discard the draft of {ref} first.")


async def keys_there(session: Session, refs: Iterable[SecretRef]) -> dict[SecretRef, KnownKeys | None]:
    """Return a dict: keys are `refs`, values are the key names that the Secret's managedFields contain.

    A value is None if the Secret does not exist. For an unreadable Secret, no key names are known.
    """
    keys_of: dict[SecretRef, KnownKeys | None] = {}

    def take(ref: SecretRef, there: Provenance | ClusterError) -> None:
        if isinstance(there, NotFound):
            keys_of[ref] = None
        elif isinstance(there, ClusterError):
            keys_of[ref] = KnownKeys(frozenset(), is_whole=False, is_there=False)
        else:
            # The keys may be incomplete, because a writer can remove managedFields.
            keys = frozenset(key for owner in there.field_owners for key in owner.keys)
            keys_of[ref] = KnownKeys(keys, is_whole=False)

    await read_each(refs, session.cluster.provenance, take)
    return keys_of


def word_of(error: ClusterError) -> str:
    """Describe the error of a read in one to three words, such as "no answer"."""
    return next((word for kind, word in _WORDS if isinstance(error, kind)), "not readable")


async def read_there(session: Session, ref: SecretRef) -> Secret | None:
    """Read a Secret; None if it does not exist.

    Raises ClusterErrors, such as NotFound if not even the namespace exists.
    """
    try:
        return await session.read(ref)
    except NotFound:
        pass
    is_known = ref.namespace in session.namespaces.names
    if not is_known and not await may_be_there(session, ref.namespace):
        raise NotFound(f"namespace {ref.namespace}")
    return None


async def may_be_there(session: Session, namespace: str) -> bool:
    """False if the namespace does not exist; True if it exists, or if the check fails.

    After a failed check, a later dry run still detects a missing namespace.
    """
    try:
        return await session.cluster.has_namespace(namespace)
    except ClusterError:
        return True
