"""The terminal's title: the context, never the name of a Secret."""

from __future__ import annotations

from typing import Final

from tui.model.text.printable import ascii_only

_LONGEST: Final = 100
KEEP: Final = "\x1b[22;2t"
"""The sequence that saves the terminal's title."""
GIVE_BACK: Final = "\x1b[23;2t"


def title(context: str) -> str:
    """The sequence (OSC 2) that sets it. Printable ASCII alone: a name cannot end it or add another."""
    return f"\x1b]2;secret-tui {ascii_only(context)[:_LONGEST]}\x1b\\"
