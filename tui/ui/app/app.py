"""SecretTui, the Textual app, which connects sessions, screens, clipboard and crash guard."""

from __future__ import annotations

import asyncio
import gc
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final

from msgspec.structs import replace
from textual import on
from textual.binding import BindingType
from textual.driver import Driver
from textual.reactive import Reactive
from textual.theme import Theme

import tui
from tui.model.access.who import SecretScope
from tui.model.draft.plan import FileInputs
from tui.model.kube_context import ContextFacts
from tui.model.secret.secret import SecretRef
from tui.model.settings.remembered import ContextMemory
from tui.model.text.counts import counted
from tui.model.text.printable import ascii_only
from tui.model.text.times import clock
from tui.model.viewers import Viewers
from tui.process.threads import run_in_thread
from tui.session.contexts import Contexts
from tui.session.remembered_names import RememberedNames
from tui.session.session import Session, Topic
from tui.session.viewer_watch import ViewerWatch
from tui.terminal.clipboard.clipboard import Clipboard
from tui.terminal.clipboard.desktop import Desktop
from tui.terminal.crash import place_of
from tui.terminal.lend_terminal import GIVE_BACK, KEEP, lent, title
from tui.terminal.remembered_file import RememberedFile
from tui.terminal.settings_file import Settings
from tui.ui import router
from tui.ui.app.auto_hide import AutoHide
from tui.ui.app.clipboard import copy_text, how_to_keep, show_cleared
from tui.ui.app.common_commands import CommonCommands
from tui.ui.app.cover import CoverScreen
from tui.ui.app.driver import CleanExitDriver, Suspend
from tui.ui.app.first_screen import FirstScreen
from tui.ui.app.notifications import Notifications
from tui.ui.base.job import start_job
from tui.ui.base.min_size import MinSizeScreen
from tui.ui.base.screen import TuiScreen
from tui.ui.base.screen_context import Navigator, RunMessages, ScreenContext, top_bar_facts
from tui.ui.keymap import keyless, keys_under
from tui.ui.textual_fixes.crash_guard import CrashGuard
from tui.ui.textual_fixes.shown_cells import ChangedCellsApp
from tui.ui.textual_fixes.terminal_driver import driver_of
from tui.ui.textual_fixes.terminal_input import BackgroundSeen
from tui.ui.widgets.bars.footer import KeyFooter
from tui.ui.widgets.bars.frame import BREAKPOINTS
from tui.ui.widgets.text import Tone
from tui.ui.widgets.theme import DEFAULT_THEME, OWN, theme_name

if TYPE_CHECKING:
    from tui.model.why import WhyQuestion
    from tui.ui.command_types import Command

_PACKAGE: Final = Path(tui.__file__).parent
# In a wheel, the style sheets are inside the package. In a checkout, they are beside the package.
_STYLES: Final = next(path for path in (_PACKAGE / "styles", _PACKAGE.parent / "styles") if path.is_dir())

_YOUNG: Final = 5_000
"""Number of new objects between two garbage collections.

Python's default of 700 would slow down some key presses.
"""
_SAVING: Final = 1.0
"""Timeout in seconds for saving the remembered names when the app ends."""

_AGAIN: Final = 60.0
"""Period in seconds after an internal error, in which another internal error ends the program."""

NO_SCREENSHOTS: Final = "Screenshots are off: they could contain a value."


class SecretTui(CrashGuard, AutoHide, Suspend, ChangedCellsApp, inherit_bindings=False):
    """The Textual app. After the app has ended, its creator must close the `sessions` of the app."""

    CSS_PATH: ClassVar[Any] = [_STYLES / name for name in ("base.tcss", "browser.tcss", "screens.tcss")]
    HORIZONTAL_BREAKPOINTS = BREAKPOINTS
    BINDINGS: ClassVar[list[BindingType]] = []
    # Set before Textual reads the style sheets. A later change of the theme makes Textual read them again.
    theme: Reactive[str] = Reactive(DEFAULT_THEME)
    has_light_background = False
    ALLOW_SELECT = False
    DEFAULT_MODE = "1"
    """Mode of the first context. Each context has its own mode, and so its own stack of screens."""
    ENABLE_COMMAND_PALETTE = False
    """False, because the command `open_palette` opens this program's own palette."""

    def __init__(
        self,
        session: Session,
        settings: Settings,
        *,
        start: SecretRef | None = None,
        badge: str = "",
        contexts: Contexts | None = None,
        memory: RememberedFile | None = None,
        look: Callable[[], Viewers] | None = None,
        suggested: str | None = None,
        inputs: FileInputs | None = None,
        why: WhyQuestion | None = None,
        notice: str = "",
    ) -> None:
        """`look` finds who else sees the terminal, and is called on a thread.

        `suggested` is the command that the user probably meant, if the Secret `start` does not exist.
        """
        super().__init__()
        for theme in OWN.values():
            self.register_theme(theme)
        self.choose_theme(settings.theme)
        self._session = session
        self.sessions = [session]
        self._settings, self.badge = settings, badge
        self._contexts, self._memory = contexts or Contexts(), memory or RememberedFile(None)
        self._is_leaving, self._has_input = False, True
        self._failed_at, self._failure = -inf, ""
        """Monotonic time of the last internal error, and the error's type and place.

        `_failure` is "" if there was no error, or if the error ends the program.
        """
        self._former_failure = ""
        """Type and place of the error after which `reopened` created this app; "" for the first app."""
        self._stop_listening: Callable[[], None] = lambda: None
        self._saving: set[asyncio.Task[None]] = set()
        self._news = Notifications(session, lambda command: self.keys_now.of(command))
        self._look, self.lookout, self.agreed = look, ViewerWatch(look), set[str]()
        self.used: list[str] = []
        self.keys_now = keys_under(dict(settings.keymap))
        session_clock = session.clock
        self._clipboard_way = Clipboard(
            os.environ,
            self._write_to_terminal,
            local=Desktop(),
            seconds=settings.clipboard_seconds,
            until=lambda seconds: clock(session_clock.now() + seconds, session_clock.tz),
            sleep=session_clock.sleep,
            keeps=partial(how_to_keep, self),
            gone=partial(show_cleared, self),
        )
        self.suggested = (start, suggested) if start is not None and suggested else None
        self.shared = self._shared_for(session, RunMessages())
        self._start, self._inputs, self._why, self._notice = start, inputs, why, notice

    def _settings_of(self, session: Session) -> Settings:
        target = session.cluster.target
        return self._settings.within(target.context, target.host, target.cluster)

    def _shared_for(self, session: Session, messages: RunMessages) -> ScreenContext:
        context = session.cluster.target.context
        session.events.is_pressed = lambda: self.is_answering or self._is_leaving
        return ScreenContext(
            session=session,
            app=self,
            settings=self._settings_of(session),
            contexts=self._contexts,
            keys=self.keys_now,
            clipboard=self._clipboard_way,
            common=CommonCommands,
            names=RememberedNames(session, self._memory.of(context), partial(self._keep, context)),
            messages=messages,
        )

    @property
    def navigator(self) -> Navigator:
        return self._main

    async def may_show(self, command: Command) -> bool:
        return await router.may_show(self._with_a_line[-1], command)

    def explain(self, asked: WhyQuestion) -> None:
        router.explain(self._with_a_line[-1], asked)

    def show_contexts(self, at: str) -> None:
        self.push_screen(router.ContextsScreen(self.shared, at))

    def show_restarts(self, *secrets: SecretRef) -> None:
        self.push_screen(router.RolloutScreen(self.shared, *secrets))

    def show_who(self, secret: SecretRef) -> None:
        self.push_screen(router.WhoScreen(self.shared, SecretScope(secret.namespace, secret.name)))

    def settings_of(self, facts: ContextFacts) -> Settings:
        return self._settings.within(facts.name, facts.host, facts.cluster)

    @contextmanager
    def lend(self, says: str, interrupt: Callable[[], None]) -> Iterator[None]:
        with self.lending(), lent(self, self._write_to_terminal, says, interrupt):
            yield

    def copy_to_clipboard(self, text: str) -> None:
        """Copy the selected text of a text field with this app's `Clipboard` instead of Textual's."""
        self.run_worker(copy_text(self, text, self.screen, self.interruptions), group="clipboard")

    def choose_theme(self, name: str) -> None:
        self.chosen_theme = name
        if (theme := theme_name(name, is_light=self.has_light_background)) != self.theme:
            self.theme = theme

    @on(BackgroundSeen)
    def follow_background(self, event: BackgroundSeen) -> None:
        self.has_light_background = event.is_light
        self.choose_theme(self.chosen_theme)

    def get_theme(self, theme_name: str) -> Theme | None:
        """Find a theme of this app or of Textual.

        Textual looks up the first theme before `__init__` has registered the themes of this app.
        """
        return OWN.get(theme_name) or super().get_theme(theme_name)

    def get_default_screen(self) -> FirstScreen:
        """Screen of the first frame. The main screen replaces it."""
        note = "Loading Secrets …" if self._start is None else f"Opening {self._start.name} …"
        return FirstScreen(top_bar_facts(self.shared), note)

    def _keep(self, context: str, remembered: ContextMemory) -> None:
        self._memory.keep(context, remembered)
        saving = asyncio.get_running_loop().create_task(self._save(context), name=f"remember {context}")
        self._saving.add(saving)
        saving.add_done_callback(self._saving.discard)

    async def _save(self, context: str) -> None:
        """Save the remembered names of a context, and warn if this fails.

        Runs as an asyncio task, because Textual cancels workers when the program ends.
        """
        before = self._memory.problem
        await run_in_thread(partial(self._memory.save, context))
        if self._memory.problem not in (None, before):
            self._show_message(str(self._memory.problem), "warning")

    async def on_mount(self) -> None:
        self.set_keymap(self.keys_now.keymap)
        self._write_to_terminal(KEEP + title(self._session.cluster.target.context))
        self.app_resume_signal.subscribe(self, lambda _: self.paint_again())
        driver = driver_of(self)
        if isinstance(driver, CleanExitDriver):
            driver.input_ended = partial(self.call_later, self.fail)
            self.stop_with(driver)

    async def on_ready(self) -> None:
        """Start the session and open the browser. Textual calls this after the first frame has begun."""
        if not self._session.is_started:
            self._session.start()
        # Add the mode, because `_enter` removes it later, and Textual can remove only added modes.
        # A mode added earlier would create the main screen too soon.
        self.add_mode(self.DEFAULT_MODE, self._browser)
        # `switch_mode`, used for later contexts, would read the style sheets a second time.
        browser = self._browser(self._start)
        # Install the first screen, so that Textual keeps it: its removal would draw the browser twice.
        self.install_screen(self.screen, "first")
        await self.switch_screen(browser)
        if not self.is_running:
            return
        self._stop_listening = self._session.events.subscribe(self._topics_changed)
        self.take_presses()
        if self._former_failure:
            self.run_worker(self._show_reopened(), group="reopened")
        else:
            for problem in (self._memory.problem, keyless(self._settings.keymap), self._notice):
                if problem:
                    self._show_message(problem, "warning")
        if not gc.isenabled():  # tui/cli/main.py disabled it at the start
            gc.freeze()  # imported modules are never collected
            gc.set_threshold(_YOUNG, 10, 10)
            gc.enable()
        self.begin_hiding(self._session.clock, 60.0 * self._settings_of(self._session).cover_after)
        inputs, self._inputs = self._inputs, None
        if inputs is not None:
            start_job(browser, router.review_inputs(browser, inputs))
        if self._why is not None:
            router.explain(browser, self._why, opens_inputs=True)

    def _browser(self, start: SecretRef | None = None) -> TuiScreen[None]:
        """Build the main screen.

        The import is here, after the first frame, because it takes half of the start time.
        """
        from tui.ui.browser.screen import BrowserScreen

        self._main = BrowserScreen(self.shared, start)
        return self._main

    def enter(self, session: Session) -> None:
        """Switch to another session, in a worker of the app, because the calling screen is removed."""
        self.sessions.append(session)
        self.run_worker(self._enter(session), group="context")

    async def _enter(self, session: Session) -> None:
        former, before = self._session, self.shared
        before.names.left(former.namespace)
        watched, was = "; ".join(former.writes.aftermath.watched), ascii_only(former.cluster.target.context)
        lost = f" Writes no longer watched in {was}: {watched}." if watched else ""
        self.shared = self._shared_for(session, before.messages)
        self._session = session
        self._news = Notifications(session, lambda command: self.keys_now.of(command))
        self.cover_within(60.0 * self._settings_of(session).cover_after)
        former.leave()
        former_mode = self.current_mode
        self.add_mode(mode := str(int(former_mode) + 1), self._browser)
        await self.switch_mode(mode)
        await self.remove_mode(former_mode)
        self._stop_listening = session.events.subscribe(self._topics_changed)
        self._write_to_terminal(title(session.cluster.target.context))
        message = f"Now in {ascii_only(session.cluster.target.context)}.{lost}"
        if waiting := len(session.drafts):
            drafts = f"{counted(waiting, 'draft')} of this context"
            message += f" {self.keys_now.of('review_changes')} reviews {drafts}."
        self._show_message(message, "warning" if lost else "")
        session.start()
        for outcome in await former.close():
            self._show_message(outcome.sentence, "warning", stays=True)
        for action, end in former.actions.late:
            self._show_message(action.last_words(end), "" if end.made == "sent" else "warning", stays=True)
        self.sessions.remove(former)

    async def on_app_focus(self) -> None:
        screen = self.screen
        if isinstance(screen, TuiScreen):
            # Use a worker, because reading a kubeconfig on a hung file server must not delay key presses.
            screen.run_worker(screen.look_at_kubeconfig(), group="kubeconfig", exclusive=True)

    async def on_unmount(self) -> None:
        self._write_to_terminal(GIVE_BACK)
        await self._clipboard_way.empty()
        if self._saving:
            await asyncio.wait(self._saving, timeout=_SAVING)

    def _topics_changed(self, topics: frozenset[Topic]) -> None:
        if self._is_leaving:
            return
        if "woke" in topics:
            self.slept()
        self.show_news()
        if topics & {"readers", "rollouts"}:
            self._renew_hint()

    def show_news(self) -> None:
        for news in self._news.now():
            if news.is_quiet and any(screen.has_status for screen in self._with_a_line):
                self.shared.note(news.text, news.tone)
                continue
            self._show_message(news.text, news.tone, stays=news.stays, hint=news.hint)

    def _renew_hint(self) -> None:
        messages = self.shared.messages
        message = messages[-1] if messages and messages[-1].hint else None
        hint = self._news.hint_now(message.text) if message is not None else None
        if message is None or hint is None or hint == message.hint:
            return
        messages[-1] = replace(message, hint=hint)
        for screen in self._with_a_line:
            screen.renew_message(message, messages[-1])

    def _show_message(self, text: str, tone: Tone, *, stays: bool = False, hint: str = "") -> None:
        for screen in self._with_a_line:
            screen.show_message(text, tone, stays=stays, hint=hint)

    @property
    def _with_a_line(self) -> list[TuiScreen[Any]]:
        """List with the topmost screen that has a status line, or []."""
        return [screen for screen in self.screen_stack if isinstance(screen, TuiScreen)][-1:]

    def before_input(self) -> None:
        """Mark all messages as old, and remove the message about a key without effect.

        If the topmost screen is the cover, change nothing.
        """
        if isinstance(self.screen, CoverScreen):
            return
        self.shared.messages.said_before = len(self.shared.messages)
        for screen in (*self._with_a_line, self.screen):
            if isinstance(screen, MinSizeScreen):
                screen.forget_dead_key()

    def show_dropped(self, sentence: str) -> None:
        self._show_message(sentence, "warning")

    @on(KeyFooter.Clicked)
    def press_key_of_footer(self, event: KeyFooter.Clicked) -> None:
        if refused := self.press_shown(event.key):
            self._show_message(refused, "warning")

    async def action_run_beneath(self, command_id: str) -> None:
        """Run a command of the topmost screen that has commands, even if a dialog is above it."""
        for screen in self._with_a_line:
            await screen.action_run_command(command_id)

    def covered(self) -> None:
        self.paint_again()
        self.run_worker(self._clipboard_way.empty(), group="clipboard")

    async def step_back(self) -> None:
        self._write_to_terminal(GIVE_BACK)
        await self._clipboard_way.take_back()

    def come_back(self) -> None:
        self._write_to_terminal(KEEP + title(self._session.cluster.target.context))

    # Textual's screenshots are refused, because the file could contain a value.

    def save_screenshot(
        self, filename: str | None = None, path: str | None = None, time_format: str | None = None
    ) -> str:
        self.show_dropped(NO_SCREENSHOTS)
        return ""

    def deliver_screenshot(
        self, filename: str | None = None, path: str | None = None, time_format: str | None = None
    ) -> str | None:
        self.show_dropped(NO_SCREENSHOTS)
        return None

    def fail(self, error: Exception) -> None:
        self._has_input = not isinstance(error, EOFError | OSError)
        super().fail(error)

    def outlives(self, error: BaseException) -> bool:
        """Record the time and place of an error; return True if the screens can be reopened after it."""
        now = self._session.clock.monotonic()
        is_first, self._failed_at = now - self._failed_at >= _AGAIN, now
        is_drawn = self._is_begun and not self._is_lent and not self._is_leaving and self._has_input
        self._failure = place_of(error) if is_first and is_drawn else ""
        return bool(self._failure)

    def reopened(self) -> SecretTui | None:
        """Create the app that runs after an internal error of this app; None if the program ends.

        The new app opens only the main screen, without fetched values, because another screen or a value may
        have caused the error.
        """
        if not self._failure or self._is_leaving:
            return None
        self._stop_listening()
        self._session.forget_app()
        gc.unfreeze()  # lets `_show_reopened` free the failed screens, which may hold values
        app = SecretTui(
            *(self._session, self._settings),
            badge=self.badge,
            contexts=self._contexts,
            memory=self._memory,
            look=self._look,
        )
        app.has_light_background = self.has_light_background
        app.choose_theme(self.chosen_theme)
        app.sessions, app.shared.messages = self.sessions, self.shared.messages
        app._failed_at, app._former_failure = self._failed_at, self._failure
        return app

    async def _show_reopened(self) -> None:
        gc.collect()
        gc.freeze()
        if self._answering is not None:  # wait until key presses from before the error are dropped
            await asyncio.wait([self._answering])
        count, key = len(self._session.drafts), self.keys_now.of("review_changes")
        waits = (
            f"{counted(count, 'draft')} kept; {key} reviews {'it' if count == 1 else 'them'}."
            if count
            else ""
        )
        message = f"Internal error: {self._former_failure}. Main screen reopened. {waits}"
        self._show_message(message.rstrip(), "bad", stays=True)

    def exit(self, *what: Any, **more: Any) -> None:
        """End the app.

        The module `tui.session.shutdown` then prints outcomes of writes, because no screen shows them.
        """
        self._is_leaving = True
        super().exit(*what, **more)

    def get_driver_class(self) -> type[Driver]:
        return CleanExitDriver

    def let_go(self) -> None:
        """Clear the clipboard and restore the terminal. Called in a signal handler, so nothing here waits."""
        sequences = self._clipboard_way.abandon()
        driver = driver_of(self)
        if isinstance(driver, CleanExitDriver):
            driver.give_back_at_once(f"{GIVE_BACK}{sequences}")

    def _write_to_terminal(self, sequence: str) -> None:
        driver = driver_of(self)
        if driver is not None:
            driver.write(sequence)
