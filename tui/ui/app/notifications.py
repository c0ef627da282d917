"""Messages about events that do not directly follow a key press, e.g. the outcome of a write."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from tui.model.readers.freshness import pods_words, worst
from tui.model.secret.fields import keys_among
from tui.model.text.times import age
from tui.session.cache.events import Notice
from tui.session.health.known import why_no_start
from tui.session.session import Session
from tui.session.source import SourceRequest
from tui.session.writes.outcome import Outcome
from tui.session.writes.revert_watch import AfterWrite
from tui.ui.widgets.text import Tone

SKEW: Final = 5.0
"""Clock differences of up to this many seconds are not reported."""
_TONES: Final[dict[str, Tone]] = {
    "written": "good",
    "deleted": "good",
    "unknown": "warning",
    "conflict": "warning",
    "not written": "bad",
    "not deleted": "bad",
}


class News(NamedTuple):
    text: str
    tone: Tone
    stays: bool = False
    hint: str = ""
    is_quiet: bool = False
    """True if the message must not replace a text in the status line.

    The list of messages gets the message in any case.
    """


class Notifications:
    """Makes messages about the events of a session, and about the server's clock."""

    def __init__(self, session: Session, key_of: Callable[[str], str]) -> None:
        self._session, self._key_of = session, key_of
        self._is_skew_shown = False
        self._written: tuple[str, Outcome] | None = None

    def now(self) -> Iterator[News]:
        yield from self._of_clocks()
        for event in self._session.events.news():
            match event:
                case Notice():
                    yield News(event.text, event.tone, stays=event.tone == "bad")
                case Outcome():
                    tone: Tone = "warning" if event.altered else _TONES[event.kind]
                    self._written = _capitalized(event.sentence), event
                    yield News(self._written[0], tone, tone != "good", self._hint(event))
                case AfterWrite():
                    is_kept = event.kind == "kept"
                    tone = "" if is_kept else "warning"
                    yield News(_capitalized(event.sentence), tone, stays=not is_kept, is_quiet=is_kept)
                case SourceRequest():
                    yield self._of_request(event)

    def hint_now(self, text: str) -> str | None:
        """Return the current hint for the message `text`; None if `text` is not about the latest write."""
        is_latest = self._written is not None and self._written[0] == text
        return self._hint(self._written[1]) if is_latest and self._written is not None else None

    def _of_request(self, run: SourceRequest) -> News:
        tone: Tone = "good" if run.state == "done" else "warning" if run.state == "not seen" else "bad"
        sentence = f"{run.sentence[:1].lower()}{run.sentence[1:]}"
        return News(f"{run.prepared.request.secret}: {sentence}", tone, tone != "good")

    def _hint(self, outcome: Outcome) -> str:
        key, latest = self._key_of("undo_write"), self._session.writes.undo.writes[-1:]
        is_last = outcome.kind in ("written", "deleted") and [write.ref for write in latest] == [outcome.ref]
        if is_last and latest[0].draft.deletes:
            ref = outcome.ref
            is_last = self._session.may("delete", "secrets", ref.namespace, ref.name) is not False
        is_due = outcome.kind == "written" and not self._session.read_only
        stale = self._who_waits(outcome) if is_due else ""
        undone = "the write" if stale else "it"
        undoes = f"{key} undoes {undone}." if is_last and key else ""
        return f"{stale} {undoes}".strip()

    def _who_waits(self, outcome: Outcome) -> str:
        readers = self._session.rollouts.owners(outcome.ref, keys=keys_among(outcome.keys))
        owners = [owner for owner in readers if owner.needs_restart]
        verdicts = [verdict for owner in owners for verdict in owner.verdicts]
        stale, key = pods_words(verdicts).partition(" until ")[0], self._key_of("restart_readers")
        worst_verdict = worst(verdicts)
        if worst_verdict is None or not worst_verdict.is_old or not key:
            return ""
        failing = [(owner, why) for owner in owners if (why := why_no_start(self._session, owner))]
        count = sum(verdict.word == worst_verdict.word for verdict in verdicts)
        failing_count = sum(
            verdict.word == worst_verdict.word for owner, _ in failing for verdict in owner.verdicts
        )
        fails = "FAILS" if any("FAILS" in why for _, why in failing) else "may FAIL"
        if failing_count == count:
            return f"{stale}; the next start {fails} ({key} says why)."
        if failing_count:
            return (
                f"{stale}; {key} restarts {count - failing_count} of them, "
                f"but the next start of the other {failing_count} {fails}."
            )
        return f"{stale}; {key} restarts {'it' if count == 1 else 'them'}."

    def _of_clocks(self) -> Iterator[News]:
        skew = self._session.cluster.skew
        if skew is None or abs(skew) <= SKEW or self._is_skew_shown:
            return
        self._is_skew_shown = True
        which = "ahead of" if skew > 0 else "behind"
        differs = f"The server's clock is {age(abs(skew))} {which} this computer's"
        yield News(f"{differs}; ages use the server's clock.", "warning")


def _capitalized(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
