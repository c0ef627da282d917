"""Log in again; a login command that asks a person gets the terminal."""

from __future__ import annotations

from typing import Any

from tui.model.errors import ClusterError
from tui.model.text.printable import ascii_only
from tui.session.login_refresh import refresh_login
from tui.ui.base.screen import TuiScreen


async def log_in(screen: TuiScreen[Any]) -> None:
    """Everything stays as it is on screen; what became of the login is said there."""
    session = screen.desk.session
    says = f"secret-tui: logging in to {ascii_only(session.cluster.target.context)}; ctrl+c goes back"
    failure: ClusterError | None = None
    with screen.desk.lend(says, session.cluster.login.stop):
        try:
            await refresh_login(session)
        except ClusterError as error:
            failure = error
    if failure is not None:
        screen.say(failure.sentence, "bad")
        return
    await session.refresh()
    screen.say("Logged in again.", "good")
