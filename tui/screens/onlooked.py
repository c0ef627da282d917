"""Before the first value is shown, or copied, where others see it: one question, asked once for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tui.commands import Command
from tui.model.onlookers import Onlookers
from tui.model.printable import ascii_only
from tui.screens.asking import Question, QuestionScreen
from tui.screens.desk import Desk

if TYPE_CHECKING:
    from tui.screens.base import TuiScreen

_COPIED: Final = (
    "What is copied through a terminal's clipboard passes there too, and is written down with it."
)
_DONE: Final = {"show": "shown", "copy": "copied"}
_WAYS: Final = {
    "HTTP": "HTTP: nothing is encrypted on the way to this server.",
    "NO TLS CHECK": "NO TLS CHECK: whoever is on the way may be taken for this server.",
}


def unasked(desk: Desk, found: Onlookers, what: str) -> frozenset[str]:
    """What stands against it and was not asked about yet; `what` is "show" or "copy"."""
    target = desk.session.cluster.target
    ways = [f"{target.context} {badge}" for badge in target.badges] if desk.guard_badge else []
    return frozenset(f"{what} {doubt}" for doubt in (*found.doubts, *ways)) - desk.agreed


async def may_show(screen: TuiScreen[Any], command: Command) -> bool:
    """May the command go on? If not, a person is asked, and with their word it is run again."""
    desk, what = screen.desk, "copy" if command.is_copy else "show"
    aim, interruptions = screen.aim, desk.interruptions()
    found = await desk.lookout.fresh()
    if _is_other(screen, aim) or _is_interrupted(screen, interruptions):
        return False
    doubts = unasked(desk, found, what)
    if not doubts:
        return True
    target = desk.session.cluster.target
    ways = [_WAYS.get(badge, f"{badge}.") for badge in target.badges] if desk.guard_badge else []
    more = (_COPIED,) if what == "copy" and found.recorders else ()
    sets, checks = desk.keys.of("set_unseen"), desk.keys.of("check_value")
    unseen = f"{sets} sets and {checks} checks a value without drawing it, also on a screen like this."
    question = Question(
        title=f"{what.capitalize()} values of {ascii_only(target.context)} here?",
        lines=(*found.sentences, *ways, *more, "", unseen, f"Asked once before a value is {_DONE[what]}."),
        answers=(("y", what), ("escape", f"back, nothing is {_DONE[what]}")),
    )

    def answered(answer: str | None) -> None:
        if answer == "y":
            desk.agreed |= doubts | {f"{what} SHARED {fewer}" for fewer in range(2, found.clients)}
            screen.call_later(agreed)

    async def agreed() -> None:
        if not _is_other(screen, aim):
            await screen.action_run_command(command.id)

    screen.app.push_screen(QuestionScreen(question), answered)
    return False


def _is_other(screen: TuiScreen[Any], aim: object) -> bool:
    """Is what a press acts on another than when it was pressed? Says so."""
    if screen.aim == aim:
        return False
    screen.say("Something else is under the cursor now; nothing was done.", "warning")
    return True


def _is_interrupted(screen: TuiScreen[Any], interruptions: int) -> bool:
    """Was the screen covered, or given away, since there were so many interruptions? Says so."""
    if screen.desk.interruptions() == interruptions:
        return False
    screen.say("The screen was covered or given away meanwhile; nothing was done.", "warning")
    return True
