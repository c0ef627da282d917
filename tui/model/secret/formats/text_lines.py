"""Lines of a value that is text."""

from __future__ import annotations

from collections.abc import Iterator

from tui.model.secret.formats.limits import MAX_INPUT


def text_of(data: bytes) -> str:
    """The text of a value; "" if it is none, or too long."""
    try:
        return data.decode() if len(data) <= MAX_INPUT else ""
    except UnicodeDecodeError:
        return ""


def setting_lines(data: bytes) -> Iterator[str]:
    """Every line but blank ones and comments."""
    for line in text_of(data).splitlines():
        if (stripped := line.strip()) and not stripped.startswith("#"):
            yield stripped
