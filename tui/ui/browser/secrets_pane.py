"""The list of Secrets, and the preview (a summary) of the row under the cursor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from msgspec.structs import replace

from tui.model.known_names import KnownName
from tui.model.query import BY_END, BY_READERS, Query, in_key_names
from tui.model.secret.formats.validity import time_problem
from tui.model.secret.secret import SecretRef, SecretSummary
from tui.model.text.counts import counted
from tui.model.text.times import age
from tui.session.marks import mark_of
from tui.session.session import Session, Topic
from tui.ui.base.list_state import (
    count_words,
    is_missing,
    known_names,
    note_of,
    stale_lines,
    with_doubt,
)
from tui.ui.base.reader_words import read_by_row, readers_doubt
from tui.ui.base.screen_context import ScreenContext
from tui.ui.browser.listed_secrets import ListedSecrets
from tui.ui.browser.secret_warnings import summary_of
from tui.ui.keymap import Keys
from tui.ui.widgets.bars.frame import Pane, is_staying
from tui.ui.widgets.bars.note import Note
from tui.ui.widgets.lines import Lines, wrapped
from tui.ui.widgets.lists.picker import FilteredPane
from tui.ui.widgets.lists.secret_table import READ_BY, Known, ListLook, SecretTable, ShownColumns
from tui.ui.widgets.text import Cell, Styled, cut

AGES_STAND: Final = 60.0
"""Seconds between updates of the ages on screen."""


class SecretsPane(FilteredPane):
    """The list of Secrets. Moving the cursor sends no request."""

    def __init__(self, shared: ScreenContext, listed: ListedSecrets) -> None:
        session = shared.session
        self._shared, self._listed = shared, listed
        self._measured = session.namespace
        """Namespace for which the column widths were measured."""

        def sign(row: SecretSummary) -> str:
            mark = mark_of(session, row, shared.server_now())
            return mark.sign if mark is not None else ""

        look = ListLook(
            is_marked=lambda ref: ref in listed.choice.marked,
            has_draft=lambda ref: session.drafts.get(ref) is not None,
            sign=sign,
            expires=lambda row: _end_cell(session, row, shared.server_now()),
            read_by=lambda row: read_by_row(session, row, shared.keys, READ_BY.width),
            found_in=lambda ref: listed.choice.places_in(ref),
            now=shared.server_now,
        )
        self.table = SecretTable(look, id="secret-table")
        super().__init__(
            self.table,
            changed=self._follow_filter,
            placeholder="words  ns: type: key: label: by:  ! negates",
            lines_id="list-trouble",
            id="secrets",
        )
        self.add_class("-noted")

    @property
    def row(self) -> SecretSummary | None:
        known = self.known
        return known if isinstance(known, SecretSummary) else None

    @property
    def known(self) -> Known | None:
        """Row under the cursor. If the user may not list Secrets, the row is only a known name."""
        return self.table.cursor_row_value

    @property
    def ref(self) -> SecretRef | None:
        """Secret of the row under the cursor. The Secret may not exist if the row is only a known name."""
        known = self.known
        return known.ref if known is not None else None

    @property
    def is_refused(self) -> bool:
        """True if the cluster refused to list the Secrets, and no complete list had arrived before."""
        state = self._shared.session.secrets.state
        return state.kind == "refused" and not state.is_complete

    @property
    def is_empty(self) -> bool:
        is_coming = self._shared.session.secrets.state.kind in ("idle", "loading")
        return not (is_coming or self.table.rows)

    def live_changed(self, topics: frozenset[Topic]) -> None:
        choice = self._listed.choice
        is_by_readers = choice.order == BY_READERS or choice.query.has_readers
        if (
            "secrets" in topics
            or (is_by_readers and "readers" in topics)
            or (self.is_refused and topics & {"rights", "readers", "opened", "drafts"})
        ):
            self.choose_rows()
        elif topics & {"readers", "drafts"}:
            self._choose_columns()
            self.table.repaint_rows()
            self.refresh_head()
        if "namespaces" in topics and not self._listed.rows.total:
            self.refresh_head()

    def choose_rows(self) -> None:
        if not is_staying(self):
            return
        session = self._shared.session
        self._forget_gone()
        if self._listed.choice.query.has_readers:
            # The list of the Secrets in all namespaces does not load readers by itself.
            session.want_readers(session.namespace)
        rows = self._listed.chosen(self._listed.choice)
        self._listed.rows = rows
        self._choose_columns()
        known: Sequence[KnownName] = ()
        if self.is_refused and session.namespace is not None:
            known = known_names(session, self._shared.names.kept.opened_in(session.namespace))
        self.table.show_names(known)
        if not known:
            if rows.shown and session.namespace != self._measured:
                self._measured = session.namespace
                self.table.needs = ()
            self.table.show(rows.shown)
        if session.open_ref is not None and not self.table.has_focus:
            self.table.move_to(str(session.open_ref))
        self.refresh_head()

    def _choose_columns(self) -> None:
        session, choice = self._shared.session, self._listed.choice
        self.table.show_columns(
            ShownColumns(
                namespaces=session.namespace is None,
                found=choice.searched is not None,
                ends=self._is_an_end_known(),
                readers=session.namespace is not None or session.readers.state.kind != "idle",
                order=choice.order,
                is_reversed=choice.is_reversed,
            )
        )

    def _is_an_end_known(self) -> bool:
        store, ends = self._shared.session.secrets, self._shared.session.certificates
        return any((row := store.get(ref)) is not None and ends.of(row) for ref in ends.refs)

    def draw_ends(self) -> None:
        if self._is_an_end_known() != self.table.shows_ends or self._listed.choice.order == BY_END:
            self.choose_rows()
        else:
            self.table.repaint_rows()

    def mark(self, marked: frozenset[SecretRef]) -> None:
        self._listed.choice = replace(self._listed.choice, marked=marked)
        self.table.repaint_rows()
        self.refresh_head()

    def _forget_gone(self) -> None:
        store, marked = self._shared.session.secrets, self._listed.choice.marked
        if marked and store.state.is_complete:
            kept = frozenset(ref for ref in marked if store.get(ref) is not None)
            self._listed.choice = replace(self._listed.choice, marked=kept)

    def _marked_words(self) -> str:
        marked, store = self._listed.choice.marked, self._shared.session.secrets
        if not marked:
            return ""
        known = [row for ref in marked if (row := store.get(ref)) is not None]
        hidden = len(marked) - len(self._listed.chosen(self._listed.choice, known).shown)
        return f"{len(marked):,} marked{f', {hidden:,} not shown' if hidden else ''}"

    def refresh_head(self) -> None:
        if not is_staying(self):
            return
        choice, rows, session = self._listed.choice, self._listed.rows, self._shared.session
        state, namespace = session.secrets.state, session.namespace
        shown = len(rows.shown)
        total = rows.total - rows.helm_hidden
        parts = list[Cell]()
        keys = self._shared.keys
        if marked_words := self._marked_words():
            parts.append(Styled(marked_words, "accent"))
        if choice.query.text:
            parts.append(f"filter: {choice.query.text}")
        if choice.searched is not None:
            unread = len(choice.searched.unread)
            parts.append(f"found in values{f', {unread:,} not read' if unread else ''}")
        if rows.keys_unknown:
            parts.append(f"keys of {counted(rows.keys_unknown, 'Secret')} unknown")
        if rows.readers_unknown:
            parts.append(f"readers of {counted(rows.readers_unknown, 'Secret')} unknown")
        if choice.order != "name" or choice.is_reversed:
            parts.append(f"by {choice.order}{', reversed' if choice.is_reversed else ''}")
        if choice.with_helm:
            parts.append(f"Helm shown ({keys.of('toggle_helm')} hides)")
        if self.is_refused:
            self._head_refused()
            return
        if rows.helm_hidden:
            parts.append(f"{rows.helm_hidden:,} Helm hidden  {keys.of('toggle_helm')}")
        if namespace is None and session.readers.state.kind == "idle" and not rows.readers_unknown:
            parts.append(f"pods not loaded, {keys.of('show_readers')} loads them")
        self.head(f"Secrets  {count_words(state, shown, total)}", parts)
        empty = _empty_words(keys, rows.helm_hidden, total, namespace)
        note = note_of(self._shared, state, "Secrets", has_rows=shown > 0, empty=empty)
        if note is not None and note.kind == "empty":
            hints = [hint for hint in (self._key_hint(), self._readers_hint()) if hint]
            note = Note(note.kind, (*note.lines, *hints))
        if not rows.total and is_missing(self._shared, namespace):
            self.head("Secrets  no such namespace")
        self.show_note(note if rows.total else with_doubt(self._shared, namespace, note))
        self.show_lines(stale_lines(self._shared, state, has_rows=shown > 0))
        self.set_class(shown == 0, "-noted")
        self.remove_class("-names")

    def _key_hint(self) -> str:
        text = in_key_names(self._listed.choice.query.text)
        choice = replace(self._listed.choice, query=Query.parse(text))
        matches = len(self._listed.chosen(choice).shown) if text else 0
        return f"{text} finds {counted(matches, 'Secret')}." if matches else ""

    def _readers_hint(self) -> str:
        if not (unknown := self._listed.rows.readers_unknown):
            return ""
        session, keys = self._shared.session, self._shared.keys
        doubt = readers_doubt(session.readers, keys, session.clock).removeprefix("incomplete: ")
        why = f": {doubt.rstrip('.')}" if doubt else ""
        return f"Readers of {counted(unknown, 'Secret')} unknown{why}."

    def _head_refused(self) -> None:
        state, count = self._shared.session.secrets.state, len(self.table.rows)
        note = note_of(self._shared, state, "Secrets", has_rows=False)
        keys, is_everywhere = self._shared.keys, self._shared.session.namespace is None
        key = keys.of("filter_list")
        hint = (
            f"Press {key} to type another name."
            if count
            else f"No known Secret names; press {key} to type one."
        )
        if is_everywhere:
            chooses = keys.of("choose_namespace")
            hint = f"Press {chooses} to choose one namespace: you may be allowed to list its Secrets."
        self.head(f"Secrets  {count_words(state, 0, 0)}", f"{count:,} known by name" if count else "")
        note = note and Note(note.kind, (*note.lines, hint))
        self.show_note(with_doubt(self._shared, self._shared.session.namespace, note))
        self.show_lines([])
        self.set_class(not count, "-noted")
        self.set_class(count > 0, "-names")

    def clear_filter(self) -> bool:
        return super().clear_filter() or self.clear_found()

    def clear_found(self) -> bool:
        if self._listed.choice.searched is None:
            return False
        self._listed.choice = replace(self._listed.choice, searched=None)
        self.choose_rows()
        return True

    def _follow_filter(self) -> None:
        if self.filter != self._listed.choice.query.text:
            self._listed.choice = replace(self._listed.choice, query=Query.parse(self.filter))
            self.choose_rows()
            self.refresh_head()


def _end_cell(session: Session, row: SecretSummary, now: float) -> Cell:
    """Cell with the earliest expiry of the Secret's certificates and tokens, such as "69d" or "3d ago".

    "not yet" if none has expired, but one is not valid yet. "" if no expiry is known.
    """
    if not (times := session.certificates.all_of(row)):
        return ""
    problem, left = time_problem(times, now), min(validity.ends for validity in times) - now
    if problem is None:
        return age(left)
    if problem.is_valid:
        return Styled(age(left), "warning")
    return Styled(f"{age(-left)} ago" if left < 0 else "not yet", "bad")


def _empty_words(keys: Keys, helm_hidden: int, total: int, namespace: str | None) -> str:
    if total:
        return f"No matches. {keys.of('go_back')} clears the filter."
    if helm_hidden:
        return (
            f"Only {counted(helm_hidden, 'hidden Helm record')}. {keys.of('toggle_helm')} shows Helm records."
        )
    adds, everywhere = keys.of("add_secret"), keys.of("show_everywhere")
    if namespace is None:
        return f"No Secrets in this cluster. {adds} creates one."
    return f"No Secrets in this namespace. {adds} creates one, {everywhere} shows all namespaces."


_LINES, _MANY_LINES, _TALL = 4, 7, 30
"""Maximum lines of the preview on a usual screen and on a tall one; minimum height of a tall screen."""


class _PeekLines(Lines):
    """Lines of the preview, of which only the last may wrap."""

    @property
    def most(self) -> int:
        return _MANY_LINES if self.app.size.height >= _TALL else _LINES

    def _broken(self, width: int) -> list[Sequence[Cell]]:
        fitted = super()._broken(width)
        reader_lines = list(wrapped(self.lines[-1:], width))
        room = self.most + 1 - len(fitted)
        if len(reader_lines) < 2 or room < 2:
            return fitted
        if len(reader_lines) > room:
            reader_lines[room - 1] = cut([cell for line in reader_lines[room - 1 :] for cell in line], width)
        return [*fitted[:-1], *reader_lines[:room]]


class PreviewPane(Pane):
    """Name and summary of the row under the cursor."""

    def __init__(self, shared: ScreenContext, listed: ListedSecrets) -> None:
        self._lines = _PeekLines(id="peek-lines", wrap=False)
        super().__init__(self._lines, id="peek")
        self._shared, self._listed = shared, listed

    def show(self, row: Known | None) -> None:
        if row is None:
            self.head("")
            self._lines.show([])
            return
        has_draft = self._shared.session.drafts.get(row.ref) is not None
        self.head(row.ref.name, "* has a draft" if has_draft else "")
        found = self._listed.choice.found_words(row)
        lines = summary_of(self._shared, row, found)
        self.set_class(self._lines.most > _LINES, "-tall")
        if len(lines) > self._lines.most:
            lines = summary_of(self._shared, row, found, has_time=False)
        self._lines.show(lines)
