"""Verdicts: judge whether the containers of a pod have the old or the new value of a Secret's key."""

from __future__ import annotations

from msgspec.structs import replace

from tui.model.readers.freshness import BAND, UNKNOWN, History, KnownChange, Verdict, verdict
from tui.model.readers.pod_use import PodUse
from tui.model.readers.pods import PodInfo
from tui.model.readers.reader import secret_of
from tui.model.secret.secret import SecretRef, SecretSummary
from tui.session.cache.events import Services
from tui.session.cache.lookup import SecretLookup
from tui.session.writes.changed_at import ChangedAt


class Verdicts:
    """Verdicts on containers, from their start times and the known changes of Secrets."""

    def __init__(
        self,
        services: Services,
        changes: ChangedAt,
        lookup: SecretLookup,
    ) -> None:
        self._cluster, self._clock, *_ = services
        self._changes, self._lookup = changes, lookup
        self._oldest: dict[SecretRef, tuple[int, float | None]] = {}
        """Keys are Secrets. Values are a counter and a creation time.

        The creation time is that of the oldest pod that reads the Secret. The counter is the sum of
        `touched` of the reader indexes. `touched` grows when readers change. If the present sum differs from
        the counter, `_has_older_reader` finds the creation time again.
        """

    def of(
        self,
        info: PodInfo,
        use: PodUse,
        key: str | None = None,
        then: KnownChange | None = None,
        *,
        is_dated: bool = False,
    ) -> Verdict:
        """Judge whether a container has the old or the new value of `key`.

        If `key` is None, judge all keys that `use` reads. `then`: one more change, added to the known
        changes. `is_dated`: times in `Verdict.grounds` always have a date, even times of today.
        """
        skew = self._cluster.skew
        now = self._clock.now() + skew if skew is not None else None
        history = self._history(secret_of(info, use), use, key)
        history = replace(history, seen=(*history.seen, then)) if then is not None else history
        return verdict(info, use, history, now, self._clock.tz, key, is_dated=is_dated)

    def _history(self, ref: SecretRef, use: PodUse, key: str | None) -> History:
        row = self._lookup.row_of(ref)
        if row is None:
            return History(gone="secret") if self._lookup.is_gone(ref) else UNKNOWN
        history = self._changes.history(row, key or use.key)
        if use.key is not None and row.keys is not None and use.key not in row.keys:
            return replace(history, gone="key")
        if row.is_immutable and not history.keeps_replaced and self._has_older_reader(row):
            return replace(history, keeps_replaced=True)
        return history

    def _has_older_reader(self, row: SecretSummary) -> bool:
        """True if a pod that reads the Secret was created before the Secret.

        The node of this pod may still hold the values of a deleted Secret with the same name.
        """
        readers = self._lookup.readers_of(row.ref.namespace)
        touched = sum(store.index.touched for store in readers.stores)
        known, oldest = self._oldest.get(row.ref, (-1, None))
        if known != touched:
            creation_times = (
                reader.info.created for reader in readers.of(row.ref) if isinstance(reader.info, PodInfo)
            )
            oldest = min((created for created in creation_times if created is not None), default=None)
            self._oldest[row.ref] = touched, oldest
        return oldest is not None and oldest < (row.created or 0.0) - BAND
