"""Convert a value to editor text and back without changing a byte.

Textual's TextArea changes mixed line ends, and loses some characters, such as VT, FF, U+0085 and U+2028. A
text with such line ends or characters is edited with visible stand-ins, such as "␌" for FF. A value with NUL
is not edited as text.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

from msgspec import Struct

from tui.model.json_decoder import HiddenRepr
from tui.model.secret.value import Value, facts
from tui.model.text.printable import read_back, written_out

_BOM: Final = "\ufeff"
_BREAKS_LINES: Final = re.compile("[\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029]")
_CONTROL: Final = re.compile("[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f]")
_LINE_END: Final = re.compile("\r\n|\r|\n")


class EditText(HiddenRepr, Struct, frozen=True):
    text: str
    r"""Text without byte order mark and final line break, with "\n" between lines."""
    line_end: str
    r"""Line break that "\n" in `text` stands for: "\n", "\r\n" or "\r"."""
    final_newline: bool
    bom: bool
    why_stand_ins: str = ""
    """Sentence that says why `text` has stand-ins; "" if it has none."""


def exact_bytes(
    text: str, line_end: str, final_newline: bool, bom: bool, *, has_stand_ins: bool = False
) -> bytes:
    """Convert editor text back to the bytes of a value.

    Raises ValueError, with a sentence, for lone surrogates, which UTF-8 cannot encode.
    """
    lines = text.replace("\n", line_end) if line_end != "\n" else text
    if has_stand_ins:
        lines = read_back(lines)
    full_text = (_BOM if bom else "") + lines + (line_end if final_newline else "")
    try:
        return full_text.encode("utf-8")
    except UnicodeEncodeError:
        raise ValueError("The text contains lone surrogates, which UTF-8 cannot encode.") from None


def to_edit(data: bytes) -> EditText:
    """Convert a value to editor text.

    Raises ValueError, with the reason, if an editor would change the value.
    """
    problem = keep_problem(data)
    if problem is not None:
        raise ValueError(problem)
    text = data.decode("utf-8")
    has_bom = text.startswith(_BOM)
    body = text.removeprefix(_BOM)
    line_break = _LINE_END.search(body)
    line_end = line_break[0] if line_break else "\n"
    has_final = body.endswith(line_end)
    lines = body.removesuffix(line_end)
    return EditText(lines.replace(line_end, "\n"), line_end, has_final, has_bom)


def with_stand_ins(data: bytes, why: str) -> EditText | None:
    """Convert a value to editor text with stand-ins; None if the value is not UTF-8 or contains NUL.

    `why`: sentence that says why stand-ins are needed.
    """
    if not facts(Value(data)).is_readable:
        return None
    text = data.decode("utf-8")
    has_bom = text.startswith(_BOM)
    body = text.removeprefix(_BOM)
    ends = Counter(_LINE_END.findall(body))
    line_end = max(("\n", "\r\n"), key=lambda end: ends[end])
    lines = map(written_out, body.removesuffix(line_end).split(line_end))
    return EditText("\n".join(lines), line_end, body.endswith(line_end), has_bom, why)


def keep_problem(data: bytes) -> str | None:
    """Explain why an editor would change these bytes; None if it would not."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return "These bytes are not UTF-8 text."
    if (problem := _character_problem(text)) is not None:
        return f"This value {problem}."
    if len(set(_LINE_END.findall(text))) > 1:
        return "This value mixes different line endings."
    return None


def paste_problem(text: str) -> str | None:
    """Explain why a text cannot be pasted unchanged into an editor; None if it can.

    CR and CRLF are allowed, because they become the value's own line end.
    """
    if any("\ud800" <= char <= "\udfff" for char in text):
        return "Not pasted: the text is not UTF-8."
    problem = _character_problem(text)
    return f"Not pasted: the text {problem}." if problem is not None else None


def parse_hex(text: str) -> bytes:
    """Read hex digits. Blanks may stand between bytes.

    Raises ValueError, with a sentence that does not quote the text.
    """
    for number, line in enumerate(text.splitlines(), start=1):
        for word in line.split():
            if not re.fullmatch("[0-9a-fA-F]*", word):
                raise ValueError(f"Line {number} has a character that is not a hex digit.")
            if len(word) % 2:
                raise ValueError(f"Line {number} has half a byte: hex digits come in pairs.")
    return bytes.fromhex("".join(text.split()))


def _character_problem(text: str) -> str | None:
    if _BREAKS_LINES.search(text):
        return "contains characters that an editor takes for line breaks (such as form feed or U+2028)"
    if _CONTROL.search(text):
        return "contains control characters"
    return None
