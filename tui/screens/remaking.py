"""A draft whose Secret does not have the name now: made a new Secret, or put on the one that is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.model.errors import ClusterError, Exists

if TYPE_CHECKING:
    from tui.live.review import Review
    from tui.model.draft import Draft
    from tui.screens.review import ReviewScreen


def is_other_there(review: Review) -> bool:
    """Does another Secret have the name, one that this draft was not begun on?"""
    error = review.error
    return review.gone == "recreated" or (isinstance(error, Exists) and not error.is_leaving)


def as_new(screen: ReviewScreen, review: Review) -> Draft | None:
    """The draft of a Secret that is gone as one of a new Secret, of its own keys alone. Says why not."""
    drafts, ref = screen.desk.session.drafts, review.draft.ref
    if review.gone != "deleted":
        screen.say(f"There is a Secret {ref.name}; nothing was made.", "warning")
        return None
    new = drafts.make_new(review.draft)
    if new is None:
        screen.say("A draft of a new Secret of that name has other values; nothing was made.", "warning")
    return new


async def on_other(screen: ReviewScreen, review: Review) -> Draft | None:
    """The draft, put on the Secret that has the name now: what differs there is asked about. Says why not."""
    session, ref = screen.desk.session, review.draft.ref
    if not is_other_there(review):
        screen.say("No other Secret has this name; nothing was done.", "warning")
        return None
    if (problem := session.writes.problem(ref)) is not None:
        screen.say(problem, "warning")
        return None
    try:
        there = await session.cluster.open(ref)
    except ClusterError as error:
        screen.say(error.sentence, "bad")
        return None
    moved = session.drafts.put_on(review.draft, there)
    if moved is None:
        screen.say(f"There is a draft of the {ref.name} that is there; write or undo that first.", "warning")
    return moved
