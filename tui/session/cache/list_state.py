"""State of a list: loading, ready, refused, broken; its error, and since when it is (not) live."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from tui.model.errors import ClusterError, Forbidden, KeepsError, Unauthorized

PaneKind = Literal["idle", "loading", "ready", "refused", "broken", "expired"]


class ListState(KeepsError, Struct, frozen=True):
    """State of a list; its rows are in the store. An error never removes rows."""

    kind: PaneKind = "idle"
    """"idle": not asked for yet. "expired": the login has expired."""
    error: ClusterError | None = None
    loaded: int = 0
    """Rows held, whether fresh or old."""
    is_complete: bool = False
    """True once a whole list arrived since the list was begun. Before, `loaded` is "so far"."""
    is_live: bool = False
    """True while a watch keeps it fresh."""
    since: float | None = None
    """Time since when it is live, or of the rows if no watch follows them (seconds since the epoch)."""
    again_at: float | None = None
    """Time of the next try, if the server asked for a delay (seconds since the epoch)."""
    remaining: int | None = None
    """Rows still to come, if the server says."""

    def loading(self) -> ListState:
        """A list was requested; forget an earlier error."""
        return replace(self, kind="loading", error=None, again_at=None, remaining=None)

    def with_page(
        self, loaded: int, remaining: int | None, *, is_last: bool, now: float | None = None
    ) -> ListState:
        """State after a page. The last one makes it ready; without a watch the rows are as of `now`."""
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
        """State after rows came or went by an event."""
        return replace(self, loaded=loaded) if loaded != self.loaded else self

    def live(self, now: float) -> ListState:
        """The watch is open."""
        return self if self.is_live else replace(self, is_live=True, since=now, error=None, again_at=None)

    def lost(self, error: ClusterError | None, now: float, again_at: float | None = None) -> ListState:
        """State after the watch broke; the rows stay but are not followed."""
        since = now if self.is_live or self.since is None else self.since
        return replace(self, is_live=False, since=since, error=error, again_at=again_at)

    def failed(self, error: ClusterError, now: float, again_at: float | None = None) -> ListState:
        return replace(self.lost(error, now, again_at), kind=kind_of(error), remaining=None)


def kind_of(error: ClusterError) -> PaneKind:
    """The state of a list after this error."""
    if isinstance(error, Forbidden):
        return "refused"
    return "expired" if isinstance(error, Unauthorized) else "broken"
