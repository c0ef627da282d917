"""Which value the containers of a session's pods have, by all that the session knows."""

from __future__ import annotations

from msgspec.structs import replace

from tui.model.readers.freshness import BAND, UNKNOWN, History, Verdict, verdict
from tui.model.readers.pod_use import PodUse
from tui.model.readers.pods import PodInfo
from tui.model.readers.reader import ReaderInfo, Use, secret_of
from tui.model.secret.secret import SecretRef, SecretSummary
from tui.session.session import Session


def verdict_of(session: Session, info: ReaderInfo, use: Use, key: str | None = None) -> Verdict | None:
    """Which value a container has of `key`, or of all that the use reads; None if it is no pod's use."""
    if not isinstance(info, PodInfo) or not isinstance(use, PodUse):
        return None
    skew = session.cluster.skew
    now = session.clock.now() + skew if skew is not None else None
    return verdict(info, use, _history(session, secret_of(info, use), use, key), now, session.clock.tz, key)


def _history(session: Session, ref: SecretRef, use: PodUse, key: str | None) -> History:
    row, store = session.row_of(ref), session.secrets
    if row is None:
        is_gone = store.name is None and store.covers(ref) and store.pane.is_complete
        return History(gone="secret") if is_gone else UNKNOWN
    found = session.changes.history(row, key or use.key)
    if use.key is not None and row.keys is not None and use.key not in row.keys:
        return replace(found, gone="key")
    if row.is_immutable and not found.keeps_replaced and _has_older_reader(session, row):
        return replace(found, keeps_replaced=True)
    return found


def _has_older_reader(session: Session, row: SecretSummary) -> bool:
    """Does a pod that is older than the Secret name it, so that its node may keep a former one?"""
    readers = session.readers_of(row.ref.namespace).of(row.ref)
    before = (row.created or 0.0) - BAND
    return any(reader.info.created is not None and reader.info.created < before for reader in readers)
