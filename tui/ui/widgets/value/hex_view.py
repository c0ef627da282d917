"""The bytes of a value as offset, hexadecimal and ASCII."""

from __future__ import annotations

from typing import Final

from rich.segment import Segment

from tui.ui.widgets.scroller import Scroller

_OFFSET: Final = 8


class HexView(Scroller):
    """16 bytes a line, 8 where that does not fit, 4 on a very narrow screen."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._data = b""
        self._per_line = 16

    def show(self, data: bytes) -> None:
        """Show these bytes, from the start."""
        self._data = data
        self.scroll_to(y=0, animate=False)
        self.reflow()

    def forget(self) -> None:
        """Drop the bytes and the drawn lines."""
        self.show(b"")

    def lay_out(self, width: int) -> int:
        self._per_line = next((count for count in (16, 8, 4) if _width(count) <= width), 4)
        return -(-len(self._data) // self._per_line)

    def draw_line(self, number: int, width: int) -> list[Segment]:
        start = number * self._per_line
        data = self._data[start : start + self._per_line]
        plain, muted = self.ink(""), self.ink("muted")
        half = self._per_line // 2
        columns = f"{data[:half].hex(' ')}  {data[half:].hex(' ')}".ljust(self._per_line * 3)
        parts = [
            Segment(f"{start:0{_OFFSET}x}  ", muted),
            Segment(columns, plain),
            Segment("  ", plain),
        ]
        for byte in data:
            is_ascii = 0x20 <= byte < 0x7F
            parts.append(Segment(chr(byte) if is_ascii else "·", plain if is_ascii else muted))
        return list(Segment.simplify(parts))


def _width(per_line: int) -> int:
    return _OFFSET + 2 + per_line * 3 + 2 + per_line
