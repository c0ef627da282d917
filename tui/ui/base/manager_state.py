"""What is wrong with the object that manages a Secret, in one line beside the Secret."""

from __future__ import annotations

from typing import Final

from tui.model.errors import NotFound
from tui.model.managers.source.source import SourceVerdict
from tui.model.secret.secret import Secret
from tui.model.text.times import age
from tui.session.source import Found, Looked
from tui.ui.base.screen_context import ScreenContext
from tui.ui.widgets.text import Styled

_BAD: Final[dict[SourceVerdict, str]] = {
    "in error": "is in error",
    "suspended": "is suspended",
    "out of sync": "is out of sync",
}


def managing(looked: Looked | None) -> list[Found]:
    """The objects that manage the open Secret, as far as they were read."""
    return [one for one in (looked.found if looked is not None else None) or () if not one.source.is_reader]


def failing(desk: ScreenContext, one: Found, secret: Secret) -> Styled | None:
    """Why the Secret gets nothing new from there, as a sentence; None if nothing is known to be wrong."""
    if isinstance(one.error, NotFound):
        return Styled(f"{one.place.title} does not exist: nothing keeps this Secret up to date.", "bad")
    if one.obj is None:
        return None
    state = one.source.state(one.obj, secret)
    if state.verdict not in _BAD:
        return None
    reason = f" ({state.reason})" if state.reason else ""
    last = f"; last done {age(desk.server_now() - state.last)} ago" if state.last is not None else ""
    said = f"{one.place.title} {_BAD[state.verdict]}{reason}{last}."
    return Styled(said, "bad" if state.verdict == "in error" else "warning")
