"""Actions on a draft under review: discard the draft, or open its Secret to edit further."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from tui.model.draft.draft import Draft
from tui.model.secret.secret import SecretRef
from tui.model.text.counts import listed
from tui.ui.base.job import ask
from tui.ui.base.screen import TuiScreen
from tui.ui.dialogs.prompt import Question


def why_not_discarded(screen: TuiScreen[Any], draft: Draft) -> str | None:
    writes = screen.shared.session.writes
    is_sent = writes.busy_with(draft.ref) is not None or writes.blocked(draft.ref) is not None
    return f"Wait: the write of {draft.ref} has no outcome yet." if is_sent else None


async def discard(screen: TuiScreen[Any], draft: Draft, others: Sequence[Draft] = ()) -> Sequence[Draft]:
    """Ask whether to discard `draft` alone, or `draft` and all `others`. Return the discarded drafts."""
    names = [change.key for change in draft.change_list()]
    lost = f"The draft's changes would be lost: {listed(names)}."
    if draft.is_new:
        with_keys = f"with: {listed(names)}" if names else "without keys"
        lost = f"The draft would create the Secret {with_keys}."
    all_answer = (("A", f"discard all {len(others) + 1} drafts"),) if others else ()
    question = Question(
        title=f"Discard the draft of {draft.ref}?",
        lines=(lost, "The cluster is not touched."),
        answers=(("y", "discard"), *all_answer),
        back="keep it",
    )
    if (answer := await ask(screen, question)) is None:
        return ()
    chosen = [draft, *others] if answer == "A" else [draft]
    dropped = [each_draft for each_draft in chosen if why_not_discarded(screen, each_draft) is None]
    for each_draft in dropped:
        _drop(screen, each_draft)
    subject = f"The draft of {draft.ref} is" if len(dropped) == 1 else f"{len(dropped)} drafts are"
    why_not = next(
        (why for each_draft in chosen if (why := why_not_discarded(screen, each_draft)) is not None), None
    )
    screen.show_message(why_not or f"{subject} discarded.", "warning" if why_not else "")
    return dropped


def _drop(screen: TuiScreen[Any], draft: Draft) -> None:
    session = screen.shared.session
    if (target := session.writes.reviews.of(draft.ref, draft.uid)) is not None:
        # Otherwise an open DraftListScreen could still send this draft.
        session.writes.reviews.leave(target)
    session.drafts.drop(draft.ref, draft.uid)
    if draft.is_new:
        session.close_new(draft.ref)


def open_draft(screen: TuiScreen[Any], ref: SecretRef, key: str = "") -> None:
    keys, main = screen.shared.keys, screen.shared.app.navigator
    main.follow(partial(main.open_secret, ref, key))
    main.show_message(
        f"{keys.of('edit_value')} edits a value, {keys.of('review_changes')} reviews the draft again."
    )
