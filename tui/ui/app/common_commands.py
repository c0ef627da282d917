"""Commands of every screen that open another one."""

from __future__ import annotations

import os
from typing import Any

from tui.ui import router
from tui.ui.base.screen import TuiScreen
from tui.ui.commands import Command
from tui.ui.dialogs.confirm_reveal import may_show
from tui.ui.dialogs.login import log_in
from tui.ui.dialogs.palette import open_palette
from tui.ui.dialogs.quit import ask_to_quit
from tui.ui.dialogs.stop import stop_running
from tui.ui.dialogs.themes import choose_theme


class CommonCommands:
    """One method per command; `screen` is the one on which the key was pressed."""

    async def may_show(self, screen: TuiScreen[Any], command: Command) -> bool:
        """Ask before a first value is shown or copied where others see it; False: go no further."""
        return await may_show(screen, command)

    def run_log_in(self, screen: TuiScreen[Any]) -> None:
        """Log in again; a login command that must ask a person gets the terminal for it."""
        # Beside the presses: what ends the program must not wait for a person.
        screen.run_worker(log_in(screen), group="login", exclusive=True)

    def run_show_help(self, screen: TuiScreen[Any]) -> None:
        """The keys that work here."""
        screen.app.push_screen(router.HelpScreen(screen.desk, screen))

    def run_show_access(self, screen: TuiScreen[Any]) -> None:
        """What is refused here, beginning with what was asked for last."""
        screen.app.push_screen(router.AccessScreen(screen.desk, screen.subject, screen.lacking))

    def run_show_messages(self, screen: TuiScreen[Any]) -> None:
        """The messages of this run."""
        screen.app.push_screen(router.MessagesScreen(screen.desk))

    def run_open_palette(self, screen: TuiScreen[Any]) -> None:
        """Find a command by its name."""
        open_palette(screen)

    def run_choose_theme(self, screen: TuiScreen[Any]) -> None:
        """Other colors, at once; and kept if the user says so."""
        choose_theme(screen)

    def run_cover_screen(self, screen: TuiScreen[Any]) -> None:
        """Cover the screen, and let go of what was fetched."""
        screen.desk.cover()

    def run_stop_running(self, screen: TuiScreen[Any]) -> None:
        """What takes long; what came of it so far stays."""
        stop_running(screen)

    def run_suspend_program(self, screen: TuiScreen[Any]) -> None:
        """Give the shell the terminal; what is shown is hidden first."""
        if os.getpgrp() == os.getsid(0):
            screen.say("Not suspended: no shell could resume it.", "warning")
            return
        screen.app.action_suspend_process()

    def run_quit_program(self, screen: TuiScreen[Any]) -> None:
        """Quit; drafts are asked about first."""
        ask_to_quit(screen)
