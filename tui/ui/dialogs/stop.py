"""Stop lists that are still loading. A write that was sent is never stopped."""

from __future__ import annotations

from typing import Any

from tui.session.writes.outcome import still
from tui.ui.base.screen import TuiScreen


def stop_running(screen: TuiScreen[Any]) -> None:
    """Leave lists at what came of them, and say what was stopped, or why nothing was."""
    session, keys = screen.desk.session, screen.desk.keys
    stopped, busy = session.stop_lists(), session.writes.busy
    if stopped:
        screen.say(f"Stopped: {', '.join(stopped)} so far. {keys.of('refresh_now')} refreshes.")
    elif busy is not None:
        screen.say(f"{still(busy)}: a sent write cannot be stopped.", "warning")
    else:
        quits = keys.of("quit_program")
        screen.say(f"Nothing to stop here; {quits} quits.")
