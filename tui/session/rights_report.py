"""Rights that the program needs in the open namespace, each with its state."""

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
"""State of a right.

"not checked": the session has not yet requested the list that needs the right.
"not known": neither the user's access rules nor the result of a list request shows the state.
"""


class HeldRight(Struct, frozen=True):
    right: Right
    held: Held


def rights_report(session: Session, ref: SecretRef | None) -> tuple[HeldRight, ...]:
    """Return the rights that the program needs in the open namespace, each with its state.

    If `ref` is not None, the rights to read, change and delete this Secret are included.
    """
    refused = {right.words: HeldRight(right, "refused") for right in _refused(session, ref)}
    needed = [HeldRight(right, held(session, right)) for right in _needed(session, ref)]
    return (
        *refused.values(),
        *(held_right for held_right in needed if held_right.right.words not in refused),
    )


def _refused(session: Session, ref: SecretRef | None) -> Iterator[Right]:
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
    namespace = session.namespace
    if ref is not None:
        # A draft may be for another namespace. If all namespaces are open, `namespace` stays None.
        namespace = namespace and ref.namespace
        for verb in ("get", "patch", "delete"):
            yield Right(verb, "secrets", ref.namespace, ref.name)
    if session.secrets.name is not None:
        yield Right("watch", "secrets", namespace, session.secrets.name)
    else:
        yield Right("list", "secrets", namespace)
        yield Right("watch", "secrets", namespace)
    if (target_namespace := namespace if ref is None else ref.namespace) is not None:
        yield Right("create", "secrets", target_namespace)
    for store in session.readers.stores:
        for verb in ("list", "watch"):
            yield Right(verb, store.source.api.resource, namespace, group=store.source.api.group)
    for store in session.readers.search.stores:
        source, error = store.source, store.state.error
        if isinstance(error, Forbidden):
            about = source.api.resource, error.namespace
            yield Right("list", *about, group=source.api.group, is_namespaced=source.api.is_namespaced)
    yield Right("list", "namespaces")


def held(session: Session, right: Right) -> Held:
    """Return the state of a right, judged by the user's access rules in the right's namespace.

    If the rules are unknown or the right has no namespace, judge by the list that needs the right.
    """
    if right.namespace is not None:
        is_allowed = session.may(right.verb, right.resource, right.namespace, right.name, right.group)
        if is_allowed is not None:
            return "yes" if is_allowed else "refused"
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
    """Return the state of the list that needs the right; None if the session has no such list."""
    if right.verb not in ("list", "watch") or right.namespace not in (None, session.namespace):
        return None
    states = {("", "secrets"): session.secrets.state, ("", "namespaces"): session.namespaces.state}
    for store in (*session.readers.stores, *session.readers.search.stores):
        states[store.source.api.group, store.source.api.resource] = store.state
    return states.get((right.group, right.resource))
