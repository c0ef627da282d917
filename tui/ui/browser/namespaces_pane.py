"""The pane of namespaces: starred and recent namespaces first, then the others by name."""

from __future__ import annotations

from typing import Final

from msgspec import Struct
from textual import on
from textual.widgets import Input

from tui.model.secret.validation import namespace_problem
from tui.ui.base.list_state import note_of
from tui.ui.base.screen_context import ScreenContext
from tui.ui.browser.listed_secrets import ListedSecrets
from tui.ui.widgets.bars.note import Note
from tui.ui.widgets.lists.picker import Picker
from tui.ui.widgets.table.table import Column
from tui.ui.widgets.text import Cell, Styled

ALL_NAMESPACES = ""
"""Key of the row "(all)", which stands for all namespaces."""
_RULE: Final = "─"
"""Row key of the line below the starred and recent namespaces. No namespace has this name."""

_COLUMNS = (
    Column("name", "", 8, most=24, long=32, grow=1, cut="middle"),
    Column("count", "", 2, align="right"),
)


class _Namespace(Struct, frozen=True):
    name: str
    count: int | None
    is_starred: bool = False


class NamespacesPane(Picker[_Namespace]):
    """The list of namespaces, with a field to filter them or to type any name."""

    def __init__(self, shared: ScreenContext, listed: ListedSecrets) -> None:
        super().__init__(
            _COLUMNS,
            key=lambda row: row.name,
            cells=self._cells,
            words=lambda row: row.name if row.name != _RULE else "",
            placeholder="filter, or any name",
            selectable=lambda row: row.name != _RULE,
            has_header=False,
            id="namespaces",
            table_id="namespace-table",
        )
        self._shared, self._listed_secrets = shared, listed
        self._doubted = ""
        self._listed: object = None
        """Data from which the rows were made. `update_rows` makes new rows only if this data has changed."""

    @property
    def takes_others(self) -> bool:
        return not self._shared.session.namespaces.state.is_complete

    def about_typed(self, typed: str, *, has_rows: bool) -> tuple[str, ...]:
        is_row = any(row.name == typed for row in self._rows)
        if not typed or is_row or (has_rows and not self.takes_others) or namespace_problem(typed):
            return ()
        opens = ("enter opens it anyway.",) if self.takes_others else ()
        return (f"Namespace {typed} is not in this list.", *opens)

    def doubts(self, typed: str) -> bool:
        is_first = not self.takes_others and typed != self._doubted
        self._doubted = typed
        return is_first

    @on(Input.Changed)
    def forget_doubt(self) -> None:
        self._doubted = ""

    def update_rows(self) -> None:
        session = self._shared.session
        current, state = session.namespace, session.namespaces.state
        namespaces, kept = session.namespaces, self._shared.names.kept
        existence = namespaces.doubt(current) if current is not None else ""
        with_helm = self._listed_secrets.choice.with_helm
        listed = (namespaces.names, current, state, kept, namespaces.counted, existence, with_helm)
        if listed == self._listed:
            return
        self._listed = listed
        rows = self._wanted()
        # While namespaces load, the row of the current namespace replaces the note "Loading namespaces …".
        # After a failure, this row does not replace the note about the failure.
        is_asking = current is not None and state.kind in ("idle", "loading")
        has_rows = len(session.namespaces.names) > 0 or is_asking
        note = note_of(self._shared, state, "namespaces", has_rows=has_rows)
        if note is not None and note.kind == "refused":
            keys = self._shared.keys
            asks = f"{keys.of('show_access')} shows the missing right."
            note = Note(
                note.kind, (note.lines[0], f"{keys.of('find_namespace')} opens any namespace by name. {asks}")
            )
        self.show(rows, note)
        if not self.table.has_focus:
            self.table.move_to(current or ALL_NAMESPACES)
        count = sum(row.name not in (ALL_NAMESPACES, _RULE) for row in rows) - (existence == "missing")
        self.head(f"Namespaces  {count:,}" if state.is_complete else "Namespaces")
        self.table.repaint_rows()

    def _wanted(self) -> list[_Namespace]:
        session, kept = self._shared.session, self._shared.names.kept
        current = session.namespace
        names, is_whole = session.namespaces.names, session.namespaces.state.is_complete
        recent = (
            name
            for name in kept.recent
            if name not in (current, *kept.starred) and (not is_whole or name in names or self._count(name))
        )
        top = (*kept.starred, *recent)
        if not is_whole:
            names = tuple(sorted({*names, *session.access.names("namespaces")}))
        if current is not None and current not in names:
            names = tuple(sorted({*names, current}))
        top_names = set(top)
        others = [name for name in names if name not in top_names]
        rule = [_RULE] if top and others else []
        return [
            _Namespace(name, self._count(name), name in kept.starred)
            for name in (ALL_NAMESPACES, *top, *rule, *others)
        ]

    def _count(self, name: str) -> int | None:
        count = self._shared.session.namespaces.count(name) if name not in (ALL_NAMESPACES, _RULE) else None
        return count.shown(with_helm=self._listed_secrets.choice.with_helm) if count is not None else None

    def _cells(self, row: _Namespace) -> tuple[Cell, ...]:
        if row.name == _RULE:
            return (Styled(_RULE * 12, "muted"), "")
        is_here = (row.name or None) == self._shared.session.namespace
        label = f"★ {row.name}" if row.is_starred else row.name or "(all)"
        name: Cell = Styled(label, "accent" if is_here else "muted" if row.name == ALL_NAMESPACES else "")
        if is_here and self._shared.session.namespaces.doubt(row.name) == "missing":
            return (Styled(label, "warning"), Styled("!", "warning"))
        count: Cell = "" if row.name == ALL_NAMESPACES else "·" if row.count is None else f"{row.count:,}"
        return (name, Styled(count, "muted") if count == "·" else count)
