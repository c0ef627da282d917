"""ListState: progress and error of a list, and the state of its watch."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from tui.model.errors import ClusterError, ErrorHolder, Forbidden, Unauthorized

PaneKind = Literal["idle", "loading", "ready", "refused", "broken", "expired"]


class ListState(ErrorHolder, Struct, frozen=True):
    """State of a list whose rows are in a store."""

    kind: PaneKind = "idle"
    """State: idle (not requested), loading, ready (all rows have arrived), refused (no permission), expired
    (the login has expired), broken (another error)."""
    error: ClusterError | None = None
    loaded: int = 0
    is_complete: bool = False
    is_live: bool = False
    """True while a watch keeps the rows up to date."""
    since: float | None = None
    """Start of the watch, in seconds since the epoch.

    Without a watch, it is the last time at which the rows were up to date. If the rows were never up to date,
    it is the time of the first error. None before the first watch or error.
    """
    again_at: float | None = None
    """Time of the next request after an error, in seconds since the epoch; None if unknown."""
    remaining: int | None = None
    """Number of rows that have not arrived yet, if the server reports it."""

    def loading(self) -> ListState:
        return replace(self, kind="loading", error=None, again_at=None, remaining=None)

    def with_page(
        self, loaded: int, remaining: int | None, *, is_last: bool, now: float | None = None
    ) -> ListState:
        is_followed = self.is_live or self.since is None
        return replace(
            self,
            kind="ready" if is_last else "loading",
            loaded=loaded,
            remaining=None if is_last else remaining,
            is_complete=self.is_complete or is_last,
            since=now if is_last and not is_followed else self.since,
        )

    def with_count(self, loaded: int) -> ListState:
        return replace(self, loaded=loaded) if loaded != self.loaded else self

    def live(self, now: float) -> ListState:
        return self if self.is_live else replace(self, is_live=True, since=now, error=None, again_at=None)

    def lost(self, error: ClusterError | None, now: float, again_at: float | None = None) -> ListState:
        since = now if self.is_live or self.since is None else self.since
        return replace(self, is_live=False, since=since, error=error, again_at=again_at)

    def failed(self, error: ClusterError, now: float, again_at: float | None = None) -> ListState:
        return replace(self.lost(error, now, again_at), kind=kind_of(error), remaining=None)


def kind_of(error: ClusterError) -> PaneKind:
    if isinstance(error, Forbidden):
        return "refused"
    return "expired" if isinstance(error, Unauthorized) else "broken"
