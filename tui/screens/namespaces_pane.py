"""The namespaces: their names, and how many Secrets each has where that was listed anyway."""

from __future__ import annotations

from dataclasses import dataclass

from msgspec import Struct
from textual import on
from textual.app import ComposeResult
from textual.message import Message

from tui.screens.desk import Desk
from tui.screens.paning import NOT_LOOKED_AT, note_of
from tui.widgets.frame import Pane
from tui.widgets.note import NoteView
from tui.widgets.table import Column, VirtualTable
from tui.widgets.text import Cell, Styled

ALL = ""
"""The key of the row for all namespaces; no namespace has an empty name."""

_COLUMNS = (Column("name", "NAME", 8, grow=1, cut="middle"), Column("count", "", 5, align="right"))


class _Namespace(Struct, frozen=True):
    name: str
    count: int | None


class NamespacesPane(Pane):
    """A list to choose from; choosing is told by `Chosen`."""

    @dataclass
    class Chosen(Message):
        """A namespace was chosen; None is all of them."""

        chosen: str | None

    def __init__(self, desk: Desk) -> None:
        super().__init__(id="namespaces")
        self._desk = desk
        self._listed: object = None
        """What was shown last: every change of a Secret asks for these rows again."""

    def compose(self) -> ComposeResult:
        yield VirtualTable[_Namespace](
            _COLUMNS, key=lambda row: row.name, cells=self._cells, has_header=False, id="namespace-table"
        )
        yield NoteView()

    @property
    def table(self) -> VirtualTable[_Namespace]:
        """The list itself."""
        return self.query_one("#namespace-table", VirtualTable)

    def update_rows(self) -> None:
        """Show what is known now."""
        session = self._desk.session
        names = session.namespaces.names
        known = session.namespace
        if known is not None and known not in names:
            names = tuple(sorted({*names, known}))
        rows = [_Namespace(ALL, None)]
        rows += [_Namespace(name, session.namespaces.count(name)) for name in names]
        listed = (rows, known, session.namespaces.pane)
        if listed == self._listed:
            return
        self._listed = listed
        self.table.show(rows)
        if not self.table.has_focus:
            self.table.move_to(known or ALL)
        pane = session.namespaces.pane
        self.head(f"Namespaces {len(names):,}" if pane.is_complete else "Namespaces")
        # The open namespace is a row whether or not the others are known; why they are not is said below it.
        is_asking = known is not None and pane.kind in ("idle", "loading")
        has_rows = len(session.namespaces.names) > 0 or is_asking
        is_left_out = session.secrets.name is not None and pane.kind == "idle"
        note = NOT_LOOKED_AT if is_left_out else note_of(pane, "namespaces", has_rows=has_rows)
        self.query_one(NoteView).show(note)
        self.table.repaint_rows()

    def _cells(self, row: _Namespace) -> tuple[Cell, ...]:
        is_here = (row.name or None) == self._desk.session.namespace
        name: Cell = Styled("(all)", "muted") if row.name == ALL else row.name
        if is_here:
            name = Styled(row.name or "(all)", "accent")
        count: Cell = "" if row.name == ALL else "·" if row.count is None else f"{row.count:,}"
        return (name, Styled(count, "muted") if count == "·" else count)

    @on(VirtualTable.Opened)
    def choose(self, event: VirtualTable.Opened) -> None:
        """Go into the namespace under the cursor."""
        event.stop()
        self.post_message(self.Chosen(event.key or None))
