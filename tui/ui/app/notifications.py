"""Status messages that no key asked for, each once: outcomes of writes, clock skew."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain
from typing import Final, NamedTuple

from tui.model.readers.freshness import pods_words
from tui.model.text.times import age
from tui.session.session import Session, Topic
from tui.session.writes.outcome import Outcome
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
    """One sentence for the status line."""

    text: str
    tone: Tone
    stays: bool = False
    """Is it shown until the next message? A failed or doubtful write must not go unread."""
    hint: str = ""
    """What can be done now, as a sentence; the list of messages leaves it out."""


class Notifications:
    """Remembers which news of a session were shown."""

    def __init__(self, session: Session, key_of: Callable[[str], str]) -> None:
        """`key_of`: what a person presses for a command, by its id; "" for no key."""
        self._session, self._key_of = session, key_of
        self._later = self._failures = 0
        self._is_skew_told = False
        self._written: tuple[str, Outcome] | None = None
        """The latest news of a write, in its words."""

    def of(self, topics: frozenset[Topic]) -> Iterator[News]:
        """What there is to say now that something about these topics changed."""
        yield from self._of_clocks()
        if (news := self._session.journal.news()) is not None:
            yield News(news, "warning")
        failures = self._session.failures
        if failures[self._failures :]:
            self._failures = len(failures)
            yield News(failures[-1], "bad", stays=True)
        for said in self._session.drafts.news():
            yield News(said, "warning")
        if "rollouts" in topics:
            for ended in self._session.rollouts.news():
                yield News(ended.text, "bad" if ended.is_bad else "good", stays=ended.is_bad)
        if "writes" in topics:
            yield from self._of_writes()
        if "sources" in topics:
            yield from self._of_sources()

    def _of_writes(self) -> Iterator[News]:
        writes = self._session.writes
        later, self._later = writes.later[self._later :], len(writes.later)
        for outcome in writes.news():
            tone: Tone = "warning" if outcome.altered else _TONES[outcome.kind]
            self._written = _begun(outcome.sentence), outcome
            yield News(self._written[0], tone, tone != "good", self._hint(outcome))
        for one in later:
            is_kept = one.kind == "kept"
            yield News(_begun(one.sentence), "" if is_kept else "warning", stays=not is_kept)

    def hint_now(self, text: str) -> str | None:
        """What can be done now about a write whose news was `text`; None for other messages."""
        is_it = self._written is not None and self._written[0] == text
        return self._hint(self._written[1]) if is_it and self._written is not None else None

    def _of_sources(self) -> Iterator[News]:
        for run in self._session.sources.news():
            tone: Tone = "good" if run.state == "done" else "warning" if run.state == "not seen" else "bad"
            said = f"{run.sentence[:1].lower()}{run.sentence[1:]}"
            yield News(f"{run.prepared.request.secret}: {said}", tone, tone != "good")

    def _hint(self, outcome: Outcome) -> str:
        """How the latest write is undone, if it can be, and who waits for a restart."""
        key, latest = self._key_of("undo_write"), [one.ref for one in self._session.writes.undo.writes[-1:]]
        is_last = outcome.kind in ("written", "deleted") and latest == [outcome.ref]
        undoes = f"{key} undoes it." if is_last and key else ""
        restart, stale = self._key_of("restart_readers"), ""
        if outcome.kind == "written" and not self._session.read_only:
            stale = pods_words(
                chain.from_iterable(
                    owner.verdicts
                    for owner in self._session.rollouts.owners(outcome.ref)
                    if owner.needs_restart
                )
            ).partition(" until ")[0]
        if "old value" not in stale or not restart:
            return undoes
        them = "it" if stale.startswith("1 ") else "them"
        return f"{stale}; {restart} restarts {them}. {undoes}".rstrip()

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
