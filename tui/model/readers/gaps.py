"""Kinds of objects that a search for the readers of a Secret did not read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from tui.model.errors import ClusterError, Forbidden, LoadingStopped
from tui.model.text.counts import listed

GapReason: TypeAlias = Literal["refused", "failed", "stopped", "not looked at"]
Usage: TypeAlias = Literal["in use", "mentioned", "no reader found", "not known"]
"""Use of a Secret, as far as it is known.

For "mentioned", an object contains the Secret's name but is not known to read the Secret. For "no reader
found", all kinds of objects were searched, except perhaps the texts that `TEXTS` names.
"""
NOT_SEARCHED: Final = ("workloads without pods", "ingresses", "other kinds")
"""Kinds of objects that are not read before a search of all kinds is requested."""
_NO_LIST: Final = "Refused: you may not list "


class Gap(Struct, frozen=True):
    """A kind of object that was not read, or was read only in part."""

    what: str
    """Resource with its group ("jobs.batch"), or several kinds in words ("other kinds")."""
    why: GapReason
    sentence: str = ""


TEXTS: Final = "ConfigMaps and literal variables"
"""`Gap.what` for texts that are searched only on request.

Even without a search of these texts, the usage of a Secret can be "no reader found".
"""


def gap_of(what: str, error: ClusterError) -> Gap:
    why: GapReason = "stopped" if isinstance(error, LoadingStopped) else "failed"
    return Gap(what, "refused" if isinstance(error, Forbidden) else why, error.sentence)


def gap_words(gaps: Iterable[Gap]) -> list[str]:
    """Return a line for each reason: the reason and `Gap.what` of its gaps, shortened by `listed`."""
    gap_items = tuple(dict.fromkeys((gap.why, gap.what) for gap in gaps))
    reasons: tuple[GapReason, ...] = ("refused", "failed", "stopped", "not looked at")
    by_why = {why: [what for reason, what in gap_items if reason == why] for why in reasons}
    return [f"{why}: {listed(names)}" for why, names in by_why.items() if names]


def gap_sentences(gaps: Iterable[Gap]) -> list[str]:
    """Return each sentence once. Sentences about kinds that the user may not list become one sentence."""
    with_sentence = [gap for gap in gaps if gap.sentence]
    lists = dict.fromkeys(gap.what for gap in with_sentence if gap.sentence.startswith(_NO_LIST))
    if len(lists) < 2:
        return list(dict.fromkeys(gap.sentence for gap in with_sentence))
    others = dict.fromkeys(gap.sentence for gap in with_sentence if not gap.sentence.startswith(_NO_LIST))
    return [f"{_NO_LIST}{', '.join(lists)}.", *others]
