"""Suspend (ctrl+z, SIGTSTP): clean up before the shell has the terminal, redraw when it returns."""

from __future__ import annotations

from functools import partial
from typing import Any

from textual.app import App

from tui.ui.app.driver import CleanExitDriver


class Suspend(App[Any]):
    """Mixed into the App."""

    _is_stopping = False

    def stop_with(self, driver: CleanExitDriver) -> None:
        """Use this driver to stop the program and to continue it."""
        driver.to_stop = lambda: self._stop_soon(driver)
        driver.is_back = partial(self.call_later, self._is_back)
        driver.is_ending = lambda: self.return_code is not None

    async def step_back(self) -> None:
        """Clean up before the stop. Nothing is shown or read any more."""

    def come_back(self) -> None:
        """Called when the terminal is ours again."""

    def leave(self, code: int) -> None:
        """End without a question, after a signal."""
        self.exit(code, return_code=code)

    def _paint_again(self, _: App[Any]) -> None:
        """Redraw everything after the shell: Textual would draw only changes."""
        self.refresh(layout=True)

    def _stop_soon(self, driver: CleanExitDriver) -> None:
        if not self._is_stopping:
            self._is_stopping = True
            self.call_later(self._stop, driver)

    async def _stop(self, driver: CleanExitDriver) -> None:
        try:
            if driver.is_ending():
                return
            self.app_suspend_signal.publish(self)
            with self.batch_update():
                driver.step_back()
                await self.step_back()
                if not driver.is_ending():  # a signal may have come meanwhile
                    driver.stop()
        finally:
            self._is_stopping = False

    def _is_back(self) -> None:
        self.come_back()
        self.app_resume_signal.publish(self)
