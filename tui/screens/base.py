"""What all screens share: header, status line, footer, and the one way from a press to a command."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar, Final, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.events import Key, ScreenResume
from textual.geometry import Region
from textual.reactive import Reactive
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input

from tui.commands import BY_ID, Command, Where, bindings, commands_in, refusal
from tui.keys import MOVING, Keys, shown_key
from tui.screens.ahead import OneByOne
from tui.screens.desk import Desk, RunMessage
from tui.screens.heading import facts_for
from tui.screens.room import Roomy
from tui.widgets.footer import KeyFooter
from tui.widgets.frame import class_at, is_staying
from tui.widgets.header import HeaderLine
from tui.widgets.in_order import InOrder
from tui.widgets.status import StatusLine
from tui.widgets.table import VirtualTable
from tui.widgets.text import Tone

if TYPE_CHECKING:
    from tui.live.session import Topic
    from tui.model.draft import Draft
    from tui.model.rights import Right
    from tui.model.secret import SecretRef
    from tui.widgets.field import Field

T = TypeVar("T")

_MODIFIERS: Final = ("_shift", "_control", "_alt", "_super", "_hyper", "_meta", "_lock")
"""How the keys end that do nothing alone; some terminals send them."""


def not_yours(right: Right, keys: Keys) -> str:
    """That the cluster does not allow it, in a sentence; what to press first, since a long name is cut."""
    return f"Refused to you ({keys.of('show_access')} says more): {right.words}."


def by_key_alone(key: str) -> str:
    """That the mouse does not do this, in a sentence."""
    return f"Press {key} on the keyboard: a click never writes, deletes or answers."


class TuiScreen(Roomy[T]):
    """A screen with a header, one line for messages and a footer of the keys that work now.

    Every binding of a command asks for `run_command(id)`. It refuses what this run may not do, with the
    reason, and else calls the method `run_<id>` of the screen.
    """

    PLACE: ClassVar[Where]
    """Where its keys belong; a screen with several places overrides `place`."""
    FOOTER_LINES: ClassVar[int] = 1
    # Widgets draw for themselves whether they have the focus: not the whole screen for it, as Textual would.
    focused: Reactive[Widget | None] = Reactive(None, repaint=False)
    HELP_WORDS: ClassVar[str] = "all keys"
    """What the key of the help is for, in the footer."""
    HELP_DOES: ClassVar[str] = "shows the keys"
    """And in a sentence."""
    IS_TYPING: ClassVar[bool] = False
    """Do letters go into a text? Then help is f1 alone."""
    IS_NEVER_MASKED: ClassVar[bool] = False
    """Does a value stand here for as long as it is open?"""

    @staticmethod
    def bindings_for(*places: Where) -> list[BindingType]:
        """A screen's bindings, from the definitions of its places' commands."""
        return list(bindings(places))

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self._unsubscribe: Callable[[], None] | None = None
        self._was_on_top = self._is_covered = False
        self._lacking: Right | None = None
        """What the last press that was refused would have needed."""
        self._heard = len(desk.messages)
        """Messages said while this screen was on top; a later one is shown when it is again."""
        self._message: RunMessage | None = None
        """The message on screen, if one is there, not a state that `show_status` shows."""
        self._dead_key: Callable[[], None] | None = None
        """Takes away what was said of a key that does nothing."""

    @property
    def place(self) -> Where:
        """Where a press lands now."""
        return self.PLACE

    def render_lines(self, crop: Region) -> list[Strip]:
        """Its own lines are all the same, since what there is stands on its widgets."""
        return super().render_lines(Region(crop.x, crop.y, crop.width, min(1, crop.height))) * crop.height

    def compose(self) -> ComposeResult:
        # Textual sets it with the first resize, after a frame without it: all is styled and drawn twice.
        self.add_class(class_at(self.app.size.width), update=False)
        yield HeaderLine()
        yield from self.compose_body()
        yield StatusLine()
        key = self.footer_key(BY_ID["show_help"])
        words = "help" if self.is_typing else self.HELP_WORDS
        yield KeyFooter(lines=self.FOOTER_LINES, last=(key, words if key else ""))

    def compose_body(self) -> ComposeResult:
        """What stands between header and status line."""
        raise NotImplementedError

    def on_mount(self) -> None:
        self._unsubscribe = self.desk.session.subscribe(self._hear)

    def on_unmount(self) -> None:
        if self._unsubscribe is not None:
            self._unsubscribe()

    def on_screen_suspend(self) -> None:
        self._heard, self._is_covered = len(self.desk.messages), True
        self.clear_old_message()
        self.query_one(KeyFooter).show([], last=("", ""))  # a dialog over it has keys of its own

    def on_screen_resume(self, event: ScreenResume) -> None:
        if not self._was_on_top:  # composed a moment ago, all of it was styled then
            self._was_on_top, event.refresh_styles = True, False
        self._is_covered = False
        self.refresh_header()
        self.refresh_footer()
        if len(self.desk.messages) > self._heard and not self._is_old(said := self.desk.messages[-1]):
            self.show_message(said.text, said.tone)

    def on_descendant_focus(self) -> None:
        self.refresh_footer()

    def on_field_paste_refused(self, event: Field.PasteRefused) -> None:
        """Say why a field for a name or a filter took nothing of a paste."""
        self.say(event.reason, "warning")

    def _hear(self, topics: frozenset[Topic]) -> None:
        if not is_staying(self):
            return
        if topics & {"drafts", "link", "identity", "writes", "rights", "login"}:
            self.refresh_header()
        self.live_changed(topics)
        if topics & {"drafts", "opened", "writes", "rights", "login"}:
            self.refresh_footer()

    def live_changed(self, topics: frozenset[Topic]) -> None:
        """Something that is kept fresh changed; called on the loop, at most every 50 ms."""

    @on(VirtualTable.HeaderClicked)
    def take_click_on_title(self, event: VirtualTable.HeaderClicked) -> None:
        """Order the list by the column whose title was clicked."""
        event.stop()
        self.order_by_column(event.table, event.column)

    def order_by_column(self, table: VirtualTable[Any], column: str) -> None:
        """Order a list by a column, by its id; reversed if it is ordered by it already."""
        self.say("This list has one order only.")

    # From a press to a command

    @property
    def is_typing(self) -> bool:
        """Do letters go into a text now?"""
        return self.IS_TYPING or isinstance(self.focused, Input | InOrder)

    def on_key(self, event: Key) -> None:
        """Say of a key that it does nothing here. Told of each that no field took."""
        keys, key, place = self.desk.keys, event.key, self.place
        if self.is_typing or shown_key(key) in MOVING or key.endswith(_MODIFIERS):
            return
        command = keys.command_at(key, place)
        if (command is not None and self.is_bound(command)) or key in self.active_bindings:
            return
        if place is Where.NAMESPACES and key in keys.pressed("choose_namespace"):
            return  # already there
        hint = f"{keys.of('show_help')} {self.HELP_DOES}"
        if place is Where.LISTS and keys.command_at(key, Where.SECRET) is not None:
            hint = f"it works in an open Secret; {keys.of('go_in')} opens one"
        self._say_dead_key(f"{shown_key(key)} does nothing here; {hint}.")

    def _say_dead_key(self, sentence: str) -> None:
        line, message = self.query_one(StatusLine), self._message
        covered = line.shown
        self.show_status(sentence, "warning")

        def take_away() -> None:
            if line.said == sentence:
                self.show_status(covered.text, covered.tone) if covered else line.clear()
                self._message = message

        self._dead_key = take_away

    def forget_dead_key(self) -> None:
        """Another key came: what was said of one that does nothing goes, what it covered is there again."""
        take_away, self._dead_key = self._dead_key, None
        if take_away is not None and is_staying(self):
            take_away()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action != "run_command":
            return True
        command = BY_ID[str(parameters[0])]
        return self.place in command.where and (command.id == "keep_copied" or self.is_bound(command))

    def is_bound(self, command: Command) -> bool:
        """Has its key a meaning now? Logging in has one only while there is no login."""
        if command.id == "keep_copied":
            return self.desk.is_copied()
        return command.id != "log_in" or bool(self.desk.session.cluster.login.trouble)

    async def action_run_command(self, command_id: str) -> None:
        """Run one command of commands.py here, or say why this run refuses it."""
        if not self.is_mounted:
            # Pressed before the screen was there: it cannot have been meant for what is on it.
            return
        command = BY_ID[command_id]
        reason = self.refusal(command)
        if reason is not None:
            self._lacking = self.missing(command)
            self.say(reason, "warning")
            return
        if command.sends and isinstance(self.app, OneByOne) and self.app.was_clicked:
            self.say(by_key_alone(self.desk.keys.of(command.id)), "warning")
            return
        if command.shows:
            from tui.screens.onlooked import may_show

            if not await may_show(self, command):
                return
        self.touched()
        name = f"run_{command_id}"
        target = next(target for target in (*self.targets(), self) if hasattr(target, name))
        answer = getattr(target, name)()
        if inspect.isawaitable(answer):
            await answer

    def refusal(self, command: Command) -> str | None:
        """Why this run or the cluster refuses the command here, in a sentence; None: neither is known to."""
        reason, missing = refusal(command, self.desk.grade), self.missing(command)
        return reason if reason or missing is None else not_yours(missing, self.desk.keys)

    def missing(self, command: Command) -> Right | None:
        """What the cluster told that it does not allow, and the command needs here."""
        ref, session = self.subject, self.desk.session
        if command.needs == "create" and self.place == Where.LISTS:
            ref = None  # not the one under the cursor
        elif ref is None:
            return None
        namespace = session.namespace if ref is None else ref.namespace
        if not command.needs or namespace is None or session.rights(namespace) is None:
            return None
        from tui.model.rights import Right  # once there are some: not before the first frame

        # Put on the Secret that is there, a draft of a new one changes that.
        is_of_new = self.draft is not None and self.draft.is_new and command.id != "change_existing"
        verb = "create" if is_of_new and command.needs == "patch" else command.needs
        right = Right(verb, "secrets", namespace, ref.name if ref is not None else None)
        return right if session.may(verb, right.resource, namespace, right.name) is False else None

    @property
    def subject(self) -> SecretRef | None:
        """The Secret that a press would act on here."""
        return self.desk.state.opened

    @property
    def draft(self) -> Draft | None:
        """What a press would go on with, or write, here."""
        return self.desk.session.drafts.get(self.subject) if self.subject is not None else None

    @property
    def aim(self) -> object:
        """What exactly a press here is meant for: one that is another one than before was not meant."""
        return self.subject

    def targets(self) -> tuple[object, ...]:
        """Where a command's method is looked for before the screen itself."""
        return ()

    def touched(self) -> None:
        """A person pressed something: what is shown stays shown for its time again."""

    def shows_values(self) -> bool:
        """Does a value stand here now, in clear?"""
        return self.IS_NEVER_MASKED

    def hide_shown(self) -> None:
        """What is shown here is masked again: its time is over, or nobody looks."""

    def put_away(self) -> None:
        """The screen is covered: go, as by going back; what was typed for a draft is kept in it."""
        self.dismiss(None)

    def is_useful(self, command: Command) -> bool:
        """Would the command do something here and now? What would not stays out of the footer."""
        return True

    def title_of(self, command: Command) -> str:
        """The footer's words for a command here."""
        return command.title_in(self.place)

    def keys_here(self, command: Command) -> list[str]:
        """The keys that run it now, for a person: where a text is typed none that types or edits there."""
        keys = self.desk.keys
        if not self.is_typing:
            return list(keys.shown(command.id))
        own = zip(keys.by_id[command.id], keys.shown(command.id), strict=True)
        others = {} if self.IS_TYPING else self.active_bindings
        return [
            shown
            for key, shown in own
            if len(shown) > 1 and (self.IS_TYPING or (key in others and others[key].binding.id == command.id))
        ]

    def footer_key(self, command: Command) -> str:
        """The key that the footer shows for a command here; "" if there is none."""
        return next(iter(self.keys_here(command)), "")

    def refresh_footer(self) -> None:
        """The footer's keys, for the place where a press would land."""
        if not is_staying(self) or self._is_covered:
            return
        place, help_key = self.place, self.footer_key(BY_ID["show_help"])
        items = [
            (key, self.title_of(command))
            for command in commands_in(place)
            if place in command.in_footer
            and (key := self.footer_key(command))
            and self.is_bound(command)
            and self.refusal(command) is None
            and self.is_useful(command)
        ]
        if self.is_typing and not self.IS_TYPING:  # a filter
            items = [("enter", "keep"), (self.footer_key(BY_ID["go_back"]), "clear")]
        words = "help" if self.is_typing else self.HELP_WORDS
        self.query_one(KeyFooter).show(items, last=(help_key, words if help_key else ""))

    def refresh_header(self) -> None:
        """The header's facts."""
        self.query_one(HeaderLine).show(facts_for(self.desk))

    def say(self, text: str, tone: Tone = "") -> None:
        """Show a message in the status line, and keep it among the messages of this run."""
        self.desk.note(text, tone)
        self.show_message(text, tone)

    def show_message(self, text: str, tone: Tone = "") -> None:
        """Show the last message of this run, in these words."""
        self.show_status(text, tone)
        self._message = self.desk.messages[-1]

    def clear_old_message(self) -> None:
        """Going elsewhere: a message said before goes, but for a warning. The list of messages has it."""
        if self._message is not None and self._is_old(self._message):
            self.show_status("")

    def _is_old(self, said: RunMessage) -> bool:
        """Was it said before the last key or click, and is it no warning?"""
        recent = self.desk.messages[self.desk.said_before :]
        return said.tone not in ("warning", "bad") and not any(said is one for one in recent)

    def show_status(self, text: str, tone: Tone = "") -> None:
        """Say what stands until something else is said; not one of the messages of this run."""
        self._message = None
        for line in self.query(StatusLine):  # none yet where it has only just been put up
            line.say(text, tone)

    # Commands that every screen has

    def run_go_back(self) -> None:
        """One level back."""
        self.dismiss()

    def run_go_back_or_quit(self) -> None:
        """One level back; only the browser has a top to quit from."""
        self.run_go_back()

    async def run_refresh_now(self) -> None:
        """Ask the cluster again."""
        self.say("Refreshing.")
        await self.desk.session.refresh()
        self.run_worker(self.look_at_kubeconfig(), group="kubeconfig", exclusive=True)

    async def look_at_kubeconfig(self) -> None:
        """Say once if it was changed outside: what is logged in to stays as it is."""
        if await self.desk.contexts.is_news():
            said = "The kubeconfig file changed; this session is unchanged."
            self.say(f"{said} {self.desk.keys.of('choose_context')} lists the new contexts.", "warning")

    def run_log_in(self) -> None:
        """Log in again; a login command that must ask a person gets the terminal for it."""
        from tui.screens.logging_in import log_in

        # Beside the presses: what ends the program must not wait for a person.
        self.run_worker(log_in(self), group="login", exclusive=True)

    def run_keep_copied(self) -> None:
        """What was copied is not emptied; where nothing is, that is said."""
        self.say(self.desk.keep_copied())

    def run_show_help(self) -> None:
        """The keys that work here."""
        from tui.screens.help import HelpScreen

        self.app.push_screen(HelpScreen(self.desk, self))

    def run_show_access(self) -> None:
        """What is refused here, beginning with what was asked for last."""
        from tui.screens.access import AccessScreen

        self.app.push_screen(AccessScreen(self.desk, self.subject, self._lacking))

    def run_cover_screen(self) -> None:
        """Cover the screen, and let go of what was fetched."""
        self.desk.cover()

    def run_show_messages(self) -> None:
        """The messages of this run."""
        from tui.screens.messages import MessagesScreen

        self.app.push_screen(MessagesScreen(self.desk))

    def run_open_palette(self) -> None:
        """Find a command by its name."""
        from tui.screens.palette import open_palette

        open_palette(self)

    def run_choose_theme(self) -> None:
        """Other colors, at once; and kept if the user says so."""
        from tui.screens.themes import choose_theme

        choose_theme(self)

    def run_stop_running(self) -> None:
        """What takes long; what came of it so far stays."""
        from tui.screens.stopping import stop_running

        stop_running(self)

    def run_suspend_program(self) -> None:
        """Give the shell the terminal; what is shown is hidden first."""
        if os.getpgrp() == os.getsid(0):
            self.say("Not suspended: no shell could resume it.", "warning")
            return
        self.app.action_suspend_process()

    def run_quit_program(self) -> None:
        """Quit; drafts are asked about first."""
        from tui.screens.quitting import ask_to_quit

        ask_to_quit(self)
