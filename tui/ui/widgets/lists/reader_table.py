"""The table of readers and what they read: one row per use."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import groupby
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from tui.model.readers.freshness import Verdict, Word
from tui.model.readers.reader import ReaderInfo, Use, count_words
from tui.ui.widgets.lists.reader_lines import controller_word
from tui.ui.widgets.table.table import Column, VirtualTable
from tui.ui.widgets.text import Cell, Styled, Tone

VERDICT_TONES: Final[dict[Word, Tone]] = {
    "old value": "warning",
    "old value?": "warning",
    "new value": "good",
    "not known": "muted",
}
Presence = Literal["there", "no secret", "no key", "not known"]
"""What is known of the Secret and key that a use names."""

Judge: TypeAlias = Callable[[ReaderInfo, Use], Verdict | None]
"""Which value a use has; asked only of what is drawn."""
Owner: TypeAlias = tuple[str, str]
"""Kind and name."""
_NAMESPACE: Final = Column("namespace", "NAMESPACE", 11, most=16, grow=3, cut="middle")
_SECRET: Final = Column("secret", "SECRET", 13, most=24, grow=2, cut="middle")
_KEY: Final = Column("key", "KEY", 8, most=12, grow=3, cut="middle")
_STATUS: Final = Column("status", "STATUS", 8, grow=1, drop=3, is_late=True)
_VALUE: Final = Column("value", "VALUE", 10, drop=6, is_late=True)
_CONTAINER: Final = Column("container", "CONTAINER", 12, grow=1, drop=4, is_late=True, cut="middle")
_CONTROLLER: Final = Column("controller", "CONTROLLER", 16, grow=1, drop=5, is_late=True, cut="middle")
_ONE_SECRET: Final = (
    _STATUS,
    _CONTAINER,
    Column("how", "HOW", 22, most=32, grow=1),
    _KEY,
    _VALUE,
    Column("seen", "WHEN IT SEES A CHANGE", 25, grow=2),
    _CONTROLLER,
)
_ONE_NAMESPACE: Final = (
    _STATUS,
    _CONTAINER,
    Column("how", "HOW", 18, most=32, grow=1),
    _SECRET,
    _KEY,
    _VALUE,
    Column("seen", "WHEN IT SEES A CHANGE", 16, most=28, grow=2),
    _CONTROLLER,
)
_EVERYWHERE: Final = (
    _STATUS,
    _CONTAINER,
    Column("how", "HOW", 18, most=32, grow=1),
    _SECRET,
    _KEY,
    _VALUE,
    Column("seen", "WHEN IT SEES A CHANGE", 16, grow=2, drop=2, is_late=True),
    _CONTROLLER,
)
"""Of several namespaces: what tells one reader from another, and its Secret, is there at any width."""
_MISSING: Final[dict[Presence, tuple[str, Tone]]] = {
    "no secret": ("! secret missing", "bad"),
    "no key": ("! key missing", "bad"),
    "not known": ("key not known", "muted"),
}


class ReaderLine(Struct, frozen=True):
    """One use of a Secret, an object without a use, a message about the object, or the owner of several."""

    info: ReaderInfo
    number: int
    """The number of the line within its object; line 0 names it."""
    use: Use | None
    presence: Presence = "there"
    said: str = ""
    """The message, on its own line."""
    heads: str = ""
    """Of the owner of the objects that follow: its name, and how many they are."""
    is_known: bool = True
    """Of an owner: is `info` it? (Else the first of the objects.)"""
    depth: int = 0
    """1 below the line of its owner."""

    @property
    def key(self) -> str:
        """The row's key."""
        owner = "owner of " if self.heads else ""
        return f"{owner}{self.info.namespace}/{self.info.title}/{self.number}"


class ReaderTable(VirtualTable[ReaderLine]):
    """The lines of some readers. The cursor skips messages."""

    def __init__(
        self,
        *,
        with_secret: bool,
        with_namespace: bool = False,
        verdict: Judge = lambda info, use: None,
        id: str | None = None,  # noqa: A002
    ) -> None:
        """`with_namespace`: show namespaces, since the readers are from several."""
        name = partial(Column, "reader", "READER", most=32, grow=4, cut="middle")
        columns = (name(14), *_ONE_NAMESPACE) if with_secret else (name(16), *_ONE_SECRET)
        super().__init__(
            (_NAMESPACE, name(14), *_EVERYWHERE) if with_namespace else columns,
            key=lambda line: line.key,
            cells=partial(_cells_everywhere, verdict=verdict)
            if with_namespace
            else partial(_cells, verdict=verdict, with_secret=with_secret),
            selectable=lambda line: not line.said and line.is_known,
            id=id,
        )


def lines_of(
    readers: Sequence[ReaderInfo],
    wanted: Callable[[ReaderInfo, Use], bool],
    presence: Callable[[ReaderInfo, Use], Presence],
    owner: Callable[[ReaderInfo], Owner | None] = lambda info: None,
    get: Callable[[str, Owner], ReaderInfo | None] = lambda namespace, owner: None,
    value: Callable[[Sequence[ReaderInfo]], str] = lambda infos: "",
) -> Iterator[ReaderLine]:
    """The lines of these objects; of their uses only the wanted ones.

    Those of one `owner` that follow each other have a line of it above, with the `value` that they have;
    `get` gets it, if it is known.
    """
    for (namespace, owned), found in groupby(readers, lambda info: (info.namespace, owner(info))):
        infos = list(found)
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
            for use in uses or [None]:
                found_there = presence(info, use) if use is not None and not use.produces else "there"
                yield ReaderLine(info, number, use, found_there, depth=depth)
                number += 1
            for message in info.messages:
                yield ReaderLine(info, number, None, said=message, depth=depth)
                number += 1


def use_words(line: ReaderLine, *, with_namespace: bool = False) -> list[Cell]:
    """All that is known of the use under the cursor, for where the columns have no room."""
    use, info = line.use, line.info
    if line.heads:
        return [line.heads]
    name = f"{info.namespace}/{info.title}" if with_namespace else info.title
    if use is None:
        return [f"{name}: reads no Secret"]
    key = f"key {use.key}" if use.key is not None else use.key_word
    parts = [
        f"container {use.place}" if use.place else f"whole {info.kind.one}",
        use.how(),
        *([key] if key != "-" else []),
        f"Secret {use.secret}",
        *use.notes,
    ]
    cells: list[Cell] = [f"{name}: {' · '.join(parts)} · ", Styled(use.when_seen(), "accent")]
    if line.presence in _MISSING:
        word, tone = _MISSING[line.presence]
        cells += [" · ", Styled(word, tone)]
    return [*cells, f" · {info.kind.one} {info.status}"] if info.status else cells


def _cells(line: ReaderLine, *, verdict: Judge, with_secret: bool) -> tuple[Cell, ...]:
    cells = _all_cells(line, verdict)
    return cells if with_secret else (*cells[:4], *cells[5:])


def _cells_everywhere(line: ReaderLine, *, verdict: Judge) -> tuple[Cell, ...]:
    cells = _all_cells(line, verdict)
    if line.said or line.heads:
        return (*cells, "")
    return (line.info.namespace if line.number == 0 else "", *cells)


def _all_cells(line: ReaderLine, verdict: Judge) -> tuple[Cell, ...]:
    info, use = line.info, line.use
    if line.said:
        return (Styled(f"  {line.said}", "bad", flows=True), "", "", "", "", "", "", "", "")
    if line.heads:
        return (Styled(line.heads, "strong", flows=True), "", "", "", "", "", "", "", "")
    is_first = line.number == 0
    name = "  " * line.depth + info.title if is_first else ""
    status = _status(info.status) if is_first else ""
    controller = Styled(controller_word(info), "muted") if is_first else ""
    if use is None:
        return (name, status, "", Styled("reads no Secret", "muted"), "", "", "", "", controller)
    place = use.place or Styled(f"({info.kind.one})", "muted")
    seen: Cell = Styled(_in_short(use.when_seen()), "accent" if use.produces else "muted")
    found = verdict(info, use)
    value: Cell = Styled(found.short, VERDICT_TONES[found.word]) if found is not None else ""
    if found is not None and found.is_old:
        seen = Styled(f"{found.word} until restart", "warning")
    if line.presence in _MISSING:
        word, tone = _MISSING[line.presence]
        seen = Styled(f"{word}, optional" if use.is_optional and tone == "bad" else word, tone)
    return (name, status, place, use.how(), use.secret, use.key_word, value, seen, controller)


def _in_short(sentence: str) -> str:
    """Its first clause: the column's title says what it is about, and the line below the table says all."""
    return sentence.removeprefix("sees a change ").split("; ")[0].split(" (")[0]


def _status(status: str) -> Cell:
    if status == "terminating":
        return Styled(status, "warning")
    return Styled(status, "bad") if status.endswith(("Error", "BackOff")) else status
