"""The three panes of the main screen (namespaces, Secrets, one Secret): widths, focus and navigation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Literal

from msgspec.structs import replace
from textual import on
from textual.app import ComposeResult
from textual.widget import Widget
from textual.widgets import Input

from tui.model.draft.draft import Draft
from tui.model.secret.secret import SecretRef
from tui.model.secret.validation import namespace_problem
from tui.session.session import Topic
from tui.ui import router
from tui.ui.base.dead_key import top_sentence
from tui.ui.base.job import run_job
from tui.ui.base.revealed import RevealScreen
from tui.ui.base.screen import TuiScreen
from tui.ui.base.screen_context import ScreenContext
from tui.ui.browser.listed_secrets import ListedSecrets, Rows
from tui.ui.browser.namespaces_pane import NamespacesPane
from tui.ui.browser.pane_widths import Needs, Widths, framed, most_panes, pane_count, pane_widths
from tui.ui.browser.secret_pane import SecretPane
from tui.ui.browser.secrets_pane import AGES_STAND, PreviewPane, SecretsPane
from tui.ui.command_types import Where
from tui.ui.commands import bindings
from tui.ui.value.canceled_edits import CanceledEdits
from tui.ui.widgets.bars.frame import is_staying
from tui.ui.widgets.lists.picker import Picker
from tui.ui.widgets.lists.secret_table import LAST_NEEDED
from tui.ui.widgets.table.table import VirtualTable

At = Literal["namespaces", "secrets", "secret"]
_PLACES: Final[Mapping[At, Where]] = {
    "namespaces": Where.NAMESPACES,
    "secrets": Where.SECRETS,
    "secret": Where.SECRET,
}
ORDER: Final = tuple(_PLACES)
_PANES: Final[Mapping[int, str]] = {1: "-one", 2: "-two", 3: "-three"}
_LINES_FOR_PREVIEW: Final = 16


class _Covered(Widget):
    """A container that is not drawn, because its panes cover it."""

    BLANK = True


class BrowserPanes(RevealScreen[None]):
    """Three panes. A narrow terminal shows two of them, or only the pane with the focus."""

    BINDINGS = bindings(_PLACES.values())
    AUTO_FOCUS = "#secret-table"
    """Widget that gets the focus first. A later change of focus would style all panes again."""

    def __init__(self, shared: ScreenContext, start: SecretRef | None = None) -> None:
        super().__init__(shared)
        self.listed = ListedSecrets(shared.session)
        self.at: At = "secrets" if start is None else "secret"
        self.add_class(f"-at-{self.at}", update=False)
        self._start = start
        self._has_row = self._has_keys = False
        self._is_readable = True
        self._peek: PreviewPane | None = None
        self.pane_count = 0
        self.is_zoomed = False
        self._widths: Widths | None = None
        self.canceled = CanceledEdits()
        self._back: Callable[[], None] | None = None
        """Function that reopens the screens that `follow` closed; None if Escape reopens no screens."""
        self._above: Sequence[TuiScreen[Any]] = ()
        """Closed screens that one or several calls of `_back` would reopen."""
        self.chosen_from: At | None = None
        """Pane to which Escape returns after the command "choose_namespace".

        None if another command or a change of focus led to the current pane.
        """
        if start is not None:
            self.AUTO_FOCUS = "#key-table"  # type: ignore[misc]

    def compose_body(self) -> ComposeResult:
        self.pane_count = most_panes(self.app.size.width)
        self.add_class(_PANES[self.pane_count], update=False)
        with _Covered(id="panes"):
            yield NamespacesPane(self.shared, self.listed)
            yield SecretsPane(self.shared, self.listed)
            yield SecretPane(self.shared, self.listed, lambda: self.revealed)

    def on_mount(self) -> None:
        self.namespaces = self.query_one(NamespacesPane)
        self.secrets = self.query_one(SecretsPane)
        self.secret = self.query_one(SecretPane)
        # Watch `cursor_key`, because the table's message `Highlighted` arrives one frame later.
        self.watch(self.secrets.table, "cursor_key", self.look_at_row, init=False)
        for table in (self.namespaces.table, self.secrets.table):
            self.watch(table, "needs", self._share_columns, init=False)
        self.namespaces.update_rows()
        self.secrets.choose_rows()
        self.secret.update_all()
        self._show_peek()
        self.set_interval(AGES_STAND, self._grow_older)
        if self._start is not None:
            self.open_secret(self._start)
        else:
            self.go_to("secrets")

    def on_resize(self) -> None:
        if is_staying(self):
            self._share_columns()
            self._show_peek()

    def _share_columns(self) -> None:
        session, total, is_at_namespaces = self.shared.session, self.app.size.width, self.at == "namespaces"
        names_need = framed(self.namespaces.table.whole_width())
        needs = Needs(
            namespaces=names_need.want if is_at_namespaces else names_need.full,
            core=framed(self.secrets.table.whole_width(LAST_NEEDED)),
            whole=framed(self.secrets.table.whole_width()),
            is_open=session.open_ref is not None,
            is_alone=self.is_zoomed or (self.at == "secret" and session.secrets.name is not None),
            is_empty=session.open_ref is None and self.secrets.is_empty,
        )
        count = pane_count(total, needs)
        widths = pane_widths(total, count, needs, at_namespaces=is_at_namespaces)
        self.pane_count = count
        # All classes change in one call, because each call styles every widget of the screen again.
        shown = {f"-at-{pane}": pane == self.at for pane in ORDER}
        shown |= {name: number == count for number, name in _PANES.items()}
        self.update_classes({**shown, "-alone": widths.secret == 0, "-below": widths.is_below})
        if widths != self._widths:
            self._widths = widths
            self.secret.place_readers(is_beside=widths.has_readers_beside)
            self.secrets.table.drop_beyond(widths.last)
            panes = (self.namespaces, self.secrets, self.secret)
            for pane, width in zip(panes, widths[:3], strict=True):
                pane.styles.width = "1fr" if count == 1 else width
            self._show_peek()

    def zoom(self, is_zoomed: bool) -> None:
        self.is_zoomed = is_zoomed
        self._share_columns()
        self.refresh_footer()

    @property
    def place(self) -> Where:
        return _PLACES[self.at]

    @property
    def subject(self) -> SecretRef | None:
        if self.at == "namespaces":
            return None
        return self.shared.session.open_ref if self.at == "secret" else self.secrets.ref

    @property
    def about(self) -> SecretRef | None:
        return self.subject if self.at == "secret" else None

    @property
    def marked(self) -> list[SecretRef]:
        return sorted(self.listed.choice.marked) if self.at == "secrets" else []

    @property
    def has_found(self) -> bool:
        return self.at == "secrets" and self.listed.choice.searched is not None

    @property
    def draft(self) -> Draft | None:
        return self.secret.draft if self.at == "secret" else super().draft

    @property
    def target(self) -> object:
        return (self.subject, self.secret.uid, self.secret.key)

    @property
    def hides_here(self) -> bool:
        return (self.secret.uid, self.secret.key) in self.revealed

    def every_value(self) -> list[tuple[str, str]]:
        return [(self.secret.uid, line.key) for line in self.secret.table.keys if line.row.value is not None]

    @property
    def on_top(self) -> RevealScreen[Any]:
        """Screen above which a question opens: the top screen if it can show values, else the main screen."""
        screen = self.app.screen
        return screen if isinstance(screen, RevealScreen) else self

    @property
    def takes_paste(self) -> bool:
        if self.at == "secret":
            return not self.secret.is_typing
        return self.at == "secrets" and not self.is_typing

    @property
    def paste_taker(self) -> str:
        return "Open a Secret to paste onto its keys."

    def go_to(self, at: At) -> None:
        if at != self.at:
            self.clear_old_message(warnings=False)
            self.is_zoomed = False
        self.at, self.chosen_from = at, None
        if at != "secret":
            self.shared.session.look_around()
        self._share_columns()
        tables: dict[At, Widget] = {"namespaces": self.namespaces.table, "secrets": self.secrets.table}
        tables.get(at, self.secret.table).focus()
        self.refresh_header()
        self.refresh_footer()

    def on_descendant_focus(self) -> None:
        if (focused := self.focused) is None:
            return
        for pane in ORDER:
            if any(node.id == pane for node in focused.ancestors):
                if pane != self.at:
                    self.go_to(pane)
                break

    def live_changed(self, topics: frozenset[Topic]) -> None:
        if topics & {"namespaces", "secrets", "rights"}:
            self.namespaces.update_rows()
        if "namespaces" in topics:
            self.refresh_footer()  # "add_secret" is refused in a namespace that does not exist
        if "opened" in topics:
            self.shared.names.opened()
        self.secrets.live_changed(topics)
        self.secret.live_changed(topics)
        if topics & {"opened", "secrets"}:
            self._share_columns()
        if topics & {"readers", "secrets", "drafts"} or (
            self.secrets.is_refused and topics & {"rights", "opened"}
        ):
            self._show_peek()
            self.secret.look_at(self.secrets.known)

    @property
    def here(self) -> SecretRef:
        """Secret on which a command acts. The command must first check that there is such a Secret."""
        assert self.subject is not None
        return self.subject

    @on(Picker.Chosen)
    def choose_namespace(self, event: Picker.Chosen) -> None:
        self.show_namespace(event.key or None)

    @on(Picker.Typed)
    def choose_typed(self, event: Picker.Typed) -> None:
        """Go to the typed namespace.

        If the list of namespaces is complete and lacks this namespace, ask for a second Enter.
        """
        if (problem := namespace_problem(event.text)) is not None:
            self.show_message(problem, "warning")
        elif self.namespaces.doubts(event.text):
            message = f"Namespace {event.text} is not in the list. Press enter again to open it anyway."
            self.show_message(message, "warning")
        else:
            self.show_namespace(event.text)

    @on(VirtualTable.Opened)
    async def open_row(self, event: VirtualTable.Opened) -> None:
        if self.place is Where.SECRET:
            if event.key == self.secret.key:
                await run_job(self, self.go_on_with("go_in"))
        elif (ref := self.secrets.ref) is not None and event.key == self.secrets.table.cursor_key:
            self.open_secret(ref, next(iter(self.listed.choice.found_in(ref)), ""))

    def look_at_row(self) -> None:
        """Show the row under the cursor of the list of Secrets. Sends no request."""
        row = self.secrets.known
        self._show_peek()
        self.secret.look_at(row)
        is_first = (row is not None) != self._has_row
        self._has_row = row is not None
        if is_first:
            self._share_columns()  # the widths depend on whether the list of Secrets has a row
        ref, may = self.secrets.ref, self.shared.session.may
        is_readable = ref is None or may("get", "secrets", ref.namespace, ref.name) is not False
        is_other, self._is_readable = is_readable != self._is_readable, is_readable
        if is_first or is_other or self.secrets.is_refused:
            self.refresh_footer()  # the footer shows only commands that are possible for the row

    @on(SecretPane.LookedInside)
    def mark_certificates(self) -> None:
        self.secrets.draw_ends()
        self._show_peek()

    def _grow_older(self) -> None:
        self.mark_certificates()
        self.secret.update_all()

    def _show_peek(self) -> None:
        if self.pane_count > 1 and not (self._widths and self._widths.is_below):
            return
        if self._peek is None:
            self._peek = PreviewPane(self.shared, self.listed)
            self.query_one("#panes").mount(self._peek, after=self.secrets)
        is_low = self.app.size.height < _LINES_FOR_PREVIEW
        self._peek.set_class(self.secrets.is_empty or is_low or self.is_zoomed, "-blank")
        self._peek.show(self.secrets.known)

    def show_namespace(self, namespace: str | None) -> None:
        self.close_screens()
        self._list(namespace)
        self.go_to("secrets")

    def open_listed(self, ref: SecretRef) -> None:
        if self.shared.session.namespace not in (None, ref.namespace):
            self._list(ref.namespace)
        self.open_secret(ref)

    def _list(self, namespace: str | None) -> None:
        session = self.shared.session
        self.namespaces.drop_filter()
        if namespace != session.namespace:
            self.secrets.clear_found()
            self._close_secret()
            self.shared.names.left(session.namespace)
            session.choose_namespace(namespace)
            self.listed.rows = Rows()
            self.listed.choice = replace(self.listed.choice, marked=frozenset())
            self.namespaces.update_rows()
            self.secrets.choose_rows()
            self.secret.update_all()
            self.refresh_header()

    def open_secret(self, ref: SecretRef, key: str = "") -> None:
        session = self.shared.session
        self.hide_shown()
        self._back, self._above = None, ()
        former = session.open_ref
        session.open(ref)
        if former != ref:
            self._forget(former)
        self.secret.drop_filter()
        self.secret.table.start_over(key)
        if not self._has_keys:
            self._has_keys = True
            self.watch(self.secret.table, "cursor_key", self.refresh_footer, init=False)
        self.secret.update_all()
        self.secrets.table.move_to(str(ref))
        self.go_to("secret")

    def close_screens(self) -> None:
        while len(self.app.screen_stack) > 1:
            self.app.pop_screen()

    def follow(self, go: Callable[[], object]) -> None:
        """Close the screens above this screen, and call `go`, which opens another Secret.

        Escape then reopens the closed screens.
        """
        above = [screen.again() for screen in self.app.screen_stack[1:] if isinstance(screen, TuiScreen)]
        screens = [screen for screen in above if screen is not None]
        self.close_screens()
        former, key, before = self.subject if self.at == "secret" else None, self.secret.key, self._back
        all_above = (*self._above, *screens)

        def back() -> None:
            if former is None:
                self.leave_secret()
            else:
                self.open_secret(former, key or "")
                self._back = before
            for screen in screens:
                self.app.push_screen(screen)
            if (message := self._message) is not None:  # the screens cover the main screen's message
                screens[-1].draw_message(message.on_screen, message.tone)

        go()
        self._back, self._above = (back, all_above) if screens else (None, ())

    def leave_secret(self) -> None:
        self._close_secret()
        self.go_to("secrets")

    def _forget(self, ref: SecretRef | None) -> None:
        self.clear_old_message(warnings=True)
        if ref is None:
            return  # no Secret was open, or `let_go` closed the Secret and keeps the canceled edits
        self.canceled.forget()
        if self.shared.session.drafts.forget_empty(ref):
            self.show_message(f"{ref} has no keys, so no draft was kept.")
        elif self.shared.session.drafts.get(ref, "") is not None:
            add, review = self.shared.keys.of("add_secret"), self.shared.keys.of("review_changes")
            self.show_message(
                f"{ref} stays a draft. Review it with {review}; open it with {add} and its name."
            )

    def _close_secret(self) -> None:
        self._forget(self._drop_values())

    def _drop_values(self) -> SecretRef | None:
        former = self.shared.session.open_ref
        self.hide_shown()
        self._back, self._above = None, ()
        self.shared.session.leave()
        self.secret.look_at(self.secrets.known)
        return former

    def let_go(self) -> Callable[[], None]:
        at, focus, key = self.at, self.AUTO_FOCUS, self.secret.key
        # `_drop_values` hides the table of keys. If the table has the focus, Textual must not move the
        # focus to another widget.
        self.AUTO_FOCUS = ""  # type: ignore[misc]
        for screen in self._above:  # a closed screen may hold a searched value
            screen.let_go()
        back, ref = self._back, self._drop_values()
        self.secrets.clear_found()  # the results contain the searched value

        def come_back() -> None:
            self.AUTO_FOCUS = focus  # type: ignore[misc]
            if ref is not None:
                self.open_secret(ref, key or "")
                self._back = back
            self.go_to(at)

        return come_back

    @property
    def has_canceled(self) -> bool:
        return bool(self.canceled)

    def draw_values(self) -> None:
        self.secret.update_all()

    def run_go_back(self) -> None:
        if not self._goes_back():
            self.show_status(top_sentence(self), "muted")

    def _goes_back(self) -> bool:
        if self.stop_reading():
            return True
        if self.is_typing:
            self.clear_old_message(warnings=True)  # a message about the typed text
        if self.at == "namespaces":
            if self.namespaces.clear_filter():
                return True
            if self.chosen_from is not None:
                self.go_to(self.chosen_from)
            return self.at != "namespaces"
        if self.at == "secret" and self.secret.clear_filter():
            self.go_to("secret")
        elif isinstance(self.focused, Input):
            self.secrets.clear_filter()
            self.go_to("secrets")
        elif self.at == "secret":
            (self._back or self.leave_secret)()
        elif self.marked:
            self.run_if_possible("clear_marks")
        elif self.secrets.clear_filter():
            self.look_at_row()  # the preview no longer names found keys
            self.refresh_footer()
        else:
            return False
        return True

    async def run_go_back_or_quit(self) -> None:
        if self._goes_back():
            return
        if self.at == "namespaces":
            await router.ask_to_quit(self)
        else:
            self.go_to("namespaces")
