"""Check text that an editor loads, pastes or is typed; refuse it rather than change a byte.

The reasons do not quote the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from msgspec import Struct
from textual.message import Message

from tui.model.draft import editor_text
from tui.model.draft.editor_text import EditText
from tui.model.json_decoder import Hidden
from tui.model.text.printable import has_unseen

LARGEST_WINDOW: Final = 256_000
"""Largest value that is edited, in bytes; beyond it each key would take too long."""
LONGEST_WRAPPED: Final = 10_000
"""Longest line that is wrapped, in characters: 1 MB took 3.7 s for three keys."""
FIRST_ODD: Final = "\u00a0"
"""First character that a key can give and that is not typed; those below are ASCII or keys."""
FINAL_BREAK_LEFT_OUT: Final = "Pasted without the line break at its end."
_BREAK: Final = re.compile("\r\n|\r|\n")
_NAMES: Final = {"\n": "LF", "\r\n": "CRLF", "\r": "CR"}


class TextField:
    """Mixed into all fields and editors: letters are typed into them, and run no command."""

    @dataclass
    class Said(Message):
        """A press or a paste was refused, or changed: a sentence that does not quote it."""

        said: str
        is_refused: bool = True

    @property
    def keeps_on_enter(self) -> bool:
        """True if enter submits the text."""
        return False


class AcceptedPaste(Hidden, Struct, frozen=True):
    """A paste as the editor takes it."""

    text: str
    said: str = ""
    """A sentence about a change of the paste; "" if none."""


def load(data: bytes, most: int | None = LARGEST_WINDOW) -> EditText | str:
    """Prepare a value for a text editor, with stand-ins if it needs them, or return why it is not edited.

    `most`: its largest size in bytes; None takes any.
    """
    if most is not None and len(data) > most:
        return "This value is too large to edit here (over 256 kB)."
    if (problem := editor_text.keep_problem(data)) is None:
        edit = editor_text.to_edit(data)
        if not has_unseen(edit.text):
            return edit
        problem = f"This value contains {_UNSEEN}."
    return editor_text.with_stand_ins(data, problem) or problem


def line_end_of(pasted: str) -> str:
    """Line ending that a value without one takes from a paste.

    A terminal sends every line break as CR, whatever the text had, so a CR alone means LF.
    """
    return "\r\n" if set(_BREAK.findall(pasted)) == {"\r\n"} else "\n"


def paste(pasted: str, line_end: str = "\n", *, is_one_line: bool = False) -> AcceptedPaste | str:
    """Prepare a paste for a text editor with this line ending, or return why it is refused.

    `is_one_line`: the line break at the end of a single pasted line, which every line copied from a terminal
    has, is left out, and a sentence says so.
    """
    if (problem := editor_text.paste_problem(pasted)) is not None:
        return problem
    breaks = set(_BREAK.findall(pasted))
    text = _BREAK.sub("\n", pasted)
    if has_unseen(text):
        return f"Not pasted: the text contains {_UNSEEN}."
    if is_one_line and text.endswith("\n") and text.count("\n") == 1 and text != "\n":
        return AcceptedPaste(text.removesuffix("\n"), FINAL_BREAK_LEFT_OUT)
    # A CR alone is how a terminal sends a line break: nothing was converted that a person would know of.
    is_same = breaks - {"\r"} <= {line_end}
    return AcceptedPaste(text, "" if is_same else f"Pasted line endings converted to {_NAMES[line_end]}.")


def paste_line(pasted: str) -> AcceptedPaste | str:
    """Prepare a paste for a field of a line, or return why it is refused."""
    taken = paste(pasted, is_one_line=True)
    if isinstance(taken, str):
        return taken
    if "\n" in taken.text:
        return "Not pasted: the text has several lines, and this field has one."
    if "\t" in taken.text:
        return "Not pasted: the text contains a tab."
    return taken


def file_line(data: bytes) -> AcceptedPaste | str:
    """Prepare a file for a field of a line, or return why it is refused."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return "These bytes are not UTF-8 text."
    return paste_line(text)


def press_problem(character: str) -> str | None:
    """Explain why a key's character is not typed (such as a no-break space); None if it is."""
    return "Not typed: that is an invisible character or an unusual space." if has_unseen(character) else None


def longest_line(text: str) -> int:
    """Characters of the longest line."""
    return max(map(len, text.split("\n")))


_UNSEEN: Final = "invisible characters or unusual spaces"
