"""Status messages that no key asked for, each once: outcomes of writes, clock skew."""

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
"""Seconds by which two clocks may differ unsaid."""
_TONES: Final[dict[str, Tone]] = {
    "written": "good",
    "deleted": "good",
    "unknown": "warning",
    "conflict": "warning",
    "not written": "bad",
    "not deleted": "bad",
}


class News(NamedTuple):
    """Message for the status line."""

    text: str
    tone: Tone
    stays: bool = False
    """True if it is shown until the next message. A failed or doubtful write must not go unread."""
    hint: str = ""
    """Sentence about what can be done now; the list of messages leaves it out."""
    is_quiet: bool = False
    """True if the status line keeps its text, and only the list of messages shows this one."""


class Notifications:
    """Remembers which news of a session were shown."""

    def __init__(self, session: Session, key_of: Callable[[str], str]) -> None:
        """`key_of`: what a person presses for a command, by its id; "" for no key."""
        self._session, self._key_of = session, key_of
        self._is_skew_told = False
        self._written: tuple[str, Outcome] | None = None
        """The latest news of a write, in its words."""

    def now(self) -> Iterator[News]:
        yield from self._of_clocks()
        for one in self._session.events.news():
            match one:
                case Notice():
                    yield News(one.text, one.tone, stays=one.tone == "bad")
                case Outcome():
                    tone: Tone = "warning" if one.altered else _TONES[one.kind]
                    self._written = _begun(one.sentence), one
                    yield News(self._written[0], tone, tone != "good", self._hint(one))
                case AfterWrite():
                    is_kept = one.kind == "kept"
                    tone = "" if is_kept else "warning"
                    yield News(_begun(one.sentence), tone, stays=not is_kept, is_quiet=is_kept)
                case SourceRequest():
                    yield self._of_request(one)

    def hint_now(self, text: str) -> str | None:
        """Hint about the latest write if `text` was its message; None for other messages."""
        is_it = self._written is not None and self._written[0] == text
        return self._hint(self._written[1]) if is_it and self._written is not None else None

    def _of_request(self, run: SourceRequest) -> News:
        tone: Tone = "good" if run.state == "done" else "warning" if run.state == "not seen" else "bad"
        said = f"{run.sentence[:1].lower()}{run.sentence[1:]}"
        return News(f"{run.prepared.request.secret}: {said}", tone, tone != "good")

    def _hint(self, outcome: Outcome) -> str:
        """Name the key that undoes the latest write, if any does, and the pods that wait for a restart."""
        key, latest = self._key_of("undo_write"), self._session.writes.undo.writes[-1:]
        is_last = outcome.kind in ("written", "deleted") and [one.ref for one in latest] == [outcome.ref]
        if is_last and latest[0].draft.deletes:
            ref = outcome.ref
            is_last = self._session.may("delete", "secrets", ref.namespace, ref.name) is not False
        undoes = f"{key} undoes it." if is_last and key else ""
        is_due = outcome.kind == "written" and not self._session.read_only
        stale = self._who_waits(outcome) if is_due else ""
        return f"{stale} {undoes}".strip()

    def _who_waits(self, outcome: Outcome) -> str:
        """Name the pods that keep an old value, and what a restart would do; "" for none."""
        readers = self._session.rollouts.owners(outcome.ref, keys=keys_among(outcome.keys))
        owners = [owner for owner in readers if owner.needs_restart]
        found = [one for owner in owners for one in owner.verdicts]
        stale, key = pods_words(found).partition(" until ")[0], self._key_of("restart_readers")
        most = worst(found)
        if most is None or not most.is_old or not key:
            return ""
        failing = [(owner, why) for owner in owners if (why := why_no_start(self._session, owner))]
        count = sum(one.word == most.word for one in found)
        bad = sum(one.word == most.word for owner, _ in failing for one in owner.verdicts)
        fails = "FAILS" if any("FAILS" in why for _, why in failing) else "may FAIL"
        if bad == count:
            return f"{stale}; the next start {fails} ({key} says why)."
        if bad:
            return f"{stale}; {key} restarts {count - bad}, the next start of {bad} {fails}."
        return f"{stale}; {key} restarts {'it' if count == 1 else 'them'}."

    def _of_clocks(self) -> Iterator[News]:
        skew = self._session.cluster.skew
        if skew is None or abs(skew) <= SKEW or self._is_skew_told:
            return
        self._is_skew_told = True
        which = "ahead of" if skew > 0 else "behind"
        differs = f"The server's clock is {age(abs(skew))} {which} this computer's"
        yield News(f"{differs}; ages use the server's clock.", "warning")


def _begun(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
