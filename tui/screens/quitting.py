"""Quitting: at once, unless there is a draft that would be lost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from tui.live.losses import losses
from tui.live.outcome import DONE, being
from tui.screens.asking import Question, QuestionScreen

if TYPE_CHECKING:
    from tui.live.writes import Writes
    from tui.screens.base import TuiScreen


_LOSES: Final = "Quit and lose what was not written?"


class QuitScreen(QuestionScreen):
    """The question before quitting."""


def ask_to_quit(screen: TuiScreen[Any], *, typed: str = "") -> None:
    """Quit, after a question if drafts would be lost; `typed` names what stands in an open editor."""
    if isinstance(screen.app.screen, QuitScreen):
        return
    session = screen.desk.session
    lost, writes = losses(session), session.writes
    names, newer = [*([typed] if typed else []), *lost.whole], lost.newer
    if not (names or len(session.drafts)):
        screen.app.exit(0)
        return
    if names or newer:
        title, answers = _LOSES, (("Q", "quit, drafts are lost"), ("escape", "back, drafts kept"))
    else:
        title, answers = "Quit before it is known what was written?", (("Q", "quit"), ("escape", "back"))
    question = Question(title, tuple(_lines(writes, names, newer)), answers)

    def answered(answer: str | None) -> None:
        if answer == "Q":
            screen.app.exit(0)

    screen.app.push_screen(QuitScreen(question), answered)


def _lines(writes: Writes, names: Sequence[str], newer: Sequence[str]) -> Iterator[str]:
    """`newer`: what was changed of a draft after it was sent."""
    if names:
        yield f"Not written: {', '.join(names)}."
    if newer:
        yield f"Changed after it was sent, and not written: {', '.join(newer)}."
    if writes.busy is not None:
        doing = f"Still {being(writes.busy.verb)}: {writes.busy.ref}."
        yield f"{doing} Quitting waits 5 s for it; after that nobody knows."
    for outcome in writes.unknown.values():
        yield f"Not known whether it was {DONE[outcome.verb]}: {outcome.ref}."
    if names or newer:
        yield "A draft lives only as long as this program runs."
