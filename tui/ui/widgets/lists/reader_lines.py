"""Lines about the readers of a Secret: pod, way, when it sees a change."""

from __future__ import annotations

from collections.abc import Sequence

from tui.model.readers.usage import PodInfo, Reader, how, when_seen
from tui.model.text.counts import counted
from tui.model.text.printable import cut_middle, pad, printable
from tui.model.text.printable import width as cells
from tui.ui.widgets.lines import Line
from tui.ui.widgets.text import Cell, Styled

_NAME_AT_LEAST = 12
_SENTENCE = 25
"""Cells for when it sees a change; of a longer sentence the first clause, and all on the pods' own page."""
_FEW = 4
"""Minimum number of uses shown."""
_ROOMY = 76
"""Cells from which there is room for when it sees a change, and..."""
_VERY_ROOMY = 100
"""... for the container too; the pods' own page always names it."""


def reader_lines(readers: Sequence[Reader], most: int, width: int, where: str) -> list[Line]:
    """At most `most` lines of `width` cells; the uses that are left out are counted, and `where` they are.

    A use has one line. Where that has no room for when it sees a change, it has a second one, if there are
    lines enough.
    """
    is_roomy = width >= _ROOMY
    has_two = not is_roomy and most > 2 * _FEW
    each = 2 if has_two else 1
    shown = readers if len(readers) * each <= most else readers[: (most - 1) // each]
    parts = [_parts(reader, with_container=width >= _VERY_ROOMY) for reader in shown]
    rooms = [max((cells(part[at]) for part in parts), default=0) for at in range(3)]
    left_for_name = width - rooms[1] - rooms[2] - (_SENTENCE if is_roomy else 0) - 8
    rooms[0] = min(rooms[0], max(_NAME_AT_LEAST, left_for_name))
    lines: list[Line] = []
    for reader, part in zip(shown, parts, strict=True):
        line: list[Cell] = []
        for text, room in zip(part, rooms, strict=True):
            if room:
                line += ["  ", Styled(pad(cut_middle(text, room), room), is_drawn=True)]
        if is_roomy:
            left = width - sum(2 + room for room in rooms if room) - 2
            line += ["  ", Styled(_in_short(when_seen(reader.use), left), "muted")]
        else:
            # The last column is not padded: blanks that do not fit would be cut with an ellipsis.
            line[-1] = Styled(cut_middle(part[2], rooms[2]), is_drawn=True)
        lines.append(tuple(line))
        if has_two:
            lines.append((Styled(f"    {when_seen(reader.use)}", "muted"),))
    left = len(readers) - len(shown)
    if left:
        lines.append((Styled(f"  and {counted(left, 'more use')} ({where})", "muted"),))
    return lines


def _in_short(sentence: str, room: int) -> str:
    """The sentence, or its first clause if only that fits."""
    clauses = (sentence, sentence.split("; ")[0], sentence.split(" (")[0])
    return next((clause for clause in clauses if cells(clause) <= room), sentence)


def _parts(reader: Reader, *, with_container: bool) -> tuple[str, str, str]:
    """Pod, container and way as drawn."""
    container = reader.use.container or "(pod)"
    return (
        printable(reader.pod.name),
        printable(container) if with_container else "",
        printable(how(reader.use)),
    )


def controller_word(pod: PodInfo) -> str:
    """Who keeps the pod running: "ReplicaSet/web-7d9f"; "-" for a pod of its own."""
    return "/".join(pod.controller) if pod.controller else "-"
