"""Comparison of the inputs (variables and files) of two pods or workloads."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

from tui.model.readers.gaps import gap_sentences
from tui.model.readers.inputs.comparison import InputPair, compared_inputs
from tui.model.readers.inputs.container_input import ContainerInput
from tui.model.readers.pods import PodInfo
from tui.model.readers.reader import ReaderInfo
from tui.model.secret.secret import SecretRef
from tui.session.pod_inputs import PodInputs
from tui.ui.base.job import reading, start_job
from tui.ui.base.rows import RowsScreen
from tui.ui.base.screen_context import ScreenContext
from tui.ui.command_types import Where
from tui.ui.widgets.bars.frame import is_staying
from tui.ui.widgets.bars.note import Note
from tui.ui.widgets.lines import Line
from tui.ui.widgets.lists.input_table import source_words
from tui.ui.widgets.review_page import RowPage
from tui.ui.widgets.table.columns import Column
from tui.ui.widgets.table_with_page import TableWithPage
from tui.ui.widgets.text import Cell, Styled

_COLUMNS: Final = (
    Column("sign", "", 1, gap=1),
    Column("name", "INPUT", 14, most=28, grow=2, cut="path"),
    Column("here", "HERE", 16, most=48, grow=4, cut="middle"),
    Column("there", "THERE", 16, most=48, grow=4, cut="middle"),
    Column("differs", "DIFFERS", 13),
)


def full_title(info: ReaderInfo) -> str:
    """Kind and name, such as "Pod/web-1"."""
    return f"Pod/{info.title}" if isinstance(info, PodInfo) else info.title


class ComparedInputsScreen(RowsScreen[InputPair]):
    """Table of the variables and files of two objects, side by side.

    No value is shown. Values of Secrets and ConfigMaps are not even read.
    """

    PLACE = Where.COMPARED_WORKLOADS
    TOPICS = frozenset({"readers", "secrets"})

    def __init__(self, shared: ScreenContext, here: ReaderInfo, there: ReaderInfo) -> None:
        table = TableWithPage[InputPair](_COLUMNS, key=_key_of, cells=_cells, id="changes")
        super().__init__(shared, table, "words in name, source, difference")
        self._here, self._there = PodInputs(shared.session, here), PodInputs(shared.session, there)
        self._titles = full_title(here), full_title(there)
        self._pairs: list[InputPair] = []

    def on_mount(self) -> None:
        super().on_mount()
        start_job(self, self._read())

    def on_unmount(self) -> None:
        self._pairs = []
        for side in (self._here, self._there):
            side.forget()

    async def _read(self) -> None:
        for side in (self._here, self._there):
            info = self.shared.session.readers_of(side.info.namespace).get(side.info.id)
            await reading(self, side.read(info or side.info))
        if is_staying(self):
            self.draw()

    def run_refresh_now(self) -> None:
        super().run_refresh_now()
        start_job(self, self._read())

    # Drawing

    @property
    def _is_read(self) -> bool:
        return self._here.is_read and self._there.is_read

    def rows(self) -> list[InputPair]:
        is_whole = self._is_read and self._here.is_whole and self._there.is_whole
        self._pairs = compared_inputs(self._here.inputs(), self._there.inputs()) if is_whole else []
        return [pair for pair in self._pairs if self.has_words(_words(pair))]

    def head(self) -> tuple[str, str]:
        return f"Compare: {self._titles[0]} with {self._titles[1]}", ""

    def note(self) -> Note | None:
        if not self._is_read:
            return Note("loading", (f"Reading {self._titles[0]} and {self._titles[1]} …",))
        if self.table.rows:
            return None
        if self.filter_words:
            return Note("empty", (f"No matches. {self.shared.keys.of('go_back')} clears the filter.",))
        return Note("empty", tuple(self._gaps()) or ("Neither object gets a variable or file.",))

    def _gaps(self) -> Iterator[str]:
        yield from gap_sentences((self._here.gaps | self._there.gaps).values())

    def page(self, row: InputPair | None) -> RowPage:
        text = list(self._about(row)) if row is not None else []
        text += ((Styled(f"  {sentence}", "warning"),) for sentence in self._gaps())
        return RowPage(text, head=list(self._counts()), lead=4)

    def _counts(self) -> Iterator[Line]:
        same = sum(pair.difference == "same" for pair in self._pairs)
        if self._pairs:
            yield (Styled(f"  Differing inputs: {len(self._pairs) - same}   Same inputs: {same}", "muted"),)

    def _about(self, row: InputPair) -> Iterator[Line]:
        yield (f"  {row.first.name}: {row.difference}",)
        for title, side_input in zip(self._titles, (row.here, row.there), strict=True):
            container = f" {side_input.container}" if side_input is not None and side_input.container else ""
            source = (
                f"{side_input.way} from {_side_words(side_input)}"
                if side_input is not None
                else "no such input"
            )
            yield (Styled(f"  {title}{container}  ", "muted"), source)

    # Commands

    @property
    def subject(self) -> SecretRef | None:
        if self.row is None or self.row.first.source.kind != "Secret":
            return None
        side, source = self._here if self.row.here is not None else self._there, self.row.first.source
        return SecretRef(source.namespace or side.info.namespace, source.name)

    def open_row(self, row: InputPair) -> None:
        ref, source = self.subject, row.first.source
        if ref is None:
            self.show_message(f"{row.first.name} is from {source_words(row.first)}: no Secret to open.")
        elif row.first.state in ("missing", "absent"):
            self.show_message(f"{source} is {row.first.state}.", "warning")
        else:
            main = self.shared.app.navigator
            main.follow(partial(main.open_secret, ref, source.key))


def _key_of(pair: InputPair) -> str:
    here, there = (side.number if side is not None else "" for side in (pair.here, pair.there))
    return f"{pair.first.container}/{pair.first.name}/{here}/{there}"


def _side_words(side_input: ContainerInput | None) -> str:
    if side_input is None:
        return "-"
    return (
        source_words(side_input)
        if side_input.state == "set"
        else f"{source_words(side_input)}, {side_input.state}"
    )


def _words(pair: InputPair) -> str:
    return f"{pair.first.name} {_side_words(pair.here)} {_side_words(pair.there)} {pair.difference}"


def _cells(pair: InputPair) -> tuple[Cell, ...]:
    is_same = pair.difference == "same"
    return (
        "" if is_same else Styled("!", "warning"),
        Styled(pair.first.name, "muted" if is_same else ""),
        Styled(_side_words(pair.here), "muted" if is_same or pair.here is None else ""),
        Styled(_side_words(pair.there), "muted" if is_same or pair.there is None else ""),
        Styled(pair.difference, "muted" if is_same else "warning"),
    )
