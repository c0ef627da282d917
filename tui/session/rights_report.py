"""Rights that the program needs at the current place, and which of them are held."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

from tui.model.errors import Forbidden
from tui.model.rbac.rights import Right
from tui.model.secret.secret import SecretRef
from tui.session.cache.list_state import ListState
from tui.session.session import Session

Held = Literal["yes", "refused", "not checked", "not known"]


class HeldRight(Struct, frozen=True):
    """A right, and if the user has it."""

    right: Right
    held: Held


def rights_report(session: Session, ref: SecretRef | None) -> tuple[HeldRight, ...]:
    """List the rights needed here, and on `ref` those for one Secret; refused ones first."""
    refused = {right.words: HeldRight(right, "refused") for right in _refused(session, ref)}
    needed = [HeldRight(right, held(session, right)) for right in _needed(session, ref)]
    return (
        *refused.values(),
        *(held_right for held_right in needed if held_right.right.words not in refused),
    )


def _refused(session: Session, ref: SecretRef | None) -> Iterator[Right]:
    """Rights that its review, a restart of its readers, and its source lacked; impersonation first."""
    error = session.secrets.state.error
    if isinstance(error, Forbidden) and error.verb == "impersonate":
        about = error.resource, error.namespace, error.name, error.group
        yield Right(error.verb, *about, is_namespaced=False)
    if ref is None:
        return
    looked = [
        session.rollouts.looked.get(candidate.ref)
        for candidate in session.rollouts.owners(ref)
        if candidate.ref
    ]
    errors = [
        candidate.dry_run.error
        for candidate in looked
        if candidate is not None and candidate.dry_run is not None
    ]
    for source in (session.sources.of_open, session.sources.looked):
        if source is not None and source.secret.ref == ref:
            errors += [candidate.error for candidate in source.found or ()]
    reviews = [target.review for target in session.writes.reviews.targets if target.draft.ref == ref]
    errors += [
        error
        for candidate in reviews
        if candidate is not None
        for error in (candidate.error, candidate.dry_run.error)
    ]
    for error in errors:
        if isinstance(error, Forbidden):
            yield Right(error.verb, error.resource, error.namespace, error.name, error.group)


def _needed(session: Session, ref: SecretRef | None) -> Iterator[Right]:
    here = session.namespace
    if ref is not None:
        here = here and ref.namespace  # a draft may be of another one
        for verb in ("get", "patch", "delete"):
            yield Right(verb, "secrets", ref.namespace, ref.name)
    if session.secrets.name is not None:
        yield Right("watch", "secrets", here, session.secrets.name)
    else:
        yield Right("list", "secrets", here)
        yield Right("watch", "secrets", here)
    if (space := here if ref is None else ref.namespace) is not None:
        yield Right("create", "secrets", space)
    for store in session.readers.stores:
        for verb in ("list", "watch"):
            yield Right(verb, store.source.api.resource, here, group=store.source.api.group)
    for store in session.readers.search.stores:
        source, error = store.source, store.state.error
        if isinstance(error, Forbidden):
            about = source.api.resource, error.namespace
            yield Right("list", *about, group=source.api.group, is_namespaced=source.api.is_namespaced)
    yield Right("list", "namespaces")


def held(session: Session, right: Right) -> Held:
    """State of a right by the rules that the cluster reported, or else by earlier requests."""
    if right.namespace is not None:
        told = session.may(right.verb, right.resource, right.namespace, right.name, right.group)
        if told is not None:
            return "yes" if told else "refused"
    state = _list(session, right)
    if state is None:
        return "not known"
    if isinstance(state.error, Forbidden) and state.error.verb == right.verb:
        return "refused"
    if state.kind == "idle":
        return "not checked"
    has_it = state.is_live if right.verb == "watch" else state.kind == "ready"
    return "yes" if has_it else "not known"


def _list(session: Session, right: Right) -> ListState | None:
    """List whose state shows the right."""
    if right.verb not in ("list", "watch") or right.namespace not in (None, session.namespace):
        return None
    states = {("", "secrets"): session.secrets.state, ("", "namespaces"): session.namespaces.state}
    for store in (*session.readers.stores, *session.readers.search.stores):
        states[store.source.api.group, store.source.api.resource] = store.state
    return states.get((right.group, right.resource))
