"""Ask the manager of a Secret for something: the dry run first, then the screen of the request."""

from __future__ import annotations

from functools import partial
from typing import Any

from tui.model.errors import ClusterError
from tui.model.managers.source.source import Request, SealAction, SourceAction
from tui.model.secret.secret import SecretRef
from tui.session.source import Found
from tui.ui.base.screen import TuiScreen
from tui.ui.source.request import RequestScreen
from tui.ui.source.seal import Sealing


def act_at_source(
    screen: TuiScreen[Any], ref: SecretRef, what: SourceAction | SealAction, found: Found, key: str = ""
) -> None:
    """Begin to seal a value, or show what would be sent; `key`: for a new value of this key."""

    def show(action: SourceAction, ciphertext: str = "") -> None:
        work = _show_request(screen, ref, action, found, key, ciphertext)
        screen.run_worker(work, group="prepare", exclusive=True)

    if isinstance(what, SealAction):
        Sealing(screen, ref, what, show).begin(key)
    elif what.idle:
        screen.say(f"It would do nothing: {what.idle}", "warning")
    else:
        show(what)


async def _show_request(
    screen: TuiScreen[Any], ref: SecretRef, what: SourceAction, found: Found, key: str, ciphertext: str
) -> None:
    desk, session = screen.desk, screen.desk.session
    identity = session.access.identity
    user = identity.user if identity is not None else session.cluster.target.user or "secret-tui"
    screen.show_status("Asking for the dry run …")
    try:
        prepared = await session.sources.prepare(found, what, Request(desk.server_now(), user, ref, key))
    except ClusterError as error:
        screen.say(f"Nothing sent. {error.sentence}", "bad")
        return
    if screen.app.screen is not screen or screen.subject != ref:
        screen.say("Nothing sent: you went elsewhere during the dry run.", "warning")
        return
    screen.show_status("")
    again = partial(act_at_source, screen, ref, what, found, key)
    screen.app.push_screen(RequestScreen(desk, prepared, ciphertext, again))
