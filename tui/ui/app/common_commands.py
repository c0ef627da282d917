"""Commands that many screens share."""

from __future__ import annotations

import os
from functools import partial
from typing import Any

from tui.model.errors import ClusterError, PluginFailed, TimedOut, Unauthorized, Unreachable
from tui.model.secret.secret import release_of
from tui.model.settings.settings import THEMES
from tui.model.text.printable import ascii_only
from tui.process.threads import run_in_thread
from tui.terminal import locations, settings_file
from tui.ui import router
from tui.ui.base.job import ask, resting
from tui.ui.base.screen import TuiScreen
from tui.ui.command_types import unless
from tui.ui.commands import BY_ID
from tui.ui.widgets.table.table import VirtualTable


class CommonCommands:
    """Commands that many screens share."""

    def __init__(self, screen: TuiScreen[Any]) -> None:
        self.screen, self.shared = screen, screen.shared

    def _logged_in(self) -> str | None:
        return None if self.shared.session.cluster.login.trouble else "You are logged in."

    @unless(_logged_in)
    def run_log_in(self) -> None:
        """Log in again. The login command gets the terminal, because it may ask the user."""
        # In a separate worker, so that the user can quit while the login waits.
        self.screen.run_worker(_log_in(self.screen), group="login", exclusive=True)

    def run_go_in(self) -> None:
        self.screen.query_one(VirtualTable).open_row()

    def _nothing_to_search(self) -> str | None:
        screen, reveal = self.screen, BY_ID["reveal_key"]
        if screen.searched.has_text:
            return None
        if screen.place not in reveal.where or screen.shows_values() or screen.refusal(reveal) is not None:
            return "This page has no text to search."
        return f"Nothing to search while the value is masked; {self.shared.keys.of(reveal.id)} shows it."

    @unless(_nothing_to_search)
    async def run_find_on_page(self) -> None:
        await router.find_on_page(self.screen, self.screen.searched)

    @unless(_nothing_to_search)
    async def run_find_next(self) -> None:
        await router.find_next(self.screen, self.screen.searched)

    @unless(_nothing_to_search)
    async def run_find_before(self) -> None:
        await router.find_before(self.screen, self.screen.searched)

    def run_show_help(self) -> None:
        self.screen.app.push_screen(router.HelpScreen(self.shared, self.screen))

    def run_show_access(self) -> None:
        page = router.AccessScreen(self.shared, self.screen.rights_on, self.screen.lacking)
        self.screen.app.push_screen(page)

    def run_show_source(self) -> None:
        if (ref := self.screen.subject) is not None:
            self.screen.app.push_screen(router.SourceScreen(self.shared, ref))

    def _no_record(self) -> str | None:
        ref = self.screen.subject
        is_record = ref is not None and release_of(ref) is not None
        return None if is_record else "This Secret is not a record of a Helm release."

    @unless(_no_record)
    def run_show_revisions(self) -> None:
        if (ref := self.screen.subject) is not None and (release := release_of(ref)) is not None:
            self.screen.app.push_screen(router.RevisionsScreen(self.shared, release))

    async def run_find_why(self) -> None:
        await router.find_why(self.screen)

    def run_open_palette(self) -> None:
        router.open_palette(self.screen)

    async def run_choose_theme(self) -> None:
        app, screen = self.shared.app, self.screen
        themes = {name[0]: name for name in THEMES}
        now = app.chosen_theme
        answers = [(letter, f"{name}{'  (now)' if name == now else ''}") for letter, name in themes.items()]
        if (letter := await ask(screen, router.Question("Theme", (), answers, default=now[0]))) is None:
            return
        theme = themes[letter]
        app.choose_theme(theme)
        file = locations.settings_file(os.environ)
        keep = partial(settings_file.kept, file, "theme", theme, self.shared.settings.origin("theme"))
        screen.show_message(await resting(run_in_thread(keep)))

    def run_cover_screen(self) -> None:
        self.shared.app.cover()

    def run_search_readers(self) -> None:
        if self.screen.subject is not None:
            self.shared.session.search_more(self.screen.subject.namespace)

    def run_suspend_program(self) -> None:
        if os.getpgrp() == os.getsid(0):
            self.screen.show_message("Not suspended: no shell could resume secret-tui.", "warning")
            return
        self.screen.app.action_suspend_process()

    async def run_quit_program(self) -> None:
        await router.ask_to_quit(self.screen)


async def _log_in(screen: TuiScreen[Any]) -> None:
    """Lend the terminal to the login command. If the command fails, the old login is kept."""
    session, login = screen.shared.session, screen.shared.session.cluster.login
    says = f"secret-tui: logging in to {ascii_only(session.cluster.target.context)}; ctrl+c goes back"
    failure: ClusterError | None = None
    with screen.shared.app.lend(says, login.stop):
        try:
            await run_in_thread(partial(login.log_in_again, may_ask=True))
        except ClusterError as error:
            failure = error
        finally:
            login.stop()  # canceling this coroutine alone does not end the login command
    if failure is not None:
        screen.show_message(failure.sentence, "bad")
        return
    session.logged_in()
    try:  # only a request proves that the cluster accepts the certificate or token
        await session.cluster.who_am_i()
    except (Unauthorized, PluginFailed, Unreachable, TimedOut) as error:
        screen.show_message(error.sentence, "bad")
        return
    except ClusterError:
        pass  # the cluster answered, so the login works
    screen.show_message("Logged in again.", "good")
