"""Choose a name from a list that the cluster gives; where it may not be listed, type the name."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import ClassVar, Final

from msgspec import Struct
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from tui.model.errors import ClusterError
from tui.ui.base.min_size import MinSizeScreen
from tui.ui.commands import over_bindings
from tui.ui.widgets.bars.footer import KeyFooter
from tui.ui.widgets.bars.frame import Pane, is_staying
from tui.ui.widgets.field import Field
from tui.ui.widgets.lines import Line, Lines
from tui.ui.widgets.table.columns import Column
from tui.ui.widgets.table.table import VirtualTable
from tui.ui.widgets.text import content

_COLUMNS: Final = (Column("name", "", 8, grow=1, cut="middle"),)


class ChoiceWanted(Struct, frozen=True):
    """What to choose."""

    title: str
    lines: tuple[Line, ...]
    what: str
    """For sentences: "service account"."""
    find: Callable[[], Awaitable[tuple[str, ...]]]
    """Lists the names. Raises ClusterError; then any name can be typed."""
    problem: Callable[[str], str | None]
    """Why a typed name is invalid, as a sentence; None if it is valid."""


class ChooseScreen(MinSizeScreen[str | None], ModalScreen[str | None]):
    """What is typed filters the names; enter takes the one under the cursor. None for escape."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *over_bindings(),
        Binding("escape", "leave", show=False),
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
    ]

    def __init__(self, wanted: ChoiceWanted) -> None:
        super().__init__()
        self._wanted = wanted
        self._names: tuple[str, ...] = ()
        self._is_loading = self._is_listed = True
        self._table = VirtualTable[str](
            _COLUMNS, key=str, cells=lambda name: (name,), has_header=False, id="choices"
        )

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog"), Pane(id="asking"):
            yield Lines(id="words")
            yield Field(id="name", compact=True)
            yield self._table
            yield Static(id="problem")
            yield KeyFooter()

    def on_mount(self) -> None:
        self.query_one(Pane).head(self._wanted.title)
        self.query_one("#words", Lines).show(self._wanted.lines)
        self.query_one(KeyFooter).show([("enter", "choose"), ("↑↓", "move")], last=("esc", "cancel"))
        self.query_one(Input).focus()
        self._say(f"Loading {self._wanted.what}s …")
        self.run_worker(self._find(), group="names")

    async def _find(self) -> None:
        said = ""
        try:
            self._names = await self._wanted.find()
        except ClusterError as error:
            self._is_listed, said = False, f"{error.sentence} Type the name."
        self._is_loading = False
        if is_staying(self):
            self._table.display = self._is_listed
            self.query_one(Input).placeholder = "type to filter" if self._is_listed else ""
            self._say(said or ("" if self._names else f"There is no {self._wanted.what} here."))
            self._filter()

    def _filter(self) -> None:
        typed = self.query_one(Input).value.strip()
        self._table.show([name for name in self._names if typed in name])

    def _say(self, sentence: str) -> None:
        self.query_one("#problem", Static).update(content(sentence))

    @on(Input.Changed)
    def filter_names(self) -> None:
        """Only names that hold what is typed."""
        self._filter()
        if self._is_listed and self._names:
            self._say("")

    @on(Field.PasteRefused)
    def say_refused(self, event: Field.PasteRefused) -> None:
        """A paste was refused."""
        self._say(event.reason)

    @on(VirtualTable.Opened)
    def take_row(self, event: VirtualTable.Opened) -> None:
        """Take the row that was opened."""
        self.dismiss(event.key)

    @on(Input.Submitted)
    def take(self, event: Input.Submitted) -> None:
        """Take the name under the cursor; what is typed only where nothing could be listed."""
        typed = event.value.strip()
        if self._is_loading:
            return
        if self._is_listed and self._table.cursor_key is not None:
            self.dismiss(self._table.cursor_key)
        elif self._is_listed:
            self._say(f"There is no {self._wanted.what} {typed} here.")
        elif (problem := self._wanted.problem(typed)) is not None:
            self._say(problem)
        else:
            self.dismiss(typed)

    def action_move(self, rows: int) -> None:
        """Move the cursor while typing."""
        self._table.action_move(rows)

    def action_leave(self) -> None:
        """Cancel; nothing is done."""
        self.dismiss(None)
