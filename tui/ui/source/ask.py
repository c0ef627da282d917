"""Ask the manager of a Secret for something: the dry run first, then the screen of the request."""

from __future__ import annotations

from functools import partial
from typing import Any

from tui.model.errors import ClusterError
from tui.model.managers.source.source import Request, SealAction, SourceAction
from tui.model.secret.secret import SecretRef
from tui.session.source import Found, Prepared
from tui.ui.base.screen import TuiScreen
from tui.ui.base.screen_context import ScreenContext
from tui.ui.source.request import RequestScreen
from tui.ui.source.seal import Sealing
from tui.ui.widgets.bars.frame import is_staying


def act_at_source(
    screen: TuiScreen[Any], ref: SecretRef, what: SourceAction | SealAction, found: Found, key: str = ""
) -> None:
    """Begin to seal a value, or show what would be sent; `key`: for a new value of this key."""
    if isinstance(what, SealAction):

        def sealed(action: SourceAction, ciphertext: str) -> None:
            _open(screen, ref, action, found, key, ciphertext)

        Sealing(screen, ref, what, sealed).begin(key)
    elif what.idle:
        screen.say(f"It would do nothing: {what.idle}", "warning")
    else:
        _open(screen, ref, what, found, key)


def _open(
    screen: TuiScreen[Any], ref: SecretRef, what: SourceAction, found: Found, key: str, ciphertext: str = ""
) -> None:
    screen.run_worker(_prepare(screen, ref, what, found, key, ciphertext), group="prepare", exclusive=True)


async def _prepare(
    screen: TuiScreen[Any], ref: SecretRef, what: SourceAction, found: Found, key: str, ciphertext: str
) -> None:
    screen.show_status("Asking for the dry run …")
    try:
        prepared = await _prepared(screen.desk, ref, what, found, key)
    except ClusterError as error:
        screen.say(f"Nothing sent. {error.sentence}", "bad")
        return
    if not (is_staying(screen) and screen.app.screen is screen and screen.subject == ref):
        screen.say("Nothing sent: you went elsewhere during the dry run.", "warning")
    else:
        screen.show_status("")
        again = partial(_prepared, screen.desk, ref, what, found, key)
        screen.app.push_screen(RequestScreen(screen.desk, prepared, ciphertext, again))


async def _prepared(
    desk: ScreenContext, ref: SecretRef, what: SourceAction, found: Found, key: str
) -> Prepared:
    identity = desk.session.access.identity
    user = identity.user if identity is not None else desk.session.cluster.target.user or "secret-tui"
    return await desk.session.sources.prepare(found, what, Request(desk.server_now(), user, ref, key))
