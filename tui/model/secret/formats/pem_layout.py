"""Repair the line breaks of PEM that was copied from a chat, a mail, JSON or a terminal.

Only characters that are no part of PEM are removed, such as indents and the `> ` of a mail.
"""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Sequence
from typing import Final

from tui.model.secret.formats.limits import MAX_INPUT

_BLOCK: Final = re.compile(rb"(-----BEGIN ([A-Z0-9 ]+)-----)(.*?)(-----END \2-----)", re.DOTALL)
_BODY: Final = re.compile(rb"(\r?\n)(?:[A-Za-z0-9+/=]+\1)+")
_MARKS: Final = re.compile(rb"-----(BEGIN|END) ([A-Z0-9 ]+)-----")
_INSIDE: Final = re.compile(rb"[^\r\n]-----BEGIN [A-Z0-9 ]+-----")
_BETWEEN: Final = re.compile(rb"(?<!\\)\\+[rn]|(?:\s|[>|]|\xc2\xa0|\xe2\x80\x8b|\xef\xbb\xbf)+")
"""Text between lines of base64: an escaped line break as in JSON, blanks, or the ">" of a quoted mail.

In a row of backslashes only the first begins a match. Otherwise 250,000 backslashes would take minutes.
"""
_AROUND: Final = re.compile(rb"(?:\\+[rn]|[\s>|\"'`,]|\xc2\xa0|\xe2\x80\x8b|\xef\xbb\xbf)*")
"""Characters allowed around repaired blocks.

Blocks among other characters, as in a JSON document, are not repaired.
"""
_WIDTH: Final = 64


def laid_out(data: bytes) -> bytes | None:
    """Return the PEM blocks of a text, with repaired line breaks; None if nothing is repaired.

    Blocks inside a longer text, such as a JSON document, and blocks without an END line are not repaired.
    """
    if len(data) > MAX_INPUT or not _are_whole(_MARKS.findall(data)):
        return None  # the search for a missing END line takes quadratic time
    blocks, is_changed = list[bytes](), False
    for match in _BLOCK.finditer(data):
        is_at_start = data[: match.start()].endswith((b"\n", b"\r")) or not match.start()
        if is_at_start and _BODY.fullmatch(match[3]):
            blocks.append(match[0] + (b"\r\n" if b"\r\n" in match[3] else b"\n"))
            continue
        text = _BETWEEN.sub(b"", match[3])
        try:
            b64decode(text, validate=True)
        except ValueError:
            return None  # not only base64, for example the headers of an encrypted key
        lines = (text[at : at + _WIDTH] for at in range(0, len(text), _WIDTH))
        blocks.append(b"\n".join((match[1], *lines, match[4], b"")))
        is_changed = True
    is_alone = _AROUND.fullmatch(_BLOCK.sub(b"", data)) is not None
    return b"".join(blocks) if is_changed and is_alone else None


def is_inside_text(data: bytes) -> bool:
    """True if a block begins inside a line, as in JSON or YAML."""
    return _INSIDE.search(data) is not None


def is_cut_short(data: bytes) -> bool:
    """True if the data begins with PEM, and a block has no END line."""
    marks = _MARKS.findall(data)
    labels = [label for mark, label in marks if mark == b"BEGIN"]
    return bool(labels) and not _are_whole(marks) and data.lstrip(b"\r\n\t >").startswith(b"-----BEGIN ")


def _are_whole(marks: Sequence[tuple[bytes, bytes]]) -> bool:
    labels = [label for mark, label in marks if mark == b"BEGIN"]
    return marks == [(mark, label) for label in labels for mark in (b"BEGIN", b"END")]
