"""Choose one or more names from a list. Typed words filter the list.

If `is_single` is set, Enter chooses a name. Otherwise space marks a name. Enter also marks a name if the
field contains words; in an empty field, Enter continues.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import ClassVar, Final

from msgspec import Struct
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.events import Key
from textual.message import Message
from textual.widgets import Input

from tui.model.text.printable import printable
from tui.ui.dialogs.dialog import Dialog
from tui.ui.widgets import text
from tui.ui.widgets.bars.footer import KeyFooter
from tui.ui.widgets.bars.frame import Pane
from tui.ui.widgets.field import FilterField
from tui.ui.widgets.lines import Line, Lines
from tui.ui.widgets.table.table import Column, VirtualTable
from tui.ui.widgets.text import Cell, Styled

_AROUND: Final = 11
"""Height in lines of the dialog without its rows, if `MarkRequest.lines` has two lines."""
_LEAST: Final = 3
_BESIDE: Final = 14
"""Width in cells of the dialog without the texts of a row."""
_MARKS: Final = [("space", "mark"), ("*", "mark all")]
_COLUMNS: Final = (
    Column("mark", "", 3, gap=1),
    Column("name", "", 12, most=63, grow=2, cut="middle"),
    Column("note", "", 8, most=40, grow=1),
)


class NameRow(Struct, frozen=True):
    name: str
    note: Cell = ""
    why_not: str = ""


class MarkRequest(Struct, frozen=True):
    title: str
    lines: tuple[Line, ...]
    rows: tuple[NameRow, ...]
    verb: str
    marked: frozenset[str] = frozenset()
    typed_problem: Callable[[str], str | None] = lambda typed: "No name in the list contains these words."
    takes_others: bool = False
    """True if a typed name gets a row of its own above the rows that match it.

    The user can choose this row. A name that is in `rows`, or that `typed_problem` rejects, gets no such row.
    """
    is_single: bool = False
    takes_cursor: bool = False
    later: Callable[[], Awaitable[MarkRequest]] | None = None
    """Reads the names while the dialog is open. The result replaces this object."""


class _MarkField(FilterField):
    """Field in which space and `*` mark rows instead of being typed. No name contains these characters."""

    class Marked(Message):
        """Space was pressed."""

    class AllMarked(Message):
        """The asterisk key was pressed."""

    async def _on_key(self, event: Key) -> None:
        if event.key in ("space", "asterisk"):
            event.stop()
            event.prevent_default()
            self.post_message(self.Marked() if event.key == "space" else self.AllMarked())


class MarkScreen(Dialog[tuple[str, ...]]):
    """Dialog with a list of names."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "move(1)", show=False),
        Binding("up", "move(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
    ]

    def __init__(self, wanted: MarkRequest) -> None:
        marks = [] if wanted.is_single else _MARKS
        super().__init__(wanted.title, wanted.lines, *marks, ("enter", wanted.verb), ("↑↓", "move"))
        self._wanted = wanted
        self._rows = list(wanted.rows)
        self._marked = set(wanted.marked)
        columns = _COLUMNS[1:] if wanted.is_single else _COLUMNS
        self._table = VirtualTable[NameRow](
            columns, key=lambda row: row.name, cells=self._cells, has_header=False, id="marks"
        )

    def compose_fields(self) -> ComposeResult:
        field = FilterField if self._wanted.is_single else _MarkField
        yield field(id="find")
        yield self._table

    def on_mount(self) -> None:
        self.query_one(Input).focus()
        self._draw()
        if (later := self._wanted.later) is not None:
            self.run_worker(self._load(later))

    async def _load(self, later: Callable[[], Awaitable[MarkRequest]]) -> None:
        self._wanted = wanted = await later()
        names = {row.name for row in wanted.rows}
        typed = [row for row in self._rows if row.name in self._marked - names]
        self._rows = [*typed, *wanted.rows]
        self.query_one("#words", Lines).show(wanted.lines)
        self.on_resize()
        self.filter_rows()

    def on_resize(self) -> None:
        wide = max((text.width(row.name) + text.width(row.note) for row in self._rows), default=0)
        self.query_one("#dialog").styles.min_width = min(wide + _BESIDE, self.size.width)
        self._table.styles.max_height = max(_LEAST, self.size.height - _AROUND)

    def _cells(self, row: NameRow) -> tuple[Cell, ...]:
        if self._wanted.is_single:
            return (row.name, row.note)
        mark: Cell = Styled("[x]", "accent") if row.name in self._marked else "[ ]"
        if row.why_not:
            return ("", Styled(row.name, "muted"), row.note)
        return (mark, row.name, row.note)

    def _draw(self) -> None:
        words = self.query_one(Input).value.lower().split()
        rows = [row for row in self._rows if all(word in row.name.lower() for word in words)]
        typed = self._typed
        is_new_name = bool(rows and typed) and all(row.name != typed for row in rows)
        if is_new_name and self._wanted.takes_others and self._wanted.typed_problem(typed) is None:
            self._table.show([NameRow(typed, Styled("not in this list", "warning")), *rows])
            self._table.move_to(typed)
        else:
            self._table.show(rows)
        self._table.repaint_rows()
        if self._wanted.is_single:
            return
        self.query_one(Pane).head(self._wanted.title, f"{len(self._marked)} marked")
        enter_verb = "mark" if typed else self._wanted.verb
        self.query_one(KeyFooter).show([*_MARKS, ("enter", enter_verb), ("↑↓", "move")])

    @on(Input.Changed)
    def filter_rows(self) -> None:
        self.warn("")
        self._draw()
        # Without this message, a new name would look like a filter without matches.
        if self._typed and not self._table.rows and self._wanted.typed_problem(self._typed) is None:
            self.show_below(f"enter chooses {printable(self._typed)}")

    @on(_MarkField.Marked)
    def mark_and_go_down(self) -> None:
        before = set(self._marked)
        self.toggle_mark()
        if self._marked != before:
            self._table.action_move(1)

    def toggle_mark(self) -> None:
        if (row := self._target_row()) is not None and row.name in self._marked:
            self._marked.remove(row.name)
            self._draw()
        elif row is not None:
            self._mark(row)

    @on(_MarkField.AllMarked)
    def mark_shown(self) -> None:
        shown = {row.name for row in self._table.rows if row in self._rows and not row.why_not}
        if not shown:
            self.warn("No shown row can be marked.")
            return
        self._marked = self._marked - shown if shown <= self._marked else self._marked | shown
        self._clear_field()
        self._draw()

    def _clear_field(self) -> None:
        field = self.query_one(Input)
        with field.prevent(Input.Changed):
            field.value = ""
        self.warn("")

    @on(VirtualTable.Opened)
    def toggle_clicked(self, event: VirtualTable.Opened) -> None:
        event.stop()
        if self._wanted.is_single:
            self.dismiss((event.key,))
        else:
            self.toggle_mark()

    @on(Input.Submitted)
    def go_on(self) -> None:
        if self._wanted.is_single:
            if (row := self._table.cursor_row_value or self._target_row()) is not None:
                self.dismiss((row.name,))
        elif self._typed:
            if (row := self._target_row()) is not None:
                self._mark(row)
        elif not self._marked and not self._mark_cursor():
            self.warn("Mark at least one row with space.")
        else:
            self.dismiss(tuple(row.name for row in self._rows if row.name in self._marked))

    @property
    def _typed(self) -> str:
        return self.query_one(Input).value.strip()

    def _target_row(self) -> NameRow | None:
        """Return the row with the typed name; if there is none, the row under the cursor.

        If the cursor has no row, or is on the row that `_draw` shows for a new name, add the typed name to
        `_rows` as a new row and return that row. If the typed name is not valid, show why and return None.
        """
        typed, row = self._typed, self._table.cursor_row_value
        match = next((known_row for known_row in self._rows if known_row.name == typed), None) or row
        if match in self._rows:
            return match
        if (problem := self._wanted.typed_problem(typed)) is not None:
            self.warn(problem)
            return None
        self._rows.insert(0, NameRow(typed))
        return self._rows[0]

    def _mark(self, row: NameRow) -> None:
        if row.why_not:
            self.warn(row.why_not)
            return
        self._marked.add(row.name)
        self._clear_field()
        self._draw()
        self._table.move_to(row.name)

    def _mark_cursor(self) -> bool:
        is_taken = self._wanted.takes_cursor or len(self._rows) == 1
        if not is_taken or (row := self._table.cursor_row_value) is None or row.why_not:
            return False
        self._marked.add(row.name)
        return True

    def action_move(self, rows: int) -> None:
        self._table.action_move(rows)

    def action_page(self, pages: int) -> None:
        self._table.action_page(float(pages))
