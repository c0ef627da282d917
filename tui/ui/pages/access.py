"""Screen that lists rights for a Secret or namespace, and shows a Role and a `kubectl auth can-i` command."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from msgspec.structs import replace
from textual import on
from textual.app import ComposeResult

from tui.model.rbac.rights import NOBODY, Right, can_i, to_ask_for
from tui.model.secret.secret import SecretRef
from tui.model.text.counts import counted
from tui.model.text.printable import ascii_only
from tui.session.rights_report import Held, HeldRight, rights_report
from tui.session.session import Topic
from tui.ui.base.screen import TuiScreen
from tui.ui.base.screen_context import ScreenContext
from tui.ui.command_types import Where, unless
from tui.ui.commands import BY_ID, COMMANDS
from tui.ui.keymap import Keys
from tui.ui.widgets.bars.frame import Pane
from tui.ui.widgets.lines import Line
from tui.ui.widgets.page import LinesBelow, Page
from tui.ui.widgets.table.table import Column, VirtualTable
from tui.ui.widgets.table_with_page import TableWithPage
from tui.ui.widgets.text import Cell, Styled, Tone, width

_COLUMNS: Final = (
    Column("mark", "", 3, gap=1),
    Column("right", "RIGHT", 24, grow=3, cut="middle"),
    Column("held", "YOU MAY", 13),
    Column("for", "FOR", 16, grow=1, drop=1),
)
_TONES: Final[dict[Held, Tone]] = {"yes": "good", "refused": "warning"}
_READING: Final = {
    ("get", "secrets"): "open, show, copy, each edit",
    ("list", "secrets"): "list Secrets",
    ("watch", "secrets"): "live updates",
    ("list", "namespaces"): "list namespaces",
}
_OTHERS: Final = 56
_BEGINS: Final = frozenset({Where.SECRETS, Where.SECRET})
_WORST: Final[tuple[Held, ...]] = ("refused", "not known", "not checked", "yes")


class AccessScreen(TuiScreen[None]):
    """Table of the rights that this program needs, refused ones first.

    The text below the table shows a Role that grants the marked rights. Without marks, the Role grants the
    selected right; if the user already has this right, no Role is shown.
    """

    PLACE = Where.ACCESS

    def __init__(self, shared: ScreenContext, subject: SecretRef | None, first: Right | None) -> None:
        super().__init__(shared)
        self._subject, self._first = subject, first
        self._told_of = ""
        """Selected right and number of marks when the text was last scrolled to its start."""
        self._marked: dict[Right, None] = {}
        self._table = TableWithPage[HeldRight](
            _COLUMNS, key=lambda row: row.right.words, cells=self._cells, id="rights-table"
        )

    def compose_body(self) -> ComposeResult:
        with Pane(id="access"):
            yield self._table
            page = Page(id="about")
            self._table.page = page
            yield page
            yield LinesBelow(page, is_beside=True)

    @property
    def subject(self) -> SecretRef | None:
        return self._subject

    def on_mount(self) -> None:
        if self._subject is not None:  # this Secret may be outside the open namespace
            self.shared.session.access.ask_rights(self._subject.namespace)
        self._draw()
        if self._first is not None:
            self._table.move_to(self._first.words)
        self._table.focus()

    def on_resize(self) -> None:
        self._draw()

    def live_changed(self, topics: frozenset[Topic]) -> None:
        if topics & {"rights", "identity", "secrets", "readers", "namespaces", "rollouts", "sources"}:
            self._draw()

    # Drawing

    def _draw(self) -> None:
        rows = sorted(
            rights_report(self.shared.session, self._subject), key=lambda row: _WORST.index(row.held)
        )
        self._marked = {row.right: None for row in rows if row.right in self._marked and row.held != "yes"}
        lacking = sum(row.held == "refused" for row in rows)
        where = str(self._subject) if self._subject is not None else self.shared.session.namespace
        count_words = "1 right is refused" if lacking == 1 else f"{lacking or 'no'} rights are refused"
        self.query_one(Pane).head(f"Access  {where or 'all namespaces'}", count_words)
        self._table.show(rows)
        # If all rights are granted, the text is short, so the table gets more lines.
        is_long = any(row.held != "yes" for row in rows)
        self._table.styles.height = min(len(rows) + 1, max(4, self.size.height // (2 if is_long else 1) - 7))
        self._show_row_facts()

    @on(VirtualTable.Highlighted)
    def _show_row_facts(self) -> None:
        row = self._table.cursor_row_value
        page = self.query_one(Page)
        page.show(self._about(row) if row is not None else ())
        told_of = f"{row.right.words if row is not None else ''} {len(self._marked)}"
        if told_of != self._told_of:
            self._told_of = told_of
            page.action_scroll_edge("first")
        self.refresh_footer()

    def _about(self, row: HeldRight) -> Iterator[Line]:
        if width(reason := _reason(row.right, self.shared.keys)) > self.size.width - _OTHERS:
            yield (Styled("  for  ", "muted"), reason)
        if row.held == "yes":
            is_barred = self.shared.settings.read_only and row.right.verb not in ("get", "list", "watch")
            exception = ", but this run is read-only" if is_barred else ""
            yield (
                Styled(f"  You have this right{exception}. The server checks each request again.", "muted"),
            )
            if not self._marked:
                return
        if row.held == "not known":
            yield ("  The server did not say if you have this right. It checks each request.",)
        if row.held == "not checked":
            yield ("  This right is not checked yet in this run.",)
        if row.held != "yes":
            yield ("  ", Styled(ascii_only(self._question(row.right)), "strong"))
        copies = f"{self.shared.keys.of('copy_request')} copies both"
        role_words = (
            f"Role of {counted(len(self._marked), 'marked right')}" if self._marked else "smallest Role"
        )
        title = f"  The {role_words} and its binding for {self._user or 'you'} ({copies}):"
        yield (Styled(title, "muted"),)
        if not self._user:
            warning = f"  ! your user name is unknown: replace {NOBODY} everywhere"
            yield (Styled(warning, "warning"),)
        for line in self._request(row.right).splitlines():
            yield (f"  {line}",)

    def _cells(self, row: HeldRight) -> tuple[Cell, ...]:
        right = row.right
        mark: Cell = "" if row.held == "yes" else Styled("[x]", "accent") if right in self._marked else "[ ]"
        return (
            mark,
            f"{right.verb} {right.what}",
            Styled(row.held, _TONES.get(row.held, "muted")),
            Styled(_reason(right, self.shared.keys), "muted"),
        )

    @property
    def _user(self) -> str:
        identity = self.shared.session.access.identity
        return identity.user if identity is not None else ""

    def _request(self, right: Right) -> str:
        first, *others = self._marked or (right,)
        return to_ask_for(first, self._user, *others)

    def _question(self, right: Right) -> str:
        options = self.shared.contexts.kubectl_options(self.shared.session.cluster.target)
        if right.verb == "impersonate":  # asked without --as, because the real user needs this right
            options = replace(options, user="", groups=(), uid="")
        return can_i(right, options)

    # Commands

    def _held(self) -> str | None:
        row = self._table.cursor_row_value
        is_held = row is None or row.held == "yes"
        return "Nothing to request: you have this right." if is_held else None

    @unless(_held)
    def run_mark_right(self) -> None:
        if (row := self._table.cursor_row_value) is None:
            return
        if row.right in self._marked:
            del self._marked[row.right]
        else:
            self._marked[row.right] = None
        self._table.repaint_rows()
        self._table.action_move(1)
        self._show_row_facts()

    def _nothing_to_ask_for(self) -> str | None:
        return None if self._marked else self._held()

    @unless(_nothing_to_ask_for)
    async def run_copy_request(self) -> None:
        if (row := self._table.cursor_row_value) is not None:
            rights_words = counted(len(self._marked), "right") if len(self._marked) > 1 else ""
            right_words = next(iter(self._marked), row.right).words
            copied_words = f"the Role and the binding for {rights_words or right_words}"
            todo = "" if self._user else f" Replace {NOBODY} with your user name."
            self.show_message(
                await self.shared.clipboard.send(self._request(row.right).encode(), copied_words) + todo
            )

    @unless(_held)
    async def run_copy_question(self) -> None:
        if (row := self._table.cursor_row_value) is not None:
            self.show_message(
                await self.shared.clipboard.send(self._question(row.right).encode(), "the kubectl command")
            )


def _reason(right: Right, keys_of: Keys) -> str:
    if (right.verb, right.resource) in _READING:
        return _READING[right.verb, right.resource]
    if (right.group, right.resource, right.verb) == ("", "pods", "watch"):
        return "live pod updates"
    if right.verb == "impersonate":
        return "every request (--as)"
    if right.verb == "list":
        return "find readers"
    if right.resource != "secrets":
        command = BY_ID["restart_readers" if right.group == "apps" else "show_source"]
        return f"{command.title} ({keys_of.of(command.id)})"
    commands = (each for each in COMMANDS if each.needs == right.verb and each.where & _BEGINS)
    return ", ".join(f"{each.title} ({key})" for each in commands if (key := keys_of.first(each.id)))
