"""Turn a draft whose Secret is gone into a new Secret, or apply it to the Secret that has the name now."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tui.model.draft.draft import Draft
from tui.model.errors import ClusterError, Exists
from tui.model.secret.secret import Secret
from tui.session.writes.review import Review
from tui.ui.base.screen import TuiScreen
from tui.ui.widgets.bars.frame import is_staying


def is_other_there(review: Review) -> bool:
    """Does another Secret have the name, one that this draft was not begun on?"""
    error = review.error
    return review.gone == "recreated" or (isinstance(error, Exists) and not error.is_leaving)


def as_new(screen: TuiScreen[Any], review: Review) -> Draft | None:
    """The draft of a Secret that is gone as one of a new Secret, of its own keys alone. Says why not."""
    new = screen.desk.session.drafts.make_new(review.draft)
    if new is None:
        screen.say("Not created: another draft of a new Secret has this name.", "warning")
    return new


def put_on_other(
    screen: TuiScreen[Any], review: Review, shown: Callable[[], object], ask: Callable[[Draft], None]
) -> None:
    """Put the draft on the Secret that has the name now, and `ask` about what differs there. Says why not.

    `shown` tells which review is on the screen by then.
    """
    if (why_not := _why_not(screen, review)) is not None:
        screen.say(why_not, "warning")
        return
    screen.show_status(f"Reading the existing {review.draft.ref} …")
    # Beside the presses: a server that does not answer must not keep them waiting.
    screen.run_worker(_put_on_other(screen, review, shown, ask), group="retarget", exclusive=True)


async def _put_on_other(
    screen: TuiScreen[Any], review: Review, shown: Callable[[], object], ask: Callable[[Draft], None]
) -> None:
    session, ref = screen.desk.session, review.draft.ref
    failure: ClusterError | None = None
    try:
        there = await session.read(ref)
    except ClusterError as error:
        failure = error
    if not is_staying(screen):
        return
    if failure is not None:
        screen.say(f"{failure.sentence} The draft is unchanged.", "bad")
    elif (why_not := _why_not(screen, review) or _left_meanwhile(screen, review, shown)) is not None:
        screen.say(why_not, "warning")
    elif (moved := session.drafts.put_on(review.draft, there)) is None:
        screen.say(f"The existing {ref.name} already has a draft; write or undo that first.", "warning")
    else:
        said = f"The draft now applies to the existing {ref}."
        if differs := _differs(screen, review.draft, there):
            screen.say(f"{said} {differs}", "warning")
        else:
            screen.show_status(said)
        ask(moved)


def _differs(screen: TuiScreen[Any], draft: Draft, there: Secret) -> str:
    """What of the Secret that has the name now is otherwise than what the draft was made for, beside keys."""
    opened = screen.desk.session.held(draft.ref)
    had = opened.labels if opened is not None else None
    said = f"Its type is {there.type}, not {draft.type}." if there.type != draft.type else ""
    if had is not None and had != there.labels:
        names = sorted(name for name in {*had, *there.labels} if had.get(name) != there.labels.get(name))
        said += f" Its labels differ: {', '.join(names)}."
    return said.strip()


def _why_not(screen: TuiScreen[Any], review: Review) -> str | None:
    session, draft = screen.desk.session, review.draft
    if not is_other_there(review):
        return "Nothing done: no other Secret has this name."
    if session.drafts.get(draft.ref, draft.uid) != draft:
        return "Nothing done: the draft differs from this review."
    return session.writes.problem(draft.ref)


def _left_meanwhile(screen: TuiScreen[Any], review: Review, shown: Callable[[], object]) -> str | None:
    """What the person turned to since: what they asked for before is not done behind it."""
    if shown() is not review:
        return "Nothing done: the review changed."
    if screen.app.screen is not screen:
        again = screen.desk.keys.of("change_existing")
        return f"Nothing done: another Secret was opened. {again} in the review retries."
    return None
