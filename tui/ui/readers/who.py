"""Table of the subjects that can read Secrets, and a page about one subject's access."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from typing import Final

from textual.app import ComposeResult

from tui.model.access.grants import KIND_WORDS
from tui.model.access.report import readers_words
from tui.model.access.who import ACCESS_WAYS, Access, SecretScope
from tui.model.readers.gaps import gap_words
from tui.model.secret.secret import SecretRef
from tui.model.text.counts import counted, joined, listed
from tui.session.access_check import AccessCheck
from tui.ui.base.rows import RowsScreen
from tui.ui.base.screen import TuiScreen
from tui.ui.base.screen_context import ScreenContext
from tui.ui.command_types import Where
from tui.ui.widgets.bars.frame import Pane, is_staying
from tui.ui.widgets.bars.note import Note
from tui.ui.widgets.lines import Line
from tui.ui.widgets.page import LinesBelow, Page
from tui.ui.widgets.review_page import RowPage
from tui.ui.widgets.table.columns import Column
from tui.ui.widgets.table_with_page import TableWithPage
from tui.ui.widgets.text import Cell, Styled

_COLUMNS: Final = (
    Column("way", "WAY", 11),
    Column("kind", "KIND", 7, drop=1),
    Column("subject", "SUBJECT", 16, grow=3, cut="middle"),
    Column("where", "WHERE", 10, most=24, grow=1, cut="middle"),
    Column("objects", "OBJECTS", 7, drop=2),
    Column("binding", "BINDING", 12, grow=2, cut="middle", is_late=True),
)
_GROUP: Final = "who"
_MOST_PODS: Final = 6


class WhoScreen(RowsScreen[Access]):
    """Table of the subjects that can read Secrets, according to roles, bindings and pods."""

    PLACE = Where.WHO

    def __init__(self, shared: ScreenContext, scope: SecretScope) -> None:
        table = TableWithPage[Access](_COLUMNS, key=_key_of, cells=_cells, id="changes")
        super().__init__(shared, table, "words in way, subject, binding, role or right")
        self._scope = scope
        self._check = AccessCheck(shared.session.cluster, scope)
        self._is_done = False

    @property
    def subject(self) -> SecretRef | None:
        namespace, name = self._scope
        return SecretRef(namespace, name) if namespace is not None and name is not None else None

    def on_mount(self) -> None:
        self._begin()

    # Reading

    def _begin(self) -> None:
        self.run_worker(self._read(), group=_GROUP, exclusive=True)

    async def _read(self) -> None:
        await self._check.run(self._show_progress)
        self._is_done = True
        if is_staying(self):
            self.draw()

    def _show_progress(self) -> None:
        if is_staying(self):
            self.draw_around()

    def run_refresh_now(self) -> None:
        self._begin()

    def run_stop_running(self) -> None:
        """Stop the running check. The rows of an earlier check stay in the table."""
        running = [worker for worker in self.workers if worker.group == _GROUP and worker.is_running]
        for worker in running:
            worker.cancel()
        refresh = self.shared.keys.of("refresh_now")
        self.show_message(f"Stopped. Press {refresh} to read again." if running else "Nothing to stop here.")

    # Drawing

    def rows(self) -> list[Access]:
        return [access for access in self._check.accesses if self.has_words(_words(access))]

    def head(self) -> tuple[str, Cell]:
        namespace, name = self._scope
        scope_words = f"{namespace}/{name}" if name is not None else namespace or "all namespaces"
        count = counted(len(self.table.rows), "row") if self._is_done else "not read"
        return f"Who can read  {scope_words}", self._check.progress or count

    def note(self) -> Note | None:
        if self.table.rows:
            return None
        if self._check.progress:
            return Note("loading", (Styled(self._check.progress, "muted", is_drawn=True),))
        keys = self.shared.keys
        if not self._is_done:
            again = f"Press {keys.of('refresh_now')} to read again."
            return Note("empty", ("Roles, bindings and pods not read to the end.", again))
        if not self.filter_words:
            return Note("empty", ("No subject with access found.",))
        return Note("empty", (f"No matches. {keys.of('go_back')} clears the filter.",))

    def page(self, row: Access | None) -> RowPage:
        lines: list[Line] = [()]
        if row is not None:
            lines += _about(row, self._check)
            lines.append(
                (Styled(f"  {self.shared.keys.of('go_in')} shows all access of the subject", "accent"),)
            )
        head: list[Line] = [(Styled(readers_words(self._check.accesses), "strong"),), *self._not_read()]
        return RowPage(lines, head=head if self._is_done else [])

    def _not_read(self) -> Iterator[Line]:
        for words in gap_words(self._check.gaps):
            yield (Styled(f"! Not read: {words}", "warning"),)
        if self._check.ask_for:
            rights = joined([right.words for right in self._check.ask_for])
            yield (Styled(f"Ask for the right to {rights}.", "muted"),)

    def open_row(self, row: Access) -> None:
        self.app.push_screen(GrantScreen(self.shared, self._check, row))

    def again(self) -> WhoScreen:
        return WhoScreen(self.shared, self._scope)


class GrantScreen(TuiScreen[None]):
    """Page about one access of a subject. The page also lists the other accesses of the subject."""

    PLACE = Where.GRANT

    def __init__(self, shared: ScreenContext, check: AccessCheck, access: Access) -> None:
        super().__init__(shared)
        self._check, self._access = check, access

    def compose_body(self) -> ComposeResult:
        with Pane(id="grant"):
            page = Page(self._lines(), id="about")
            yield page
            yield LinesBelow(page)

    def on_mount(self) -> None:
        self.query_one(Pane).head(f"{KIND_WORDS[self._access.subject.kind]} {self._access.subject}", "")
        self.query_one(Page).focus()

    def _lines(self) -> Iterator[Line]:
        access = self._access
        yield ()
        yield from _about(access, self._check, most_pods=None)
        for title in filter(None, (access.binding, access.role)):
            yield (Styled(f"  {_kubectl(title, access.namespace)}", "strong"),)
        others = [
            each for each in self._check.accesses if each.subject == access.subject and each is not access
        ]
        if others:
            yield ()
            ways = f"{counted(len(others), 'other way')} in which this subject can read Secrets"
            yield (Styled(f"  {ways}", "muted"),)
        for other in others:
            yield (f"  {other.way:<11} ", Styled(", ".join(other.rights), "muted"), f"  {other.binding}")


def _about(access: Access, check: AccessCheck, most_pods: int | None = _MOST_PODS) -> Iterator[Line]:
    yield (f"  {access.subject}", Styled(f"  {access.way}: {ACCESS_WAYS[access.way]}", "muted"))
    yield (Styled("  rights   ", "muted"), ", ".join(access.rights))
    if access.binding:
        where = f"in namespace {access.namespace}" if access.namespace is not None else "in all namespaces"
        yield (Styled("  binding  ", "muted"), access.binding, Styled(f"  {where}", "muted"))
        yield (Styled("  role     ", "muted"), access.role)
    if pods := [f"{pod.namespace}/{pod.name}" for pod in check.pods.run_as(access.subject)]:
        words = listed(pods, len(pods) if most_pods is None else most_pods)
        yield (Styled("  pods     ", "muted"), words)


def _kubectl(title: str, namespace: str | None) -> str:
    kind, _, name = title.partition("/")
    where = ["-n", namespace] if namespace is not None and not kind.startswith("Cluster") else []
    return shlex.join(["kubectl", "get", kind.lower(), name, *where, "-o", "yaml"])


def _key_of(access: Access) -> str:
    return f"{access.way} {access.subject.kind} {access.subject} {access.namespace} {access.binding}"


def _words(access: Access) -> str:
    return f"{_key_of(access)} {access.role} {' '.join(access.rights)}"


def _cells(access: Access) -> tuple[Cell, ...]:
    is_unknown = access.way == "not known"
    return (
        Styled(access.way, "strong" if access.way == "read" else "warning" if is_unknown else "muted"),
        Styled(KIND_WORDS[access.subject.kind].rpartition(" ")[2], "muted"),
        str(access.subject),
        access.namespace or "everywhere",
        Styled("" if is_unknown else "by name" if access.is_by_name else "all", "muted"),
        Styled(access.binding.partition("/")[2], "muted"),
    )
