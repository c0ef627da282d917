"""What an editor takes in: a paste, a key press, a text to load. Pure; refuses rather than change a byte."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tui.model import editing
from tui.model.printable import RunKind, runs

LARGEST_WINDOW: Final = 256_000
"""Characters over which a text is not edited in a window: each key would take too long."""
LONGEST_WRAPPED: Final = 10_000
"""Characters of one line over which a window no longer wraps."""

_UNSEEN: Final = "it holds characters that cannot be seen or that change how others are drawn"


@dataclass(frozen=True, slots=True)
class Taken:
    """A text as the editor holds it, and what was done to it ("" if nothing)."""

    text: str
    said: str = ""


def unseen_problem(text: str) -> str | None:
    """Why an editor cannot show this text as it is; None if it can.

    Characters that only look like a stand-in are drawn as they are in an editor, which has no stand-ins.
    """
    for run in runs(text):
        if run.kind in (RunKind.INVISIBLE, RunKind.BIDI, RunKind.BLANK):
            return _UNSEEN
        if run.kind is RunKind.CONTROL and not run.text.isprintable():
            return _UNSEEN
    return None


def load_problem(data: bytes) -> str | None:
    """Why these bytes are not edited as text; None if they are."""
    if len(data) > LARGEST_WINDOW:
        return "it is too large for a window (over 256 kB)"
    problem = editing.keep_problem(data)
    return problem if problem is not None else unseen_problem(data.decode("utf-8"))


def take_lines(pasted: str) -> Taken | str:
    """A paste for an editor of several lines, or the reason why nothing of it is applied."""
    text = pasted.replace("\r\n", "\n").replace("\r", "\n")
    problem = editing.paste_problem(text) or unseen_problem(text)
    if problem is not None:
        return problem
    said = "" if text == pasted else "pasted line ends were taken as this value's own"
    return Taken(text, said)


def take_line(pasted: str) -> Taken | str:
    """A paste for an editor of one line, or the reason why nothing of it is applied.

    A single line break at its end comes with every line copied from a terminal: left out, and said.
    """
    taken = take_lines(pasted)
    if isinstance(taken, str):
        return taken
    line = taken.text.removesuffix("\n")
    if "\n" in line:
        return "it has several lines, and this is a one-line editor"
    if "\t" in line:
        return "it holds a tab, which a one-line editor cannot show"
    said = "" if line == taken.text else "the line break at the end of the paste was left out"
    return Taken(line, said)


def longest_line(text: str) -> int:
    """Characters of the longest line."""
    return max(map(len, text.split("\n")))
