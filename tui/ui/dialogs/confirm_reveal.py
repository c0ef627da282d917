"""Ask before a value is shown or copied while others may see or record the terminal."""

from __future__ import annotations

from typing import Any, Final

from tui.model.text.printable import ascii_only
from tui.ui.base.job import ask
from tui.ui.base.screen import TuiScreen
from tui.ui.command_types import Command
from tui.ui.dialogs.prompt import Question

_COPIED: Final = "A copy through the terminal's clipboard is recorded too."
_DONE: Final = {"show": "shown", "copy": "copied"}


async def may_show(screen: TuiScreen[Any], command: Command) -> bool:
    """Return True if the command may show or copy a value now.

    If others may see or record the terminal, ask first. After the user agrees, ask again only for the other
    action ("show" or "copy"), or if there is a new doubt, for example another recorder.
    """
    shared, action = screen.shared, "copy" if command.is_copy else "show"
    target, interruptions = screen.target, shared.app.interruptions
    viewers = await shared.app.lookout.fresh()
    if shared.app.interruptions != interruptions:
        screen.show_message("Nothing done: the screen was covered or suspended.", "warning")
        return False
    if _is_other(screen, target):
        return False
    doubts = shared.unasked(viewers, action)
    if not doubts:
        return True
    more = (_COPIED,) if action == "copy" and viewers.recorders else ()
    sets, checks = shared.keys.of("set_unseen"), shared.keys.of("check_value")
    unseen = f"{sets} sets and {checks} checks a value without showing it."
    question = Question(
        title=f"{action.capitalize()} values of {ascii_only(shared.session.cluster.target.context)} here?",
        lines=(
            *viewers.sentences,
            *more,
            "",
            unseen,
            f"You are asked once before values are {_DONE[action]}, and again if a viewer joins.",
        ),
        answers=(("y", action),),
        back=f"back, nothing is {_DONE[action]}",
    )

    if await ask(screen, question) is None:
        return False
    shared.app.agreed |= doubts | {
        f"{action} SHARED {client_count}" for client_count in range(2, viewers.clients)
    }
    return not _is_other(screen, target)


def _is_other(screen: TuiScreen[Any], target: object) -> bool:
    if screen.target == target:
        return False
    screen.show_message("Nothing done: the selection changed.", "warning")
    return True
