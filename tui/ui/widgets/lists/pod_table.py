"""The table of pods and what they read: one row per use."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Final, Literal

from msgspec import Struct

from tui.model.readers.usage import PodInfo, Use, how, when_seen
from tui.ui.widgets.lists.reader_lines import controller_word
from tui.ui.widgets.table.table import Column, VirtualTable
from tui.ui.widgets.text import Cell, Styled, Tone

Presence = Literal["there", "no secret", "no key", "not known"]
"""What is known of the Secret and key that a use names."""

_POD: Final = Column("pod", "POD", 16, most=32, grow=4, cut="middle")
_SHORT_POD: Final = Column("pod", "POD", 14, most=32, grow=4, cut="middle")
_SECRET: Final = Column("secret", "SECRET", 13, most=24, grow=2, cut="middle")
_KEY: Final = Column("key", "KEY", 8, most=12, grow=3, cut="middle")
_STATUS: Final = Column("status", "STATUS", 8, grow=1, drop=3, is_late=True)
_CONTAINER: Final = Column("container", "CONTAINER", 12, grow=1, drop=4, is_late=True, cut="middle")
_CONTROLLER: Final = Column("controller", "CONTROLLER", 16, grow=1, drop=5, is_late=True, cut="middle")
_ONE_SECRET: Final = (
    _POD,
    _STATUS,
    _CONTAINER,
    Column("how", "HOW", 22, most=32, grow=1),
    _KEY,
    Column("seen", "WHEN IT SEES A CHANGE", 25, grow=2),
    _CONTROLLER,
)
_ONE_NAMESPACE: Final = (
    _SHORT_POD,
    _STATUS,
    _CONTAINER,
    Column("how", "HOW", 18, most=32, grow=1),
    _SECRET,
    _KEY,
    Column("seen", "WHEN IT SEES A CHANGE", 16, most=28, grow=2),
    _CONTROLLER,
)
_EVERYWHERE: Final = (
    Column("namespace", "NAMESPACE", 11, most=16, grow=3, cut="middle"),
    _SHORT_POD,
    _STATUS,
    _CONTAINER,
    Column("how", "HOW", 18, most=32, grow=1),
    _SECRET,
    _KEY,
    Column("seen", "WHEN IT SEES A CHANGE", 16, grow=2, drop=2, is_late=True),
    _CONTROLLER,
)
"""Of several namespaces: what tells one pod from another, and its Secret, is there at any width."""
_MISSING: Final[dict[Presence, tuple[str, Tone]]] = {
    "no secret": ("! secret missing", "bad"),
    "no key": ("! key missing", "bad"),
    "not known": ("key not known", "muted"),
}


class PodLine(Struct, frozen=True):
    """One use of a Secret by a pod, a pod without a use, or a message of the kubelet."""

    pod: PodInfo
    number: int
    """The number of the line within its pod; line 0 names the pod."""
    use: Use | None
    presence: Presence = "there"
    said: str = ""
    """The kubelet's message, on its own line."""

    @property
    def key(self) -> str:
        """The row's key."""
        return f"{self.pod.namespace}/{self.pod.name}/{self.number}"


class PodTable(VirtualTable[PodLine]):
    """The lines of some pods. The cursor skips messages of the kubelet."""

    def __init__(
        self,
        *,
        with_secret: bool,
        with_namespace: bool = False,
        id: str | None = None,  # noqa: A002
    ) -> None:
        """`with_namespace`: show namespaces, since the pods are from several."""
        columns = _ONE_NAMESPACE if with_secret else _ONE_SECRET
        super().__init__(
            _EVERYWHERE if with_namespace else columns,
            key=lambda line: line.key,
            cells=_cells_everywhere if with_namespace else partial(_cells, with_secret=with_secret),
            selectable=lambda line: not line.said,
            id=id,
        )


def pod_lines(
    pods: Sequence[PodInfo], wanted: Callable[[Use], bool], presence: Callable[[PodInfo, Use], Presence]
) -> Iterator[PodLine]:
    """The lines of these pods; of their uses only the wanted ones."""
    for pod in pods:
        uses: list[Use | None] = [use for use in pod.uses if wanted(use)]
        number = 0
        for use in uses or [None]:
            yield PodLine(pod, number, use, presence(pod, use) if use is not None else "there")
            number += 1
        for container, reason, message in pod.waiting:
            if message or reason.endswith("Error"):
                yield PodLine(pod, number, None, said=f"{container}: {reason} {message}".rstrip())
                number += 1


def use_words(line: PodLine, *, with_namespace: bool = False) -> list[Cell]:
    """All that is known of the use under the cursor, for where the columns have no room."""
    use, pod = line.use, line.pod
    name = f"{pod.namespace}/{pod.name}" if with_namespace else pod.name
    if use is None:
        return [f"{name}: reads no Secret"]
    parts = [f"container {use.container}" if use.container else "whole pod"]
    if use.container_kind not in (None, "container"):
        parts[0] += f" ({use.container_kind})"
    key = f"key {use.key}" if use.key is not None else _no_key(use)
    parts += [how(use), *([key] if key != "-" else []), f"Secret {use.secret}"]
    told = (
        (use.is_read_only, "read-only"),
        (use.is_sub_path, "subPath"),
        (use.is_optional, "optional"),
        (use.is_unmounted_volume, "not mounted"),
    )
    parts += [word for is_so, word in told if is_so]
    cells: list[Cell] = [f"{name}: {' · '.join(parts)} · ", Styled(when_seen(use), "accent")]
    if line.presence in _MISSING:
        word, tone = _MISSING[line.presence]
        cells += [" · ", Styled(word, tone)]
    return [*cells, f" · pod {pod.status}"]


def _cells(line: PodLine, *, with_secret: bool) -> tuple[Cell, ...]:
    cells = _all_cells(line)
    return cells if with_secret else (*cells[:4], *cells[5:])


def _cells_everywhere(line: PodLine) -> tuple[Cell, ...]:
    cells = _all_cells(line)
    if line.said:
        return (*cells, "")
    return (line.pod.namespace if line.number == 0 else "", *cells)


def _all_cells(line: PodLine) -> tuple[Cell, ...]:
    pod, use = line.pod, line.use
    if line.said:
        return (Styled(f"  kubelet: {line.said}", "bad", flows=True), "", "", "", "", "", "", "")
    is_first = line.number == 0
    name = pod.name if is_first else ""
    status = _status(pod) if is_first else ""
    controller = Styled(controller_word(pod), "muted") if is_first else ""
    if use is None:
        return (name, status, "", Styled("reads no Secret", "muted"), "", "", "", controller)
    container = use.container or Styled("(pod)", "muted")
    if use.container and use.container_kind not in (None, "container"):
        container = f"{use.container} ({use.container_kind})"
    seen: Cell = Styled(_in_short(when_seen(use)), "muted")
    if line.presence in _MISSING:
        word, tone = _MISSING[line.presence]
        seen = Styled(f"{word}, optional" if use.is_optional and tone == "bad" else word, tone)
    return (name, status, container, how(use), use.secret, use.key or _no_key(use), seen, controller)


def _no_key(use: Use) -> str:
    """What stands for the key of a use that names none; the kubelet reads the one of a pull secret."""
    return "-" if use.way == "image_pull" else "all keys"


def _in_short(sentence: str) -> str:
    """Its first clause: the column's title says what it is about, and the line below the table says all."""
    return sentence.removeprefix("sees a change ").split("; ")[0].split(" (")[0]


def _status(pod: PodInfo) -> Cell:
    if pod.is_terminating:
        return Styled("terminating", "warning")
    return Styled(pod.status, "bad") if pod.status.endswith(("Error", "BackOff")) else pod.status
