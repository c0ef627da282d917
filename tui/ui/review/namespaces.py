"""Compare two namespaces by Secret and key. Marked differences become drafts for the second namespace."""

from __future__ import annotations

from collections.abc import Coroutine, Iterator, Sequence
from functools import partial
from typing import Any, Final

from msgspec import Struct

from tui.model.draft.comparison_rows import (
    STATES,
    ComparedKey,
    ComparedSecret,
    ComparisonState,
    public_words,
)
from tui.model.errors import ClusterError, Forbidden
from tui.model.settings.settings import FACTS, Settings
from tui.model.text.counts import counted, joined
from tui.session.several.comparison import compare
from tui.session.several.namespaces import NamespaceComparison, NamespacePlace
from tui.ui.base.job import is_still_here, reading, start_job
from tui.ui.base.rows import RowsScreen
from tui.ui.base.screen_context import ScreenContext
from tui.ui.command_types import Command, Where, unless
from tui.ui.dialogs.confirm_context import person_at
from tui.ui.review.comparison import ComparisonScreen
from tui.ui.review.draft_list import DraftListScreen
from tui.ui.widgets.bars.frame import is_staying
from tui.ui.widgets.bars.note import Note
from tui.ui.widgets.lines import Line
from tui.ui.widgets.review_page import RowPage
from tui.ui.widgets.table.columns import Column
from tui.ui.widgets.table_with_page import TableWithPage
from tui.ui.widgets.text import Cell, Styled, Tone

_STOPPED: Final = "Stopped; results so far stay."
_SAME: Final = "\0same"
"""Row key of the row with the number of equal Secrets."""
_NOT_COMPARED: Final = "Not compared: labels, annotations, Helm records, service account tokens."
_TONES: Final[dict[ComparisonState, Tone]] = {
    state: "good" if state == "same" else "warning" for state in STATES
}
_MOST_TITLE: Final = 40
_MOST_NAMED: Final = 6


class CompareLine(Struct, frozen=True):
    secret: ComparedSecret | None = None
    row: ComparedKey | None = None
    count: int = 0

    @property
    def key(self) -> str:
        """Row key: the Secret's name; for the row of a data key, the Secret's name, NUL and the data key.

        No name contains NUL. The key of the row with the number of equal Secrets is `_SAME`.
        """
        if self.secret is None:
            return _SAME
        return self.secret.here.name if self.row is None else f"{self.secret.here.name}\0{self.row.key}"


class NamespacesScreen(RowsScreen[CompareLine]):
    """Differences between two namespaces. The command `check_values` reads all values and stores none."""

    PLACE = Where.COMPARED_NAMESPACES

    def __init__(
        self,
        shared: ScreenContext,
        places: tuple[NamespacePlace, NamespacePlace],
        comparison: NamespaceComparison | None = None,
    ) -> None:
        table = TableWithPage[CompareLine](
            _columns(places), key=lambda line: line.key, cells=self._cells, id="changes"
        )
        super().__init__(shared, table, "words in Secret, key or difference")
        self._places = places
        self._comparison = comparison or NamespaceComparison(
            shared.session, places, shared.contexts, person_at(self)
        )
        self._error: ClusterError | None = None
        self._is_unfolded = False
        self._is_changed = False

    # Reading

    def on_mount(self) -> None:
        super().on_mount()
        if not self._comparison.is_listed:
            start_job(self, self._list())

    async def _list(self) -> None:
        """List the names of the Secrets in both namespaces, to say how many Secrets would be read."""
        self._error = None
        try:
            await reading(self, self._comparison.list_names(self._show_progress))
        except ClusterError as error:
            self._error = error
        if is_staying(self):
            self.show_status("")
            self.draw()

    def _not_listed(self) -> str | None:
        if self._comparison.is_listed:
            return None
        if self._error is not None:
            return f"Not compared. {self._error.sentence}"
        return f"Secret names are not listed yet; {self.shared.keys.of('refresh_now')} lists them."

    @unless(_not_listed)
    async def run_check_values(self) -> None:
        words = public_words(self.shared.server_now(), has_names=self._may_name())
        self._is_changed = False
        try:
            await reading(self, self._comparison.run(self._show_progress, words))
        except ClusterError as error:
            self.show_message(f"The comparison is incomplete. {error.sentence}", "bad")
            return
        finally:
            if is_staying(self):
                self.draw()
        count = counted(len(self._comparison.rows), "Secret")
        is_same = all(secret.state == "same" for secret in self._comparison.rows)
        summary = "all the same" if is_same else ", ".join(count for count, _ in self._counts())
        self.show_message(f"{count} compared: {summary}.")

    def _may_name(self) -> bool:
        return all(settings.facts == FACTS[0] for settings in map(self._settings_at, self._places))

    def _settings_at(self, place: NamespacePlace) -> Settings:
        shared = self.shared
        return shared.app.settings_of(place.context) if place.context is not None else shared.settings

    def _show_progress(self) -> None:
        if is_staying(self):
            if words := self._comparison.progress:
                self.show_status(f"{words} ({self.shared.keys.of('stop_running')} stops)")
            self.draw()

    def run_refresh_now(self) -> None:
        """Read all values again; if none were read before, list only the names."""
        start_job(self, self.run_check_values() if self._comparison.rows else self._list())

    def run_stop_running(self) -> None:
        if not self.stop_reading(_STOPPED):
            super().run_stop_running()

    def run_go_back(self) -> None:
        if not self.stop_reading(_STOPPED):
            super().run_go_back()

    # Drawing

    @property
    def _secrets(self) -> list[ComparedSecret]:
        is_turned = self._places != self._comparison.places
        return [secret.turned() if is_turned else secret for secret in self._comparison.rows]

    def rows(self) -> list[CompareLine]:
        lines, same = list[CompareLine](), list[CompareLine]()
        for secret in sorted(self._secrets, key=_order):
            if secret.state == "same":
                same.append(CompareLine(secret))
                continue
            keys = [row for row in secret.keys if self.has_words(f"{secret.here.name} {row.key} {row.by}")]
            if keys or self.has_words(f"{secret.here.name} {self._state(secret.state)}"):
                lines.append(CompareLine(secret))
                lines += [CompareLine(secret, row) for row in sorted(keys, key=_order_of_key)]
        if same and not self.is_filtered:
            lines.append(CompareLine(count=len(same)))
        if self._is_unfolded or self.is_filtered:
            lines += [line for line in same if line.secret and self.has_words(line.secret.here.name)]
        return lines

    def head(self) -> tuple[str, list[Cell]]:
        source, target = self._places
        right: list[Cell] = [Styled(*count) for count in self._counts()]
        if self._is_changed:
            right = [Styled(f"outdated; {self.shared.keys.of('refresh_now')} compares again", "accent")]
        elif not self._comparison.is_done:
            right = [*right, "not read to the end"] if right else ["not read"]
        return f"Compare  {source} → {target}", right

    def _counts(self) -> Iterator[tuple[str, Tone]]:
        states = [secret.state for secret in self._secrets]
        for state in STATES:
            if count := states.count(state):
                words = "differ" if state == "differs" and count > 1 else self._state(state)
                yield f"{count:,} {words}", _TONES[state]

    def _state(self, state: ComparisonState) -> str:
        source, target = self._places
        return {"only here": f"only in {source}", "only there": f"only in {target}"}.get(state, state)

    def note(self) -> Note | None:
        if self.table.rows:
            return None
        keys = self.shared.keys
        if words := self._comparison.progress:
            return Note("loading", (Styled(words, "muted", is_drawn=True),))
        if self._error is not None:
            is_refused = isinstance(self._error, Forbidden)
            lines = self._error.sentence, f"{keys.of('refresh_now')} tries again."
            return Note("refused" if is_refused else "broken", lines)
        if self.is_filtered:
            return Note("empty", (f"No matches. {keys.of('go_back')} clears the filter.",))
        if self._comparison.is_done:
            return Note("empty", ("No Secrets to compare in either namespace.",))
        if not self._comparison.is_listed:
            return Note("empty", ("Secrets are not listed.", f"{keys.of('refresh_now')} lists the names."))
        reads = self._comparison.says_what_is_read
        return Note("empty", (reads, f"{keys.of('check_values')} reads the values. No value is shown."))

    def page(self, row: CompareLine | None) -> RowPage:
        lines: list[Line] = []
        if row is not None and row.secret is not None:
            lines = [(), *(self._about_key(row.row) if row.row else self._about_secret(row.secret))]
        if self._comparison.rows:
            of, target = self.shared.keys.of, self._places[1]
            hint = f"{of('mark_difference')} marks a row, {of('copy_marked')} drafts marked rows for {target}"
            lines += [(), (Styled(f"  {hint}; {of('swap_sides')} swaps the sides.", "accent"),)]
            lines.append((Styled(f"  {_NOT_COMPARED}", "muted"),))
        return RowPage(lines, lead=4)

    def _about_secret(self, secret: ComparedSecret) -> Iterator[Line]:
        if secret.state in ("only here", "only there"):
            yield (f"  {secret.here.name}: {self._state(secret.state)}, {counted(secret.same, 'key')}.",)
            return
        differs = joined([row.key for row in secret.keys], most=_MOST_NAMED) or "nothing"
        same = f"; {counted(secret.same, 'key')} the same" if secret.same else ""
        yield (f"  {secret.here.name}: differs in {differs}{same}.",)

    def _about_key(self, row: ComparedKey) -> Iterator[Line]:
        yield (f"  {row.key}  ", Styled(row.by or self._state(row.state), "warning"))
        for place, side in zip(self._places, row.sides, strict=True):
            yield (Styled(f"  {place!s:<12}  ", "muted"), side or "missing")

    def _cells(self, line: CompareLine) -> tuple[Cell, ...]:
        secret, row = line.secret, line.row
        if secret is None:
            verb = "hides" if self._is_unfolded else "lists"
            more = f"{self.shared.keys.of('go_in')} {verb} them"
            return ("", counted(line.count, "Secret"), Styled("same", "good"), Styled(more, "muted"), "")
        if row is not None:
            state = row.by or self._state(row.state)
            return (self.mark(line), f"  {row.key}", Styled(state, "warning"), *row.sides)
        state = secret.words or self._state(secret.state)
        here_words, there_words = "", ""
        if secret.state in ("only here", "only there"):
            count = counted(secret.same, "key")
            here_words, there_words = (count, "") if secret.state == "only here" else ("", count)
        return (
            self.mark(line),
            Styled(secret.here.name, "strong"),
            Styled(state, _TONES[secret.state]),
            here_words,
            there_words,
        )

    # Marks

    def starts_marked(self, row: CompareLine) -> bool | None:
        """Return None for a row that cannot be marked. Other rows begin without a mark, so return False."""
        return False if self._lines_to_take(row) else None

    def _lines_to_take(self, line: CompareLine) -> list[CompareLine]:
        if line.secret is None:
            return []
        if line.row is not None:
            return [line] if line.row.can_be_taken else []
        if line.secret.state == "only here":
            return [line]
        return [CompareLine(line.secret, row) for row in line.secret.keys if row.can_be_taken]

    def is_marked(self, row: CompareLine) -> bool:
        lines = self._lines_to_take(row)
        return bool(lines) and all(self.marks.get(line.key, False) for line in lines)

    def mark(self, row: CompareLine) -> Cell:
        some = any(self.marks.get(line.key, False) for line in self._lines_to_take(row))
        return Styled("[-]", "accent") if some and not self.is_marked(row) else super().mark(row)

    def _set_marks(self, lines: Sequence[CompareLine], *, is_marked: bool) -> None:
        self.marks |= {part.key: is_marked for line in lines for part in self._lines_to_take(line)}
        self.draw()

    def _nothing_to_mark(self) -> str | None:
        line = self.row
        if line is None or line.secret is None:
            return "No difference to take over in this row."
        if self._lines_to_take(line):
            return None
        source, target = self._places
        if line.row is not None and line.row.state == "differs":
            return f"{line.row.key} cannot be taken over from another Secret."
        if line.secret.state == "same":
            return f"{line.secret.here.name} is the same on both sides."
        name, turns = line.row.key if line.row else line.secret.here.name, self.shared.keys.of("swap_sides")
        return f"{name} is not in {source} and stays in {target}; {turns} swaps the sides."

    @unless(_nothing_to_mark)
    def run_mark_difference(self) -> None:
        if (line := self.row) is not None:
            self._set_marks([line], is_marked=not self.is_marked(line))
            self.table.action_move(1)

    def run_mark_shown(self) -> None:
        lines = [line for line in self.table.rows if self._lines_to_take(line)]
        if not lines:
            self.show_message("No difference to take over is shown.")
            return
        self._set_marks(lines, is_marked=not all(map(self.is_marked, lines)))

    @property
    def _chosen(self) -> dict[str, tuple[str, ...] | None]:
        """Return a dict: keys are names of Secrets, values are the marked keys of the Secret.

        A value None means that the whole Secret is copied.
        """
        chosen = dict[str, tuple[str, ...] | None]()
        for secret in self._secrets:
            lines = self._lines_to_take(CompareLine(secret))
            marked = [line.row for line in lines if self.marks.get(line.key, False)]
            if marked:
                keys = tuple(row.key for row in marked if row is not None)
                chosen[secret.here.name] = keys or None
        return chosen

    # Commands

    def title_of(self, command: Command) -> str:
        if command.id == "copy_marked" and (count := len(self._chosen)):
            return f"take over from {counted(count, 'Secret')}"
        return super().title_of(command)

    def run_swap_sides(self) -> None:
        first, second = self._places
        self._places, self.marks = (second, first), {}
        cursor_key = self.table.cursor_key
        self.table.show([])
        self.table.set_columns(_columns(self._places))
        self.draw()
        if cursor_key is not None:
            self.table.move_to(cursor_key)

    def _nothing_to_take(self) -> str | None:
        source, target = map(self._settings_at, self._places)
        if source.no_reveal and not target.no_reveal:
            return (
                f"Nothing drafted: {self._places[0]} forbids showing values, but {self._places[1]} does not."
            )
        return (
            None if self._chosen else f"Nothing marked; {self.shared.keys.of('mark_difference')} marks a row."
        )

    @unless(_nothing_to_take)
    async def run_copy_marked(self) -> None:
        chosen, target = self._chosen, self._places[1]
        self.show_status(f"Reading {counted(len(chosen), 'Secret')} on both sides …")
        try:
            plans = await reading(self, self._comparison.plan(self._places, chosen))
        except ClusterError as error:
            self.show_message(f"Not taken over. {error.sentence}", "bad")
            return
        if not is_still_here(self):
            return
        self.show_status("")
        self.marks, self._is_changed = {}, True
        self.draw()
        if target.context is None:
            self.app.push_screen(DraftListScreen(self.shared, plans=plans))
            return
        waiting = sum(plan.draft is not None for plan in plans)
        for plan in plans:
            if plan.draft is None:
                self.show_message(f"Not taken over. {plan.why}", "warning")
        context_key, review = self.shared.keys.of("choose_context"), self.shared.keys.of("review_changes")
        drafts = "1 draft waits" if waiting == 1 else f"{waiting:,} drafts wait"
        opens, them = f"{context_key} opens that context", "it" if waiting == 1 else "them"
        if waiting:
            self.show_message(f"{drafts} in {target}: {opens}, {review} reviews {them}.")

    def run_go_in(self) -> None:
        self.table.open_row()

    def open_row(self, row: CompareLine) -> Coroutine[Any, Any, None] | None:
        if row.secret is None:
            self._is_unfolded = not self._is_unfolded
            self.draw()
            return None
        if row.secret.state in ("differs", "same") and not any(place.context for place in self._places):
            return self._compare_values(row.secret)
        ref, place = row.secret.here, self._places[0]
        if row.secret.state == "only there" or place.context is not None:
            ref, place = row.secret.there, self._places[1]
        if place.context is not None:
            self.show_message(
                f"{ref} is in {place}; {self.shared.keys.of('choose_context')} opens that context."
            )
            return None
        main = self.shared.app.navigator
        main.follow(partial(main.open_secret, ref, row.row.key if row.row else ""))
        return None

    async def _compare_values(self, secret: ComparedSecret) -> None:
        self.show_status(f"Reading {secret.here} and {secret.there} …")
        try:
            (comparison_at_place,) = await reading(
                self, compare(self.shared.session, {secret.here: secret.there}, None)
            )
        except ClusterError as error:
            self.show_message(f"Not compared. {error.sentence}", "bad")
            return
        if not is_still_here(self):
            return
        self.show_status("")
        if comparison_at_place.comparison.changes:
            self.app.push_screen(ComparisonScreen(self.shared, comparison_at_place))
        else:
            self.show_message(
                comparison_at_place.comparison.why or f"All values of {secret.here.name} are the same."
            )

    def again(self) -> NamespacesScreen:
        screen = NamespacesScreen(self.shared, self._places, self._comparison)
        screen.pane.begin_as(self.pane)
        screen.marks, screen._is_unfolded = self.marks, self._is_unfolded
        screen._error, screen._is_changed = self._error, self._is_changed
        return screen


def _columns(places: tuple[NamespacePlace, NamespacePlace]) -> list[Column]:
    source, target = map(str, places)
    return [
        Column("mark", "", 3, gap=1),
        Column("name", "SECRET, KEY", 16, most=50, grow=2, cut="middle"),
        Column("state", "WHAT DIFFERS", 16, most=32, grow=1),
        Column("here", source[:_MOST_TITLE], 10, most=40, grow=1),
        Column("there", target[:_MOST_TITLE], 10, most=40, grow=1),
    ]


def _order_of_key(row: ComparedKey) -> tuple[int, str]:
    return STATES.index(row.state), row.key


def _order(secret: ComparedSecret) -> tuple[int, str]:
    return STATES.index(secret.state), secret.here.name
