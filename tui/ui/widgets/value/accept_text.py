"""Check text that is loaded into an editor, pasted, or typed.

Line breaks of a paste may be converted, and its final line break may be left out. Apart from these two
changes, pasted or typed text is kept exactly or refused.

Messages never quote the text, because the text may be a value.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from msgspec import Struct
from textual.message import Message

from tui.model.draft import editor_text
from tui.model.draft.editor_text import EditText
from tui.model.json_decoder import HiddenRepr
from tui.model.text.printable import has_unseen

LARGEST_WINDOW: Final = 256_000
"""Maximum size in bytes of a value in an editor, because a larger one would delay each key press."""
LONGEST_WRAPPED: Final = 10_000
"""Maximum length in characters of a line that is wrapped.

In a wrapped line of 1 MB, three key presses took 3.7 s.
"""
FIRST_ODD: Final = "\u00a0"
"""Lowest character, by code point, that `press_problem` refuses, apart from control characters."""
FINAL_BREAK_LEFT_OUT: Final = "Pasted without the final line break."
NOTHING_COPIED: Final = "Nothing was copied or cut here. Paste other text with your terminal."
_BREAK: Final = re.compile("\r\n|\r|\n")
_NAMES: Final = {"\n": "LF", "\r\n": "CRLF", "\r": "CR"}


class TextField:
    """Base class of all fields and editors, in which letters run no command."""

    @dataclass
    class InputMessage(Message):
        """A key press or a paste was refused or changed. `message` does not quote the text."""

        message: str
        is_refused: bool = True

    @property
    def keeps_on_enter(self) -> bool:
        return False


class AcceptedPaste(HiddenRepr, Struct, frozen=True):
    text: str
    message: str = ""
    """Sentence about a change that was made to the pasted text; "" for no change."""


def load(data: bytes, most: int | None = LARGEST_WINDOW) -> EditText | str:
    """Prepare a value for a text editor, or return the reason why it is refused.

    Stand-ins such as `‹U+00A0›` may replace control characters, invisible characters, unusual spaces, and
    mixed line ends.
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
    """Line ending that a value without line breaks takes from a paste.

    A terminal sends every line break of a paste as CR, so CR alone means LF.
    """
    return "\r\n" if set(_BREAK.findall(pasted)) == {"\r\n"} else "\n"


def paste(pasted: str, line_end: str = "\n", *, is_one_line: bool = False) -> AcceptedPaste | str:
    """Prepare a paste for a text editor, or return the reason why the paste is refused.

    `line_end`: line ending of the value in the editor. `is_one_line`: drop the line break at the end of a
    single pasted line, because terminals add a line break to every copied line.
    """
    if (problem := editor_text.paste_problem(pasted)) is not None:
        return problem
    breaks = set(_BREAK.findall(pasted))
    text = _BREAK.sub("\n", pasted)
    if has_unseen(text):
        return f"Not pasted: the text contains {_UNSEEN}."
    if is_one_line and text.endswith("\n") and text.count("\n") == 1 and text != "\n":
        return AcceptedPaste(text.removesuffix("\n"), FINAL_BREAK_LEFT_OUT)
    # A terminal sends each line break as CR, so the user need not know that CR was converted.
    is_same = breaks - {"\r"} <= {line_end}
    return AcceptedPaste(text, "" if is_same else f"Pasted line endings converted to {_NAMES[line_end]}.")


def paste_line(pasted: str) -> AcceptedPaste | str:
    accepted = paste(pasted, is_one_line=True)
    if isinstance(accepted, str):
        return accepted
    if "\n" in accepted.text:
        return "Not pasted: the text has several lines, and this field has one line."
    if "\t" in accepted.text:
        return "Not pasted: the text contains a tab."
    return accepted


def file_line(data: bytes) -> AcceptedPaste | str:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return "The file is not UTF-8 text."
    return paste_line(text)


def press_problem(character: str) -> str | None:
    """Return the reason why a typed character is refused; None if it is accepted."""
    return "Not typed: invisible character or unusual space." if has_unseen(character) else None


def longest_line(text: str) -> int:
    return max(map(len, text.split("\n")))


_UNSEEN: Final = "invisible characters or unusual spaces"
