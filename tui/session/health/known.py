"""Look up what the session already knows about Secrets and their readers. No request is sent."""

from __future__ import annotations

from tui.model.readers.controllers import SecretMeta
from tui.model.readers.needs import KnownKeys, lacking
from tui.model.readers.reader import FAILS, MAY_FAIL
from tui.model.rollout.owners import PodOwner
from tui.model.secret.secret import Secret, SecretRef
from tui.session.cache.list_state import ListState
from tui.session.session import Session


def known_keys(session: Session, ref: SecretRef) -> KnownKeys | None:
    """Return the known keys of a Secret; None if a complete list shows that the Secret does not exist."""
    opened = session.held(ref)
    if opened is not None and opened.secret is not None:
        return KnownKeys(frozenset(opened.secret.data))
    store = session.secrets
    row = store.get(ref)
    if row is None:
        if store.covers(ref) and store.state.is_complete:
            return None
        return KnownKeys(frozenset(), is_whole=False, is_there=False)
    # `row.keys` is None if managedFields do not name all keys.
    keys = frozenset(row.keys or ())
    return KnownKeys(keys, is_whole=len(keys) == row.key_count)


def secret_meta(session: Session, ref: SecretRef, secret: Secret | None = None) -> SecretMeta:
    """Return the labels and annotations of a Secret, and the workloads that its writers restart.

    Some objects that write a Secret, such as a VaultStaticSecret, restart workloads after the write.
    Annotations are known only if the Secret is open, or passed as `secret`. Workloads are known only after a
    search for readers.
    """
    restarted = session.readers_of(ref.namespace).restarted_with(ref)
    held, row = session.held(ref), session.row_of(ref)
    if (secret := secret or (held.secret if held is not None else None)) is not None:
        return SecretMeta(ref, secret.labels, secret.annotations, restarted)
    return SecretMeta(ref, dict(row.labels) if row is not None else None, restarted=restarted)


def why_no_start(session: Session, owner: PodOwner) -> str:
    """Return why a new pod of a workload fails or may fail to start; "" if no reason is known."""
    effects_found = []
    for ref in owner.reads:
        keys = known_keys(session, ref)
        least_severity = MAY_FAIL if keys is None or (keys.is_there and keys.is_whole) else FAILS
        uses = [use for use in owner.uses if use.secret == ref.name]
        effects = [effect for use in uses if (effect := lacking(use, ref, keys)) is not None]
        effects_found += [effect for effect in effects if effect.severity >= least_severity]
    worst = max(effects_found, key=lambda effect: effect.severity, default=None)
    if worst is not None:
        return worst.sentence
    if owner.ref is None or owner.idle is not None:
        return ""
    return session.rollouts.next_start(owner.ref, *owner.reads)


def writers_of(session: Session, ref: SecretRef) -> list[str]:
    """Return the objects that write a Secret, e.g. "ExternalSecret/db".

    The result is empty before the first search for readers.
    """
    readers = session.readers_of(ref.namespace)
    return list(
        dict.fromkeys(
            f"{producer.info.kind.name}/{producer.info.name}" for producer in readers.producers_of(ref)
        )
    )


def is_settled(state: ListState) -> bool:
    return state.kind not in ("idle", "loading")
