"""Table of readers (objects that read Secrets), with a row for each use, e.g. an environment variable."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import groupby
from typing import Final, Literal, NamedTuple, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from tui.model.api_object import SHORT_NAMES
from tui.model.readers.freshness import Verdict, Word
from tui.model.readers.reader import ReaderInfo, Use, count_words
from tui.ui.widgets.table.columns import ALL_COLUMNS
from tui.ui.widgets.table.table import Column, VirtualTable
from tui.ui.widgets.text import Cell, Styled, Tone, text_of

VERDICT_TONES: Final[dict[Word, Tone]] = {
    "old value": "warning",
    "old value?": "warning",
    "new value": "good",
    "not known": "muted",
}
Presence = Literal["there", "no secret", "no key", "not known"]
"""State of the Secret and the key that a use names.

"there": both exist. "not known": it is not certain whether both exist.
"""


class Judge(NamedTuple):
    """Functions about one use of a Secret by an object."""

    verdict: Callable[[ReaderInfo, Use], Verdict | None]
    """Verdict whether the object uses an old value; None if the object is terminating or not a pod."""
    has_new: Callable[[ReaderInfo, Use], bool]
    """True if the key changed in this session, or if a pod may have an old value of the key.

    The column SEES A CHANGE then shows the verdict, even if the value is not old.
    """
    seen: Callable[[ReaderInfo, Use], str]
    """Sentence that says when the object sees a change of the value. SEES A CHANGE shows its first clause."""


Owner: TypeAlias = tuple[str, str]
_NAMESPACE: Final = Column("namespace", "NAMESPACE", 11, most=16, long=32, grow=3, cut="middle")
_SECRET: Final = Column("secret", "SECRET", 12, most=24, grow=2, cut="middle")
_KEY: Final = Column("key", "KEY", 8, most=12, grow=3, cut="middle")
_STATUS: Final = Column("status", "STATUS", 9, grow=1, drop=3, is_late=True)
_VALUE: Final = Column("value", "NOW", 10, drop=5, is_late=True)
_CONTAINER: Final = Column("container", "CONTAINER", 12, grow=1, drop=4, is_late=True, cut="middle")
_CONTROLLER: Final = Column("controller", "CONTROLLER", 16, grow=1, drop=6, is_late=True, cut="middle")
_SEEN: Final = Column("seen", "SEES A CHANGE", 18, most=20, grow=5)
"""Column that matters most to users.

While the column is shown, its texts are cut last, because it has the greatest `grow`.
"""
_SEEN_IN_SHORT: Final = {
    "read again at next start": "at restart",
    "file changes within 2 min": "within 2 min",
    "only a new pod reads the Secret": "only by a new pod",
    "at the next image pull": "at next image pull",
    "the volume's driver reads the Secret at the next mount": "at next mount",
}
_MADE_UP: Final = 5
"""Number of characters that the API server generates at the end of a pod's name."""
_MISSING: Final[dict[Presence, tuple[str, Tone]]] = {
    "no secret": ("! secret missing", "bad"),
    "no key": ("! key missing", "bad"),
    "not known": ("key not known", "muted"),
}
_NO_PODS: Final = {"no pods": "no pods: at next start", "between runs": "between runs: at next run"}
_SHORT_STATUS: Final = {
    "between runs": "idle",
    "ContainerCreating": "starting",
    "PodInitializing": "starting",
    "ErrImagePull": "no image",
    "ImagePullBackOff": "no image",
    "CrashLoopBackOff": "crashes",
}


class ReaderLine(Struct, frozen=True, gc=False):
    """Row for a use, an object without a use, a message, or the owner of the objects in the next rows."""

    info: ReaderInfo
    number: int
    """Number of the row within its object, from 0."""
    use: Use | None
    presence: Presence = "there"
    message: str = ""
    heads: str = ""
    """Text of an owner's row: its name, number of objects, status and value. "" in every other row."""
    is_known: bool = True
    """False in the row of an owner that is not a known object; `info` is then an owned object."""
    depth: int = 0
    """1 for a row below the row of its owner."""
    names_it: bool = True
    """False for the second and later uses of an object, whose rows omit its name."""

    @property
    def lacks_it(self) -> bool:
        return self.presence in ("no key", "no secret") and self.use is not None and not self.use.is_optional

    @property
    def key(self) -> str:
        owner = "owner of " if self.heads else ""
        return f"{owner}{self.info.namespace}/{self.info.title}/{self.number}"


class ReaderTable(VirtualTable[ReaderLine]):
    """Table of readers."""

    def __init__(
        self,
        *,
        with_secret: bool,
        with_namespace: bool = False,
        judge: Judge,
        id: str | None = None,  # noqa: A002
    ) -> None:
        super().__init__(
            _columns(with_secret=with_secret, with_namespace=with_namespace),
            key=lambda line: line.key,
            cells=partial(_cells_everywhere, judge=judge)
            if with_namespace
            else partial(_cells, judge=judge, with_secret=with_secret),
            selectable=lambda line: not line.message and line.is_known,
            id=id,
        )

    def show_controllers(self, is_wanted: bool) -> None:
        """Show or drop the column CONTROLLER. It is not needed if rows of owners name the controllers."""
        self.drop_beyond(ALL_COLUMNS if is_wanted else _CONTROLLER.drop - 1)

    def says(self, line: ReaderLine) -> str:
        return " ".join(map(text_of, self._painter.cells(line)))


def _columns(*, with_secret: bool, with_namespace: bool) -> list[Column]:
    """Return the columns. With NAMESPACE, SEES A CHANGE may be dropped to make room for other columns."""
    name, how = (14, 18) if with_namespace else (12, 18) if with_secret else (16, 22)
    return [
        *([_NAMESPACE] if with_namespace else []),
        Column("reader", "READER", name, most=32, grow=4, cut="middle"),
        *(_STATUS, _CONTAINER, Column("how", "HOW", how, most=32, grow=1, cut="path")),
        *([_SECRET] if with_secret else []),
        *(_KEY, _VALUE),
        replace(_SEEN, drop=2, is_late=True) if with_namespace else _SEEN,
        _CONTROLLER,
    ]


def lines_of(
    readers: Sequence[ReaderInfo],
    wanted: Callable[[ReaderInfo, Use], bool],
    presence: Callable[[ReaderInfo, Use], Presence],
    owner: Callable[[ReaderInfo], Owner | None] = lambda info: None,
    get: Callable[[str, Owner], ReaderInfo | None] = lambda namespace, owner: None,
    value: Callable[[Sequence[ReaderInfo]], str] = lambda infos: "",
) -> Iterator[ReaderLine]:
    """Yield a row for each wanted use, and for each of an object's `messages`.

    An object without wanted uses gets a row whose `use` is None, unless the object has `mentions`.

    A row for an owner precedes the rows of adjacent objects that have this `owner`. For the owner's row,
    `get` returns the owner's ReaderInfo, and `value` returns words about the owned objects.
    """
    for (namespace, owned), group in groupby(readers, lambda info: (info.namespace, owner(info))):
        infos = list(group)
        if owned is not None:
            known = get(namespace, owned)
            heads = f"{'/'.join(owned)}  {count_words(Counter(info.kind for info in infos))}"
            if known is not None and known.status:
                heads += f", {known.status}"
            if words := value(infos):
                heads += f"; {words}"
            yield ReaderLine(known or infos[0], 0, None, heads=heads, is_known=known is not None)
        for info in infos:
            depth = int(owned is not None)
            uses: list[Use | None] = [use for use in info.uses if wanted(info, use)]
            number = 0
            for use in uses or ([] if info.mentions else [None]):
                existence = presence(info, use) if use is not None and not use.produces else "there"
                yield ReaderLine(info, number, use, existence, depth=depth, names_it=number == 0)
                number += 1
            for message in info.messages:
                yield ReaderLine(info, number, None, message=message, depth=depth)
                number += 1


def use_words(
    line: ReaderLine, seen: Callable[[ReaderInfo, Use], str], *, with_namespace: bool = False
) -> list[Cell]:
    """Cells that describe a row, with the details that the columns omit."""
    use, info = line.use, line.info
    if line.heads:
        return [line.heads]
    name = f"{info.namespace}/{info.title}" if with_namespace else info.title
    if use is None:
        return [f"{name}: reads no Secret"]
    key = f"key {use.key}" if use.key is not None else use.key_word
    parts = [
        *([f"container {use.place}"] if use.place else []),
        use.how(),
        *([key] if key != "-" else []),
        f"Secret {use.secret}",
        *use.notes,
    ]
    cells: list[Cell] = [f"{name}: {' · '.join(parts)}"]
    if words := seen(info, use):
        cells += [" · ", Styled(words, "accent")]
    if (missing := _missing(line)) is not None:
        cells += [" · ", missing]
    return [*cells, f" · {info.kind.one} {info.status}"] if info.status else cells


def _cells(line: ReaderLine, *, judge: Judge, with_secret: bool) -> tuple[Cell, ...]:
    cells = _all_cells(line, judge)
    return cells if with_secret else (*cells[:4], *cells[5:])


def _cells_everywhere(line: ReaderLine, *, judge: Judge) -> tuple[Cell, ...]:
    cells = _all_cells(line, judge)
    if line.message or line.heads:
        return (*cells, "")
    return (line.info.namespace if line.names_it else "", *cells)


def _all_cells(line: ReaderLine, judge: Judge) -> tuple[Cell, ...]:
    info, use = line.info, line.use
    if line.message:
        return (Styled(f"  {line.message}", "bad", flows=True), "", "", "", "", "", "", "", "")
    if line.heads:
        return (Styled(line.heads, "strong", flows=True), "", "", "", "", "", "", "", "")
    name = f"  {_short_name(info)}" if line.depth else info.title
    name = name if line.names_it else ""
    status = _status(info.status) if line.names_it else ""
    controller = Styled(_controller(info), "muted") if line.names_it else ""
    if use is None:
        return (name, status, "", Styled("reads no Secret", "muted"), "", "", "", "", controller)
    place = use.place or Styled(f"({info.kind.one})", "muted")
    seen: Cell = Styled(_in_short(judge.seen(info, use)), "accent" if use.produces else "muted")
    verdict = judge.verdict(info, use)
    value: Cell = Styled(verdict.short, VERDICT_TONES[verdict.word]) if verdict is not None else ""
    if verdict is not None and (verdict.is_old or judge.has_new(info, use)):
        word = f"{verdict.short} until restart" if verdict.is_old else verdict.value.replace(" value", "")
        seen = Styled(word, VERDICT_TONES[verdict.word])
    elif info.status in _NO_PODS:
        seen = Styled(_NO_PODS[info.status], "muted")
    if (missing := _missing(line)) is not None:
        seen = missing
    how = use.how().removesuffix(" (ro)")  # the line below the table shows "(ro)"
    return (name, status, place, how, use.secret, _key(use), value, seen, controller)


def _missing(line: ReaderLine) -> Styled | None:
    word, tone = _MISSING.get(line.presence, ("", ""))
    if tone == "bad" and line.use is not None and line.use.is_optional:
        word, tone = "missing, optional", "warning"
    return Styled(word, tone) if word else None


def _key(use: Use) -> str:
    """Keys of the use, or e.g. "3 keys" if their names are long; a line below the table lists the names."""
    word = use.key_word
    return f"{word.count(',') + 1} keys" if "," in word and len(word) > _KEY.most else word


def _in_short(sentence: str) -> str:
    """First clause of a sentence, without "sees a change", because the column has this title."""
    clause = sentence.removeprefix("sees a change ").replace("used at ", "at ").split("; ")[0].split(" (")[0]
    return _SEEN_IN_SHORT.get(clause, clause)


def _short_name(info: ReaderInfo) -> str:
    """Suffix that the API server generated for a pod's name; without such a suffix, the whole title."""
    start, _, end = info.title.rpartition("-")
    is_named_after = info.controller is not None and start.startswith(info.controller[1])
    return end if is_named_after and len(end) == _MADE_UP else info.title


def _controller(info: ReaderInfo) -> str:
    kind, name = info.controller or ("", "")
    return f"{SHORT_NAMES.get(kind, kind)}/{name}" if kind else "-"


def _status(status: str) -> Cell:
    is_bad = status.endswith(("Error", "BackOff", "ErrImagePull"))
    word = _SHORT_STATUS.get(status, "fails" if is_bad else status.split(", ")[0])
    return Styled(word, "bad" if is_bad else "warning" if status == "terminating" else "")
