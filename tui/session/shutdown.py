"""Close all sessions when the program ends, and print the names of lost drafts and the outcomes of writes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from msgspec import Struct

from tui.model.text.printable import ascii_only
from tui.session.session import Session
from tui.session.writes.outcome import Outcome, keys_of, last_words

NOT_DONE: Final = 1
"""Exit code if a write, or an action such as a restart, was not carried out."""
UNKNOWN_OUTCOME: Final = 3
"""Exit code if the outcome of a write or an action is unknown."""


async def end(sessions: Sequence[Session], tell: Callable[[str], object], *, is_asked: bool) -> int:
    """Close the sessions, wait for writes in flight, and return the exit code.

    `sessions`: the last one is on screen. `is_asked`: the user has agreed to lose the drafts, so the names of
    lost drafts are not printed.
    """
    if not is_asked and sessions:
        lost = unsaved_drafts(sessions[-1])
        if names := [*lost.whole, *lost.newer]:
            tell(f"Drafts lost, not written: {', '.join(names)}.")
    for session in sessions:
        writing = [session.writes.busy.still] if session.writes.busy is not None else []
        for busy in (*writing, *(action.still for action in session.actions.busy)):
            tell(f"{busy}; waiting up to 5 s for the answer.")
    code = 0
    for session in sessions:
        unknown = await session.close()
        outcomes = [news for news in session.events.news() if isinstance(news, Outcome)]
        known = [outcome for outcome in outcomes if outcome.kind != "unknown"]
        for outcome in (*known, *unknown):
            tell(last_words(outcome))
        late = session.actions.late
        for action, answer in late:
            tell(action.last_words(answer))
        results = {answer.made for _, answer in late}
        if unknown or "unknown" in results:
            code = UNKNOWN_OUTCOME
        elif "not sent" in results or any(outcome.kind not in ("written", "deleted") for outcome in known):
            code = max(code, NOT_DONE)
    return code


class UnsavedDrafts(Struct, frozen=True):
    """Drafts that are lost if the program ends now."""

    whole: tuple[str, ...]
    """Names of Secrets whose draft was not sent, or was refused by the server."""
    newer: tuple[str, ...]
    """Keys that the user changed after the draft was sent, such as "password of default/db"."""


def unsaved_drafts(session: Session) -> UnsavedDrafts:
    unsent = session.drafts.unsent()
    parked = (f"{draft.ref} in {ascii_only(context)}" for (context, _), draft in session.parked)
    return UnsavedDrafts(
        whole=(*(str(draft.ref) for draft, keys in unsent if not keys), *parked),
        newer=tuple(keys_of(draft.ref, keys) for draft, keys in unsent if keys),
    )
