"""Base of the screens with commands, a header, a status line and a footer."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from importlib import import_module
from types import MethodType
from typing import Any, ClassVar, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.events import Key, ScreenResume
from textual.geometry import Region
from textual.reactive import Reactive
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input

from tui.model.draft.draft import Draft
from tui.model.rbac.rights import Right
from tui.model.secret.secret import SecretRef
from tui.model.text.counts import counted
from tui.session.session import Topic
from tui.ui.base.dead_key import dead_key_sentence
from tui.ui.base.job import run_job
from tui.ui.base.screen_context import READING, RunMessage, ScreenContext, top_bar_facts
from tui.ui.base.status import StatusScreen
from tui.ui.command_jobs import footer_group
from tui.ui.command_types import Command, Where, refusal, unless, why_impossible
from tui.ui.commands import BY_ID, LISTS, bindings, commands_in
from tui.ui.keymap import MOVING, Keys, is_modifier, shown_key
from tui.ui.widgets.bars.footer import KeyFooter
from tui.ui.widgets.bars.frame import Pane, class_at, is_staying
from tui.ui.widgets.bars.header import HeaderLine
from tui.ui.widgets.bars.status import StatusLine
from tui.ui.widgets.page import Page
from tui.ui.widgets.scroller import Scroller, SearchableText
from tui.ui.widgets.table.table import VirtualTable
from tui.ui.widgets.table_with_page import TableWithPage
from tui.ui.widgets.value.accept_text import TextField

T = TypeVar("T")


def not_yours(right: Right, keys: Keys) -> str:
    """Return a sentence about a missing right.

    The key of "show_access" comes early in the sentence, because the status line may cut off the end.
    """
    return f"Not allowed ({keys.of('show_access')} says more): {right.words}."


def by_key_alone(key: str) -> str:
    return f"Press {key} on the keyboard: a click never writes, deletes or answers a question."


class TuiScreen(StatusScreen[T]):
    """Screen with a header, a status line and a footer.

    Every key binding runs the action `run_command(id)`. The action opens the screen that `Command.opens`
    names. Without `opens`, the action calls the method `run_<id>`. This method is looked up in the objects of
    `groups`, then in the screen, then in CommonCommands.
    """

    PLACE: ClassVar[Where]
    """Place that decides which commands work. A subclass without PLACE overrides `place` and `BINDINGS`."""
    FOOTER_LINES: ClassVar[int] = 1
    # Without repaint=False, Textual would repaint the whole screen when the focus moves. Widgets draw their
    # own focus.
    focused: Reactive[Widget | None] = Reactive(None, repaint=False)
    HELP_WORDS: ClassVar[str] = "all keys"
    HELP_DOES: ClassVar[str] = "shows the keys"
    IS_TYPING: ClassVar[bool] = False
    """True if a text field always has the focus. The field takes all letters, so only f1 opens the help."""
    IS_NEVER_MASKED: ClassVar[bool] = False
    """True if this screen always shows a value in plain text, as an editor does."""

    def __init_subclass__(cls, **options: Any) -> None:
        if "PLACE" in vars(cls):
            cls.BINDINGS = bindings([cls.PLACE])
        super().__init_subclass__(**options)

    def __init__(self, shared: ScreenContext) -> None:
        super().__init__(shared)
        self.groups: tuple[object, ...] = ()
        """Objects with further `run_<id>` methods of this screen."""
        self._common = shared.common(self)
        self._unsubscribe: Callable[[], None] | None = None
        self._was_on_top = self._is_covered = False
        self.lacking: Right | None = None
        """The right that was missing for the last refused command."""
        self._left_with: RunMessage | None = None
        """Message that was on screen when another screen opened above this screen."""
        self._refreshing: object = None
        """State of the list of Secrets at the start of a refresh; None if no refresh is running."""

    @property
    def place(self) -> Where:
        return self.PLACE

    def render_lines(self, crop: Region) -> list[Strip]:
        """Draw one blank line and repeat it, because widgets cover the whole screen anyway."""
        return super().render_lines(Region(crop.x, crop.y, crop.width, min(1, crop.height))) * crop.height

    def compose(self) -> ComposeResult:
        # Textual would add the class for this width only after the first frame, and would then draw again.
        self.add_class(class_at(self.app.size.width), update=False)
        yield HeaderLine()
        yield from self.compose_body()
        yield StatusLine()
        key = self.footer_key(BY_ID["show_help"])
        words = "help" if self.is_typing else self.HELP_WORDS
        yield KeyFooter(lines=self.FOOTER_LINES, last=(key, words if key else ""))

    def compose_body(self) -> ComposeResult:
        with Pane(id="page"):
            yield Page(id="page-lines")

    def on_mount(self) -> None:
        self._unsubscribe = self.shared.session.events.subscribe(self._topics_changed)

    def on_unmount(self) -> None:
        if self._unsubscribe is not None:
            self._unsubscribe()

    def on_screen_suspend(self) -> None:
        self._is_covered = True
        self.clear_old_message(warnings=True)
        self._left_with = self._message
        self.query_one(KeyFooter).show([], last=("", ""))  # the screen on top has its own keys

    def on_screen_resume(self, event: ScreenResume) -> None:
        self._is_covered = False
        self.refresh_header()
        self.refresh_footer()
        if not self._was_on_top:  # first resume: the widgets are styled already
            self._was_on_top, event.refresh_styles = True, False
            if (early := self._message) is not None:  # the message came before the status line existed
                self.draw_message(early.on_screen, early.tone)
            return
        if self._message is self._left_with:  # no message came while the other screen was open
            self.clear_old_message(warnings=False)
        if self.shared.messages and not self._is_old(latest := self.shared.messages[-1]):
            self.draw_message(latest.on_screen, latest.tone)

    def on_descendant_focus(self) -> None:
        self.refresh_footer()

    @on(Scroller.Filled)
    def offer_to_find(self) -> None:
        """Update the footer when the page gets its first text to search, or loses all text."""
        self.refresh_footer()

    @on(TextField.InputMessage)
    def show_field_message(self, event: TextField.InputMessage) -> None:
        self.show_message(event.message, "warning" if event.is_refused else "")

    def _topics_changed(self, topics: frozenset[Topic]) -> None:
        if not is_staying(self):
            return
        if topics & {"drafts", "link", "identity", "writes", "rollouts", "rights", "login"}:
            self.refresh_header()
        self.live_changed(topics)
        if topics & {"drafts", "opened", "writes", "rights", "login", "sources"}:
            self.refresh_footer()
        if self._refreshing is not None:
            self._show_refreshed()

    def live_changed(self, topics: frozenset[Topic]) -> None:
        """Redraw the parts that show these topics. Called on the event loop, at most every 50 ms."""

    @on(VirtualTable.HeaderClicked)
    def take_click_on_title(self, event: VirtualTable.HeaderClicked) -> None:
        event.stop()
        self.order_by_column(event.table, event.column)

    def order_by_column(self, table: VirtualTable[Any], column: str) -> None:
        """Sort `table` by the column with the id `column`. If it is sorted by this column, reverse the order.

        The method of this base class only says that the list cannot be sorted.
        """
        self.show_message("This list cannot be sorted.")

    @property
    def searched(self) -> SearchableText:
        """Widget that the commands "find_on_page", "find_next" and "find_before" search."""
        tables = [table for table in self.query(TableWithPage) if table.display]
        return tables[0] if tables else next(page for page in self.query(Scroller) if page.display)

    @property
    def is_typing(self) -> bool:
        return self.IS_TYPING or isinstance(self.focused, Input | TextField)

    def on_key(self, event: Key) -> None:
        """Tell the user that a key does nothing on this screen. Called only if no widget handled the key."""
        keys, key, place = self.shared.keys, event.key, self.place
        # No message for a key that moves in lists and pages. Space moves only in pages, which handle it.
        is_moving = shown_key(key) in MOVING and key != "space"
        if self.is_typing or is_moving or is_modifier(key):
            return
        is_open_already = place is Where.NAMESPACES and key in keys.pressed("choose_namespace")
        if is_open_already or keys.command_at(key, place) is not None or key in self.active_bindings:
            return
        self.show_dead_key(dead_key_sentence(self, key))

    def dead_key_hint(self, key: str) -> str:
        """Hint for a key that does nothing on this screen, such as another key to press."""
        return ""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return action != "run_command" or self.place in BY_ID[str(parameters[0])].where

    async def action_run_command(self, command_id: str) -> None:
        if not self.is_mounted:
            # The user pressed the key for another screen, before this screen appeared.
            return
        command = BY_ID[command_id]
        if (reason := self.refusal(command)) is not None:
            self.lacking = self.missing(command)
            self.show_message(reason, "warning")
            return
        if command.sends and self.shared.app.was_clicked:
            self.show_message(by_key_alone(self.shared.keys.of(command.id)), "warning")
            return
        # With --no-reveal, the command shows and copies no value, so the user is not asked for consent.
        is_shown = command.shows and not self.shared.settings.no_reveal and self.why_not(command) is None
        if is_shown:
            await run_job(self, self._show_if_agreed(command))
            return
        self.touched()
        answer = self.run_if_possible(command_id)
        if inspect.iscoroutine(answer):
            await run_job(self, answer)

    async def _show_if_agreed(self, command: Command) -> None:
        if await self.shared.app.may_show(command):
            self.touched()
            await self.go_on_with(command.id)

    def run_if_possible(self, command_id: str) -> object:
        """Open the command's screen, or call its method and return the result.

        If the command is impossible now, only show the reason.
        """
        command = BY_ID[command_id]
        if (why_not := self.why_not(command)) is not None:
            self.show_message(why_not, "warning")
            return None
        if not command.opens:
            return self._method_of(command)()
        module, _, name = command.opens.partition(":")
        self.app.push_screen(getattr(import_module(f"tui.ui.{module}"), name)(self.shared))
        return None

    async def go_on_with(self, command_id: str) -> None:
        """Run a command inside a running command. If the command is impossible now, only show the reason."""
        answer = self.run_if_possible(command_id)
        if inspect.iscoroutine(answer):
            await answer

    def why_not(self, command: Command) -> str | None:
        """Reason why the command is impossible now, from its checks (`unless`); None if it is possible."""
        return None if command.opens else why_impossible(self._method_of(command))

    def _method_of(self, command: Command) -> MethodType:
        name = f"run_{command.id}"
        owners = (*self.groups, self, self._common)
        run: MethodType = next(getattr(owner, name) for owner in owners if hasattr(owner, name))
        return run

    def refusal(self, command: Command) -> str | None:
        """Reason why the settings or the user's rights forbid the command."""
        reason, missing_right = refusal(command, self.shared.settings), self.missing(command)
        return reason if reason or missing_right is None else not_yours(missing_right, self.shared.keys)

    def missing(self, command: Command) -> Right | None:
        """The right that the command needs and the user lacks."""
        ref, session = self.subject, self.shared.session
        if command.needs == "create" and self.place == Where.SECRETS:
            ref = None  # the right to create does not depend on the Secret under the cursor
        elif ref is None:
            return None
        namespace = session.namespace if ref is None else ref.namespace
        if not command.needs or namespace is None or session.access.rights(namespace) is None:
            return None
        # "change_existing" turns the draft of a new Secret into a patch of an existing Secret.
        is_of_new = self.draft is not None and self.draft.is_new and command.id != "change_existing"
        if is_of_new and command.needs == "get":
            return None  # the draft's values are only in this program
        verb = "create" if is_of_new and command.needs == "patch" else command.needs
        right = Right(verb, "secrets", namespace, ref.name if ref is not None else None)
        return right if session.may(verb, right.resource, namespace, right.name) is False else None

    @property
    def subject(self) -> SecretRef | None:
        """The Secret on which a command acts."""
        return self.shared.session.open_ref

    @property
    def about(self) -> SecretRef | None:
        """Secret whose namespace the header shows."""
        return self.subject

    @property
    def rights_on(self) -> SecretRef | None:
        """The Secret for which the access page shows rights."""
        return self.subject

    @property
    def draft(self) -> Draft | None:
        """The draft that a command changes or writes."""
        return self.shared.session.drafts.get(self.subject) if self.subject is not None else None

    @property
    def target(self) -> object:
        """Target of a command. A command can stop if the target changed while a question was open."""
        return self.subject

    @property
    def takes_paste(self) -> bool:
        """True if the screen handles a paste that no text field takes."""
        return False

    @property
    def paste_taker(self) -> str:
        """Sentence that says where the user can paste. It is shown if this screen does not take a paste."""
        return ""

    def again(self) -> TuiScreen[Any] | None:
        """Return a new instance of this screen, or None.

        Called before this screen closes because another Secret is opened. The command "go_back"
        later opens the new instance. If the result is None, "go_back" does not come back to this screen.
        """
        return None

    def nothing_written(self) -> str | None:
        return None if self.shared.session.writes.undo.writes else "This session has no write to undo."

    @unless(nothing_written)
    async def run_undo_write(self) -> None:
        main = self.app.screen_stack[0]
        self.dismiss(None)
        main.call_after_refresh(self.shared.app.navigator.action_run_command, "undo_write")

    def run_stop_running(self) -> None:
        """Stop the lists that are loading. If none is loading, stop the writes that are not sent yet."""
        session, keys = self.shared.session, self.shared.keys
        stopped, busy = session.stop_lists(), session.writes.busy
        if stopped:
            self.show_message(f"Stopped: {', '.join(stopped)} so far. {keys.of('refresh_now')} refreshes.")
        elif busy is not None and (count := session.writes.stop_following()):
            unsent = f"Stopped: {counted(count, 'Secret')} not sent; the drafts are kept."
            self.show_message(f"{unsent} {busy.still}.", "warning")
        elif busy is not None:
            self.show_message(f"{busy.still}: a sent write cannot be stopped.", "warning")
        else:
            self.show_message(f"Nothing to stop here; {keys.of('quit_program')} quits.")

    def touched(self) -> None:
        """Restart the timer that hides shown values. A screen without this timer does nothing."""

    def shows_values(self) -> bool:
        return self.IS_NEVER_MASKED

    def hide_shown(self) -> None: ...

    def let_go(self) -> Callable[[], None]:
        """Drop all values before CoverScreen opens. Return a function that restores the screen."""
        return lambda: None

    @property
    def has_canceled(self) -> bool:
        """True if the user canceled an edit that can be brought back."""
        return False

    @property
    def is_filtered(self) -> bool:
        return False

    def title_of(self, command: Command) -> str:
        if command.id == "go_back" and self.is_filtered:
            return "clear filter"
        is_plain = command.id == "go_back" and self.shared.session.read_only
        return command.title if is_plain else command.title_in(self.place)

    def keys_here(self, command: Command) -> list[str]:
        """Return the keys that run a command now.

        While a text field has the focus, leave out the keys that the field uses.
        """
        keys = self.shared.keys
        if not self.is_typing:
            return list(keys.shown(command.id))
        pairs = zip(keys.by_id[command.id], keys.shown(command.id), strict=True)
        active = {} if self.IS_TYPING else self.active_bindings
        return [
            shown
            for key, shown in pairs
            if len(shown) > 1 and (self.IS_TYPING or (key in active and active[key].binding.id == command.id))
        ]

    def is_in_footer(self, command: Command) -> bool:
        return self.place in command.in_footer

    def footer_key(self, command: Command) -> str:
        return next(iter(self.keys_here(command)), "")

    def refresh_footer(self) -> None:
        if not is_staying(self) or self._is_covered:
            return
        place, help_key = self.place, self.footer_key(BY_ID["show_help"])
        shown = {
            key: command
            for command in commands_in(place)
            if self.is_in_footer(command)
            and (key := self.footer_key(command))
            and self.refusal(command) is None
            and self.why_not(command) is None
        }
        items = [(key, self.title_of(command)) for key, command in shown.items()]
        groups = {key: footer_group(command.id) for key, command in shown.items()}
        if self.is_typing and not self.IS_TYPING:  # the focus is in a filter
            items = [("enter", "keep"), (self.footer_key(BY_ID["go_back"]), "clear")]
        words = "help" if self.is_typing else self.HELP_WORDS
        palette = BY_ID["open_palette"]
        is_at_end = place in LISTS and not self.is_typing and not self.is_in_footer(palette)
        opens = self.footer_key(palette) if is_at_end else ""
        self.query_one(KeyFooter).show(
            items,
            last=(help_key, words if help_key else ""),
            before=(opens, palette.title) if opens else None,
            groups={} if self.is_typing else groups,
        )

    def refresh_header(self) -> None:
        self.query_one(HeaderLine).show(top_bar_facts(self.shared, self.about))

    def stop_reading(self, message: str = "Stopped; nothing was changed.") -> bool:
        """Cancel each running read that a command of this screen started; return True if there was one."""
        running = [worker for worker in self.workers if worker.group == READING and worker.node is self]
        running = [worker for worker in running if worker.is_running]
        for worker in running:
            worker.cancel()
        if running:
            self.show_message(message)
        return bool(running)

    def run_go_back(self) -> None:
        self.dismiss()

    async def run_go_back_or_quit(self) -> None:
        """Go back. If the main screen cannot go back further, it asks whether to quit."""
        self.run_go_back()

    def run_refresh_now(self) -> None:
        self._refreshing = self.shared.session.secrets.state
        self.show_status("Refreshing.")
        self.shared.session.refresh()
        self.run_worker(self.look_at_kubeconfig(), group="kubeconfig", exclusive=True)

    def _show_refreshed(self) -> None:
        state = self.shared.session.secrets.state
        if state is self._refreshing or state.kind == "loading":
            return
        self._refreshing = None
        if self.query_one(StatusLine).message != "Refreshing.":
            return
        if state.kind != "ready" and state.error is not None:
            self.show_message(f"Not refreshed. {state.error.sentence}", "bad")
        else:
            self.show_message("Refreshed.")

    async def look_at_kubeconfig(self) -> None:
        """Show a message if the kubeconfig files have changed, once for each change."""
        if await self.shared.contexts.is_news():
            sentence = "The kubeconfig file changed; this session is unchanged."
            self.show_message(
                f"{sentence} {self.shared.keys.of('choose_context')} lists the contexts in the file.",
                "warning",
            )

    def _no_copy(self) -> str | None:
        return None if self.shared.clipboard.is_holding else "The clipboard holds no copied value."

    @unless(_no_copy)
    def run_keep_copied(self) -> None:
        self.show_message(self.shared.clipboard.keep())
