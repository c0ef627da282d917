"""What an editor takes in: a text to load, a paste, a press. Pure; refuses rather than change a byte unseen.

Every reason is a sentence that does not quote the text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tui.model import editing
from tui.model.editing import EditText
from tui.model.printable import RunKind, runs

LARGEST_WINDOW: Final = 256_000
"""Bytes over which a value is not edited in a window: each press would take too long."""
LONGEST_WRAPPED: Final = 10_000
"""Characters of one line over which a window no longer wraps: 1 MB took 3.7 s for three presses."""
FIRST_ODD: Final = "\u00a0"
"""The first character that a press can give and that is not typed; those below are ASCII or keys."""


@dataclass(frozen=True, slots=True, repr=False)
class Taken:
    """A paste as the editor takes it. Its repr does not show the text."""

    text: str
    said: str = ""
    """What was done to it, as a sentence; "" if nothing."""

    def __repr__(self) -> str:
        return "<Taken>"


def load(data: bytes) -> EditText | str:
    """A value for an editor of several lines, or the reason why it cannot be kept exactly."""
    if len(data) > LARGEST_WINDOW:
        return "This value is too large for a window (over 256 kB)."
    if (problem := editing.keep_problem(data)) is not None:
        return problem
    edit = editing.to_edit(data)
    return "This value holds " + _UNSEEN if _is_unseen(edit.text) else edit


def load_line(text: str) -> str | None:
    """Why one line cannot keep this text; None if it can."""
    if "\n" in text or "\r" in text:
        return "This value has a line break."
    if "\t" in text:
        return "This value holds a tab, which a line cannot show."
    if (problem := editing.keep_problem(text.encode("utf-8", "surrogatepass"))) is not None:
        return problem
    return "This value holds " + _UNSEEN if _is_unseen(text) else None


def paste(pasted: str) -> Taken | str:
    """A paste for an editor of several lines, or the reason why nothing of it is applied."""
    if (problem := editing.paste_problem(pasted)) is not None:
        return problem
    text = pasted.replace("\r\n", "\n").replace("\r", "\n")
    if _is_unseen(text):
        return "Not pasted: the text holds " + _UNSEEN
    return Taken(text, "" if text == pasted else "The pasted line ends were made this value's own.")


def paste_line(pasted: str) -> Taken | str:
    """A paste for an editor of one line, or the reason why nothing of it is applied.

    The line break at its end, which every line copied from a terminal has, is left out, and that is said.
    """
    taken = paste(pasted)
    if isinstance(taken, str):
        return taken
    line = taken.text.removesuffix("\n")
    if "\n" in line:
        return "Not pasted: the text has several lines, and this is an editor of one."
    if "\t" in line:
        return "Not pasted: the text holds a tab, which a line cannot show."
    return Taken(line, "" if line == taken.text else "The line break at the end of the paste was left out.")


def press_problem(character: str) -> str | None:
    """Why what a press gave is not typed (a no-break blank from a Mac's alt+space, say); None if it is."""
    return "Not typed: that is one of the " + _UNSEEN if _is_unseen(character) else None


def longest_line(text: str) -> int:
    """Characters of the longest line."""
    return max(map(len, text.split("\n")))


_UNSEEN: Final = "characters that cannot be told from a blank or from nothing."


def _is_unseen(text: str) -> bool:
    """Has it anything that an editor, which draws characters as they are, would not show as such?

    Characters that only look like a stand-in are shown: an editor has no stand-ins.
    """
    return any(
        run.kind in (RunKind.INVISIBLE, RunKind.BIDI, RunKind.BLANK)
        or (run.kind is RunKind.CONTROL and not run.text.isprintable())
        for run in runs(text)
    )
