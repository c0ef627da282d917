"""ListState: whether a list is loading, ready or failed, its error, and whether a watch follows it."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from tui.model.errors import ClusterError, Forbidden, KeepsError, Unauthorized

PaneKind = Literal["idle", "loading", "ready", "refused", "broken", "expired"]


class ListState(KeepsError, Struct, frozen=True):
    """State of a list whose rows are in a store. An error does not remove rows."""

    kind: PaneKind = "idle"
    """Kind. "idle": not requested yet. "refused": no permission. "expired": the login has expired.

    "broken": any other error.
    """
    error: ClusterError | None = None
    loaded: int = 0
    """Number of rows in the store."""
    is_complete: bool = False
    """True once all pages of the list have arrived. Until then `loaded` counts a part of the list."""
    is_live: bool = False
    """True while a watch keeps the rows up to date."""
    since: float | None = None
    """Time when the watch opened, or if not live, when the rows were last fresh. Seconds since the epoch."""
    again_at: float | None = None
    """Time of the next attempt, in seconds since the epoch; None if that time is not known."""
    remaining: int | None = None
    """Number of rows that have not arrived yet; None if the server does not report it."""

    def loading(self) -> ListState:
        """Return the state after a list was requested, without an error."""
        return replace(self, kind="loading", error=None, again_at=None, remaining=None)

    def with_page(
        self, loaded: int, remaining: int | None, *, is_last: bool, now: float | None = None
    ) -> ListState:
        """Return the state after a page. The last page makes the list "ready".

        The last page also sets `since` to `now`, unless a watch is open or `since` is None.
        """
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
        """Return the state after a watch event added or removed a row."""
        return replace(self, loaded=loaded) if loaded != self.loaded else self

    def live(self, now: float) -> ListState:
        """Return the state after the watch has opened."""
        return self if self.is_live else replace(self, is_live=True, since=now, error=None, again_at=None)

    def lost(self, error: ClusterError | None, now: float, again_at: float | None = None) -> ListState:
        """Return the state after the watch broke. The rows stay, but are no longer up to date."""
        since = now if self.is_live or self.since is None else self.since
        return replace(self, is_live=False, since=since, error=error, again_at=again_at)

    def failed(self, error: ClusterError, now: float, again_at: float | None = None) -> ListState:
        """Return the state after the list itself failed."""
        return replace(self.lost(error, now, again_at), kind=kind_of(error), remaining=None)


def kind_of(error: ClusterError) -> PaneKind:
    """Return the kind of a list that ended with this error."""
    if isinstance(error, Forbidden):
        return "refused"
    return "expired" if isinstance(error, Unauthorized) else "broken"
