"""Base of all fields and editors: letters are typed into them, and run no command."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message


class TextField:
    """Mixed into a field or an editor."""

    @dataclass
    class Said(Message):
        """A press or a paste was refused, or changed: a sentence that does not quote it."""

        said: str
        is_refused: bool = True

    @property
    def keeps_on_enter(self) -> bool:
        """True if enter submits the text."""
        return False
