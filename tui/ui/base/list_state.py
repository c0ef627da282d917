"""The note shown in place of a list: loading, empty, refused, broken."""

from __future__ import annotations

from datetime import tzinfo
from typing import Final

from tui.model.errors import ClusterError, Expired, Stopped
from tui.model.text.times import clock
from tui.session.cache.list_state import ListState
from tui.ui.base.screen_context import ScreenContext
from tui.ui.keymap import Keys
from tui.ui.widgets.bars.note import Note
from tui.ui.widgets.lines import Line
from tui.ui.widgets.text import Styled

_WHY: Final[dict[type[ClusterError], str]] = {Expired: ": 410", Stopped: ": stopped"}

NOT_LOOKED_AT: Final = Note("empty", ("Not loaded yet.", "Go to this pane to load them."))
"""In place of a list around the one Secret that was asked for."""


def note_of(
    desk: ScreenContext, pane: ListState, what: str, *, has_rows: bool, empty: str = ""
) -> Note | None:
    """A note instead of rows; None while there are rows, which stay whatever fails."""
    if has_rows:
        return None
    if pane.kind in ("idle", "loading"):
        return Note("loading", (Styled(f"Loading {what} …", "muted", is_drawn=True),))
    if pane.error is not None and pane.kind != "ready":
        return failure_note(desk.keys, pane.error, pane.kind, _again(pane, desk.session.clock.tz))
    return Note("empty", (empty or f"No {what} here.",))


def stale_lines(desk: ScreenContext, pane: ListState, *, has_rows: bool) -> list[Line]:
    """Since when the rows that are shown are not live any more, and why."""
    if pane.error is None or not has_rows:
        return []
    tz = desk.session.clock.tz
    keys, is_logged_out = desk.keys, pane.kind == "expired"
    asks = f"{keys.of('log_in')} logs in again." if is_logged_out else f"{keys.of('refresh_now')} refreshes."
    again = _again(pane, tz) or asks
    return [(Styled(f"! {not_live(pane, tz)} {again}", "warning"),)]


def not_live(pane: ListState, tz: tzinfo) -> str:
    """ "not live since 14:02: the reason"."""
    since = f" since {clock(pane.since, tz)[:5]}" if pane.since is not None else ""
    return f"not live{since}: {pane.error.sentence if pane.error is not None else ''}"


def _again(pane: ListState, tz: tzinfo) -> str:
    return "" if pane.again_at is None else f"Next try at {clock(pane.again_at, tz)}."


def failure_note(keys: Keys, error: ClusterError, kind: str, again: str = "") -> Note:
    """What went wrong, when it is tried again if that is known, and what to press."""
    asks = f"{keys.of('refresh_now')} refreshes."
    if kind == "refused":
        more = f"{asks} {keys.of('show_access')} shows the missing right."
        return Note("refused", (error.sentence, f"Everything else still works. {more}"))
    more = f"{keys.of('log_in')} logs in again." if kind == "expired" else asks
    return Note("broken", (error.sentence, f"{again} {more}" if again else more))


def count_words(pane: ListState, shown: int, total: int) -> str:
    """How many rows, and whether that is all: "6 of 140", "4,500…", "2,000 so far"."""
    if pane.kind == "refused" and not total:
        return "you may not list them here"
    if pane.kind in ("broken", "expired") and not total:
        return "not known"
    if not pane.is_complete and (total or pane.kind == "loading"):
        return f"{total:,}{so_far(pane)}" if total else so_far(pane)
    return f"{total:,}" if shown == total else f"{shown:,} of {total:,}"


def so_far(pane: ListState) -> str:
    """What follows a count that is not all: "…", ", incomplete: 410"."""
    if pane.is_complete:
        return ""
    return "…" if pane.error is None else f", incomplete{_WHY.get(type(pane.error), '')}"
