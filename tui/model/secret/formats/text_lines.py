"""Lines of a value that is text."""

from __future__ import annotations

from collections.abc import Iterator

from tui.model.secret.formats.limits import MAX_INPUT


def text_of(data: bytes) -> str:
    """The text of a value; "" if it is none, or too long."""
    try:
        return data.decode("utf-8-sig") if len(data) <= MAX_INPUT else ""
    except UnicodeDecodeError:
        return ""


def setting_lines(data: bytes) -> Iterator[str]:
    """Lines without blank ones and comments."""
    return (line for line, _ in placed_lines(data))


def placed_lines(data: bytes) -> Iterator[tuple[str, int]]:
    """Lines without blank ones and comments, each with its offset."""
    at = 0
    for line in text_of(data).splitlines(keepends=True):
        if (stripped := line.strip()) and not stripped.startswith("#"):
            yield stripped, at + len(line) - len(line.lstrip())
        at += len(line)
