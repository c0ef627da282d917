"""Kinds of objects that a search for readers did not look at, and what may be said of a Secret then."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from tui.model.errors import ClusterError, Forbidden, Stopped
from tui.model.text.counts import listed

GapReason: TypeAlias = Literal["refused", "failed", "stopped", "not looked at"]
Usage: TypeAlias = Literal["in use", "mentioned", "no reader found", "not known"]
"""Use of a Secret. "mentioned": an object says its name, and none is known to read it. "no reader found":
everything was read, and nothing names it."""
NOT_SEARCHED: Final = ("workloads without pods", "ingresses", "other kinds")
"""Possible readers of a Secret beside pods, until all kinds are searched."""
_NO_LIST: Final = "Refused: you may not list "


class Gap(Struct, frozen=True):
    """A kind of object that was not read, or not wholly."""

    what: str
    """The resource with its group, "jobs.batch"; or kinds in words: "other kinds"."""
    why: GapReason
    sentence: str = ""
    """Sentence about it: "Refused: you may not list jobs in namespace payments."."""


TEXTS: Final = "ConfigMaps and literal variables"
"""Texts that are searched for names only on request; that is said, and keeps no Secret from being unused."""


def gap_of(what: str, error: ClusterError) -> Gap:
    """Return the gap that an error leaves."""
    why: GapReason = "stopped" if isinstance(error, Stopped) else "failed"
    return Gap(what, "refused" if isinstance(error, Forbidden) else why, error.sentence)


def gap_words(gaps: Iterable[Gap]) -> list[str]:
    """Join the gaps of each reason in a line: "refused: deployments.apps, jobs.batch"."""
    found = tuple(dict.fromkeys((gap.why, gap.what) for gap in gaps))
    whys: tuple[GapReason, ...] = ("refused", "failed", "stopped", "not looked at")
    by_why = {why: [what for reason, what in found if reason == why] for why in whys}
    return [f"{why}: {listed(names)}" for why, names in by_why.items() if names]


def gap_sentences(gaps: Iterable[Gap]) -> list[str]:
    """Sentences of the gaps; refused lists share a sentence."""
    found = [gap for gap in gaps if gap.sentence]
    lists = dict.fromkeys(gap.what for gap in found if gap.sentence.startswith(_NO_LIST))
    if len(lists) < 2:
        return list(dict.fromkeys(gap.sentence for gap in found))
    others = dict.fromkeys(gap.sentence for gap in found if not gap.sentence.startswith(_NO_LIST))
    return [f"{_NO_LIST}{', '.join(lists)}.", *others]
