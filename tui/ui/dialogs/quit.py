"""Quit the program. With drafts or unfinished writes, ask first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from tui.model.text.counts import listed
from tui.session.shutdown import unsaved_drafts
from tui.session.writes.outcome import SentWrite
from tui.session.writes.queue import Writes
from tui.ui.base.job import ask
from tui.ui.base.screen import TuiScreen
from tui.ui.dialogs.prompt import Question

_LOSES: Final = "Quit and lose unwritten drafts?"
_WAITS: Final = "Quitting waits up to 5 s for the server. Without its answer, the result is unknown."


class QuitQuestion(Question):
    """Question before quitting.

    The class lets `ask_to_quit` recognize that this question is already open.
    """


async def ask_to_quit(screen: TuiScreen[Any], *, typed: str = "") -> None:
    """Quit. Ask first if there are drafts, unsent restarts or deletions, or unfinished requests.

    `typed`: name of the value in an open editor, or "". With a name, the function also asks first.
    """
    if isinstance(screen.app.screen, QuitQuestion):
        return
    session = screen.shared.session
    unsaved, writes = unsaved_drafts(session), session.writes
    names, newer = [*([typed] if typed else []), *unsaved.whole], unsaved.newer
    run = session.rollouts.running
    queued = [run.name(step.ref) for step in run.steps if step.state == "queued"] if run is not None else []
    busy, waiting = (
        session.actions.busy,
        [str(sent.ref) for sent in writes.following if isinstance(sent, SentWrite)],
    )
    if not (names or len(session.drafts) or queued or busy or waiting):
        screen.app.exit(0)
        return
    if names or newer:
        title, quits, back = _LOSES, "quit, lose drafts", "back, keep drafts"
    elif (queued or waiting) and not len(session.drafts):
        title, quits, back = (
            f"Quit before all {'workloads are restarted' if queued else 'Secrets are deleted'}?",
            "quit",
            "back",
        )
    else:
        title, quits, back = "Quit before the result of a write is known?", "quit", "back"
    left = [f"Not restarted yet: {listed(queued)}."] if queued else []
    left += [f"Not deleted yet: {listed(waiting)}."] if waiting else []
    left += [f"Not answered yet: {listed([action.words for action in busy])}. {_WAITS}"] if busy else []
    question = QuitQuestion(title, (*_lines(writes, names, newer), *left), (("Q", quits),), back=back)
    if await ask(screen, question) is not None:
        screen.app.exit(0)


def _lines(writes: Writes, names: Sequence[str], newer: Sequence[str]) -> Iterator[str]:
    if names:
        yield f"Not written: {', '.join(names)}."
    if newer:
        yield f"Edited after the write was sent, so not written: {', '.join(newer)}."
    if writes.busy is not None:
        doing = f"Still {writes.busy.being}: {writes.busy.ref}."
        yield f"{doing} {_WAITS}"
    for outcome in writes.unknown.values():
        yield f"Unknown whether {outcome.ref} was {outcome.intent.done}."
    if names or newer:
        yield "Drafts exist only while secret-tui runs."
