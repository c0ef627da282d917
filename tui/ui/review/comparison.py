"""Compare Secrets with Secrets of other namespaces, contexts or revisions."""

from __future__ import annotations

from collections.abc import Callable, Collection, Coroutine, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Final, TypeAlias

from tui.model.draft.comparison import NO_DIFFERENCE, NOT_THERE, Comparison
from tui.model.draft.plan import Plan, SecretInput, plan_input
from tui.model.errors import ClusterError
from tui.model.secret.secret import Secret, SecretRef
from tui.model.secret.value import Value
from tui.model.text.counts import counted, listed
from tui.session.several.comparison import PlaceComparison
from tui.session.several.plans import keep_drafts, plan_at
from tui.session.writes.review import WriteTarget
from tui.ui.base.job import is_still_here, reading, start_job
from tui.ui.base.screen import TuiScreen
from tui.ui.base.screen_context import READING, ScreenContext
from tui.ui.command_types import Command, Where, unless
from tui.ui.keymap import Keys, shown_key
from tui.ui.review.change_screen import ChangeScreen
from tui.ui.review.lines import LEAD
from tui.ui.review.row_panes import RowPanesScreen
from tui.ui.value.viewer import ValueScreen
from tui.ui.widgets.lines import Line
from tui.ui.widgets.lists.change_table import (
    CHANGE_COLUMNS,
    NARROW_COLUMNS,
    ChangeLine,
    change_cells,
    change_lines,
    comparison_columns,
    fits_in_rows,
)
from tui.ui.widgets.review_page import RowPage
from tui.ui.widgets.table.columns import Column
from tui.ui.widgets.table.table import VirtualTable
from tui.ui.widgets.table_with_page import TableWithPage
from tui.ui.widgets.text import Cell, Styled

Read: TypeAlias = Callable[[TuiScreen[Any]], Coroutine[Any, Any, list[PlaceComparison]]]
"""Function that reads and compares the Secrets again. Raises ClusterError."""
_GONE: Final = "Nothing drafted: the Secret no longer exists."
_STOPPED: Final = "Stopped; the earlier comparison stays."

_COLUMNS: Final = (
    Column("mark", "", 1, gap=1),
    Column("secret", "SECRET", 18, most=50, grow=2, cut="middle"),
    Column("state", "STATE", 17),
    Column("keys", "KEYS", 16, grow=2, drop=1),
)
_CONTEXT: Final = Column("context", "CONTEXT", 20, most=100, grow=3, cut="middle")
_REVISION: Final = Column("context", "REVISION", 13)


def _writes_nothing(keys: Keys, key: str, *, read_only: bool) -> str:
    commands = (keys.command_at(key, place) for place in (Where.SECRETS, Where.SECRET, Where.REVIEW))
    if not any(
        command is not None and (command.writes or command.id == "copy_secret") for command in commands
    ):
        return ""
    copies = f" ({keys.of('go_back')} goes back, {keys.of('copy_secret')} copies)"
    return f"a comparison writes nothing{'' if read_only else copies}"


class ComparisonListScreen(RowPanesScreen[PlaceComparison]):
    """List of compared Secrets. The values are kept until the user leaves the screen."""

    PLACE = Where.COMPARED

    def __init__(
        self, shared: ScreenContext, found: Sequence[PlaceComparison], read: Read, others: str = ""
    ) -> None:
        """`others`: phrase for what the Secrets are compared with, e.g. "the revisions of release app".

        If `others` is "", the heading says "other contexts" or "other namespaces".
        """
        mark, *columns = _COLUMNS
        if any(place.comparison.contexts for place in found):
            is_named = any(place.comparison.there != found[0].comparison.here for place in found)
            columns = [_REVISION if others else _CONTEXT, *columns[0 if is_named else 1 :]]
        table = TableWithPage[PlaceComparison](
            (mark, *columns),
            key=lambda place: str((place.comparison.contexts, place.comparison.there)),
            cells=lambda place: [_cell(place.comparison, column.id) for column in (mark, *columns)],
            id="changes",
        )
        super().__init__(shared, table)
        self._found, self._read, self._others = found, read, others

    def on_unmount(self) -> None:
        self._found = []  # this screen may stay in memory for a while

    def rows(self) -> Sequence[PlaceComparison]:
        return self._found

    def head(self) -> tuple[str, str]:
        refs = {place.comparison.here for place in self._found}
        here = str(next(iter(refs))) if len(refs) == 1 else counted(len(refs), "Secret")
        others = "contexts" if any(place.comparison.contexts for place in self._found) else "namespaces"
        return f"Compare: {here} with {self._others or f'other {others}'}", "no writes"

    def page(self, row: PlaceComparison | None) -> RowPage | None:
        if row is None:
            return None
        lines: list[Line] = [*_about(row.comparison)]
        for change in row.comparison.changes:
            mark, key, _, sizes = change_cells(change, is_comparison=True)
            lines.append(("  ", mark, " ", key, "  ", sizes))
        return RowPage(lines)

    def title_of_row(self, row: PlaceComparison) -> tuple[str, str]:
        context = row.comparison.contexts[1] if row.comparison.contexts is not None else ""
        return f"{context}: {row.comparison.there}" if context else str(
            row.comparison.there
        ), row.comparison.word

    def open_row(self, row: PlaceComparison) -> None:
        if row.comparison.changes:
            self.app.push_screen(ComparisonScreen(self.shared, row))
        else:
            self.show_message(row.comparison.why or "All compared values are the same.")

    def run_refresh_now(self) -> None:
        start_job(self, self._read_again())

    async def _read_again(self) -> None:
        try:
            places = await reading(self, self._read(self))
        except ClusterError as error:
            self.show_message(f"Not compared again. {error.sentence}", "bad")
            return
        if not is_still_here(self):
            return
        self._found = places
        self.draw()
        self.show_message("Compared again.")

    def run_stop_running(self) -> None:
        if not self.stop_reading(_STOPPED):
            super().run_stop_running()

    def run_go_back(self) -> None:
        if not self.stop_reading(_STOPPED):
            self.dismiss()

    def dead_key_hint(self, key: str) -> str:
        keys, is_read_only = self.shared.keys, self.shared.settings.read_only
        command = keys.command_at(key, Where.DIFFERENCES)
        if command is not None and not (command.writes and is_read_only):
            return f"{keys.of('go_in')} opens the differences, where {shown_key(key)} works"
        return _writes_nothing(keys, key, read_only=is_read_only)


class ComparisonScreen(ChangeScreen):
    """The keys in which two Secrets differ. Values are masked until the user shows them."""

    PLACE = Where.DIFFERENCES

    def __init__(self, shared: ScreenContext, place: PlaceComparison) -> None:
        super().__init__(shared)
        self._comparison, self.other_side = place.comparison, place.side

    def on_mount(self) -> None:
        self.draw_values()

    def on_unmount(self) -> None:
        self.diffs.keep(())
        self._comparison = Comparison(self._comparison.here, self._comparison.there, "")

    @property
    def subject(self) -> SecretRef:
        return self._comparison.here

    @property
    def draft(self) -> None:
        return None

    @property
    def target(self) -> object:
        return self.panes.table.cursor_key

    def may_reveal(self, ref: SecretRef, keys: Collection[str], how: str = "") -> bool:
        """Write to the journal that the values of `keys` are shown, and return True.

        Return False if a required journal cannot be written. If `keys` are paths inside a value, the journal
        names the key of this value.
        """
        if self._comparison.key:
            keys, how = (self._comparison.key,), how or ", ".join(keys)
        return super().may_reveal(ref, keys, how)

    def draw_values(self) -> None:
        panes, comparison = self.panes, self._comparison
        self.share_width(comparison.changes, is_wide=True)
        is_narrow = not fits_in_rows(comparison.changes, panes.table_width, is_comparison=True)
        here, other = comparison.sides
        wanted = NARROW_COLUMNS if is_narrow else CHANGE_COLUMNS
        columns = comparison_columns(wanted, other, here, is_by_path=bool(comparison.key))
        self.use_columns(columns)
        self.diffs.keep([change.key for change in comparison.changes])
        lines = change_lines(
            comparison.changes,
            self.shown,
            self.diffs.of,
            width=panes.table_width,
            is_narrow=is_narrow,
            is_comparison=True,
        )
        panes.table.show(lines)
        here, other = comparison.full_sides
        about = [*_about(comparison)]
        panes.set_text(
            [(Styled(f"  {words}", "muted"),) for words in self._ways()], lead=LEAD, blocks=[about]
        )
        panes.verdict_pane.head(f"Compare: {here} with {other}", comparison.word)
        panes.table_pane.head("Differences", counted(len(comparison.changes), "key"))
        panes.text_pane.head("Commands", "no writes")
        self.refresh_footer()

    def dead_key_hint(self, key: str) -> str:
        return _writes_nothing(self.shared.keys, key, read_only=self.shared.settings.read_only)

    def on_virtual_table_opened(self, event: VirtualTable.Opened) -> None:
        line, side = self.line(), self.other_side
        if line is None:
            return
        if side is not None and side.is_former:
            self._open_former(line, side.ref)
        elif side is not None and side.why_not_shown:
            self.show_message(side.why_not_shown, "warning")
        elif line.after is None:
            key = self.shared.keys.of("reveal_key")
            there = self._comparison.sides[1]
            self.show_message(f"{line.key} exists only in {there}; {key} shows its value in this table.")
        else:
            self.look_closer(line, line.after, self._comparison.key)

    @property
    def _is_former(self) -> bool:
        return self.other_side is not None and self.other_side.is_former

    def title_of(self, command: Command) -> str:
        is_back = command.id == "take_other" and self._is_former
        return "put back" if is_back else super().title_of(command)

    def _ways(self) -> Iterator[str]:
        of, settings, is_former = self.shared.keys.of, self.shared.settings, self._is_former
        if is_former and not settings.no_reveal:
            yield f"{of('go_in')} opens the old value of a key, to copy it."
        if settings.read_only or self._none_to_take() is not None:
            return
        whose = "the old value" if is_former else "the other side's value"
        stay = "are not in the old version" if is_former else f"exist only in {self._comparison.sides[0]}"
        key, key_for_all = of("take_other"), of("take_all_other")
        yield f"{key} drafts {whose} of one key, {key_for_all} drafts the values of all keys."
        yield f"Keys that {stay} are kept."

    def _none_to_take(self) -> str | None:
        side = self.other_side
        if side is not None and side.why_not_taken:
            return side.why_not_taken
        if side is None or self._comparison.word == NOT_THERE:
            there = self._comparison.full_sides[1]
            why = "the Secret is not in the old version" if self._is_former else f"{there} does not exist"
            return f"Nothing drafted: {why}."
        if side.is_no_reveal and not self.shared.settings.no_reveal:
            return f"Nothing drafted: context {side.context} forbids showing values."
        return None

    @unless(_none_to_take)
    def run_take_other(self) -> None:
        """Draft the other side's value of the key under the cursor."""
        if (line := self.line()) is not None:
            self._take({line.key: line.before})

    @unless(_none_to_take)
    def run_take_all_other(self) -> None:
        """Draft the other side's values of all differing keys."""
        self._take({change.key: change.before for change in self._comparison.changes})

    def _take(self, theirs: Mapping[str, Value | None]) -> None:
        fields = {key: value for key, value in theirs.items() if value is not None}
        if fields:
            self.run_worker(self._draft(fields), group=READING, exclusive=True)
            return
        side = "The old version" if self._is_former else self._comparison.full_sides[1]
        keys = "the key" if len(theirs) == 1 else "the keys"
        here = self._comparison.here
        self.show_message(f"{side} lacks {listed(list(theirs))}. To match it, drop {keys} from {here}.")

    async def _draft(self, fields: Mapping[str, Value]) -> None:
        ref, session = self._comparison.here, self.shared.session
        self.show_status(f"Reading {ref} …")

        def plan(ref: SecretRef, there: Secret | None) -> Plan:
            return plan_input(SecretInput(ref, fields), there) if there is not None else Plan(ref, why=_GONE)

        plans = await plan_at(session, [ref], plan)
        self.show_status("")
        if self.app.screen is not self:
            return
        (planned,) = keep_drafts(session, plans)
        if (draft := planned.draft) is None:
            self.show_message(planned.why, "warning")
            return

        main, screen = self.shared.app.navigator, self.app.screen_stack[0]
        main.follow(partial(main.open_secret, ref, next(iter(fields))))
        start_job(screen, main.review_target(WriteTarget(draft)))

    def _open_former(self, line: ChangeLine, record: SecretRef) -> None:
        """Open the old value, which Helm keeps in the Secret `record`, so that the user can copy it."""
        if (former := line.before) is None:
            self.show_message(f"{line.key} is not in the old version.")
            return
        back = f"{self.shared.keys.of('go_back')} goes back; edit the value in its Secret."
        is_shown = line.key in self.shown
        screen = ValueScreen(
            *(self.shared, record, line.key, lambda: former),
            is_shown=is_shown,
            why_not_edit=back,
            is_former=True,
        )
        self.app.push_screen(screen)


def _cell(comparison: Comparison, column: str) -> Cell:
    is_same = comparison.word == NO_DIFFERENCE
    if column == "mark":
        return "" if is_same else Styled("!", "warning")
    if column == "context":
        return comparison.contexts[1] if comparison.contexts is not None else ""
    if column == "secret":
        return str(comparison.there)
    if column == "state":
        return Styled(comparison.word, "good" if is_same else "warning")
    return listed([change.key for change in comparison.changes])


def _about(comparison: Comparison) -> Iterator[Line]:
    if comparison.why:
        yield (Styled(f"  {comparison.why}", "warning"),)
        return
    keys_by_word = (
        ("same", comparison.same),
        ("differs", comparison.keys("changed")),
        ("missing there", comparison.keys("added")),
        ("only there", comparison.keys("removed")),
    )
    is_there = comparison.word != NOT_THERE
    parts = (
        [f"{word}: {listed(keys)}" for word, keys in keys_by_word if keys]
        if is_there
        else [f"{comparison.full_sides[1]} does not exist"]
    )
    by, nothing = ("path", "no values") if comparison.key else ("key", "no keys")
    yield (f"  Compared by {by}   {' · '.join(parts) or f'{nothing} on either side'}",)
    if comparison.changes:
        here, other = comparison.full_sides
        yield (Styled(f"  - is from {other}", "muted"),)
        yield (Styled(f"  + is from {here}", "muted"),)
    yield from ((Styled(f"  {note}", "muted"),) for note in comparison.notes)
