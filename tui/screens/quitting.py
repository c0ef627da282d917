"""Quitting: at once, unless there is a draft that would be lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tui.model.printable import ascii_only
from tui.screens.asking import Question, QuestionScreen

if TYPE_CHECKING:
    from tui.screens.base import TuiScreen


class QuitScreen(QuestionScreen):
    """The question before quitting."""


def ask_to_quit(screen: TuiScreen[Any], *, typed: str = "") -> None:
    """Quit, after a question if drafts would be lost; `typed` names what stands in an open editor."""
    if isinstance(screen.app.screen, QuitScreen):
        return
    session = screen.desk.session
    names = [str(draft.ref) for draft in session.drafts.all()] + ([typed] if typed else [])
    names += [f"{draft.ref} in {ascii_only(context)}" for (context, _), draft in session.parked]
    if not names:
        screen.app.exit(0)
        return
    question = Question(
        title="Quit and lose what was not written?",
        lines=(
            f"Not written: {', '.join(names)}.",
            "A draft lives only as long as this program runs.",
        ),
        answers=(("Q", "quit, drafts are lost"), ("escape", "back, drafts kept")),
    )

    def answered(answer: str | None) -> None:
        if answer == "Q":
            screen.app.exit(0)

    screen.app.push_screen(QuitScreen(question), answered)
