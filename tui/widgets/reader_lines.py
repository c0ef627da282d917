"""Who reads a Secret, in lines: pod, way, when it sees a change."""

from __future__ import annotations

from collections.abc import Sequence

from tui.model.printable import cut_middle, pad, printable
from tui.model.usage import PodInfo, Reader, how, when_seen
from tui.widgets.drawn import Line
from tui.widgets.text import Cell, Styled

_NAME = 26
_HOW = 30


def reader_lines(readers: Sequence[Reader], most: int, *, is_wide: bool = True) -> list[Line]:
    """One line a reader, at most `most`; what is left out is counted."""
    shown = readers if len(readers) <= most else readers[: most - 1]
    lines = [_line(reader, is_wide=is_wide) for reader in shown]
    left = len(readers) - len(shown)
    if left:
        lines.append((Styled(f"  and {left} more (p shows them all)", "muted"),))
    return lines


def _line(reader: Reader, *, is_wide: bool) -> Line:
    name = pad(cut_middle(printable(reader.pod.name), _NAME), _NAME)
    use = how(reader.use)
    cells: list[Cell] = ["  ", Styled(name, is_drawn=True), "  ", use]
    if is_wide:
        cells.append(" " * max(2, _HOW - len(use)))
        cells.append(Styled(when_seen(reader.use), "muted"))
    return tuple(cells)


def controller_word(pod: PodInfo) -> str:
    """Who keeps the pod running: "ReplicaSet/web-7d9f"; "-" for a pod of its own."""
    return "/".join(pod.controller) if pod.controller else "-"
