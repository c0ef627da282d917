"""Throw a draft away, after a question that says what is lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tui.model.draft.draft import Draft
from tui.model.text.counts import listed
from tui.ui.base.screen import TuiScreen
from tui.ui.dialogs.dialog import ask
from tui.ui.dialogs.prompt import Question


def why_not_discarded(screen: TuiScreen[Any], draft: Draft) -> str | None:
    """Why a draft must stay now, as a sentence; None if it can go."""
    writes = screen.shared.session.writes
    is_sent = writes.busy_with(draft.ref) is not None or writes.blocked(draft.ref) is not None
    return f"The draft of {draft.ref} is sent; wait for its outcome." if is_sent else None


def discard(screen: TuiScreen[Any], draft: Draft, then: Callable[[], object]) -> None:
    """Ask, drop it, and go on with `then`."""
    session, names = screen.shared.session, [change.key for change in draft.change_list()]
    lost = f"Its changes are lost: {listed(names)}."
    if draft.is_new:
        lost = f"It would create the Secret with {listed(names) or 'no key'}."
    question = Question(
        title=f"Discard the draft of {draft.ref}?",
        lines=(lost, "The cluster is not touched."),
        answers=(("y", "discard"), ("escape", "keep it")),
    )

    def answered(_: str) -> None:
        if (why_not := why_not_discarded(screen, draft)) is not None:
            screen.say(why_not, "warning")
            return
        if (target := session.writes.reviews.of(draft.ref, draft.uid)) is not None:
            session.writes.reviews.leave(target)  # else a list of several drafts would still send it
        session.drafts.drop(draft.ref, draft.uid)
        if draft.is_new:
            session.close_new(draft.ref)
        then()
        screen.say(f"The draft of {draft.ref} is discarded.")

    ask(screen, question, answered)
