"""Print no value in a crash: Textual's report has the locals and source lines of each frame.

Textual offers no other way than `_fatal_error`, which prints them, and `_exception`.

Upstream: no issue known. Seen in Textual 8.2.8.
"""

from __future__ import annotations

import sys

from rich.console import RenderableType

from tui.terminal.crash import describe, report


class CrashGuard:
    """Mixed into the App before Textual's class: a crash is reported by `describe`, not by Textual."""

    _is_reported = False
    _exception: Exception | None

    def _fatal_error(self) -> None:
        error = sys.exc_info()[1] or self._exception
        self.panic(error if error is not None else "Internal error.")

    def fail(self, error: Exception) -> None:
        """Fail because of an error in another thread, as after one in a handler."""
        raise error

    def outlives(self, error: BaseException) -> bool:
        """True if the program can continue with new screens after this error. Then it prints nothing before
        its end."""
        return False

    def panic(self, *renderables: RenderableType | BaseException) -> None:
        """Panic as Textual does, but write no exception with its own words, and one report only."""
        from rich.text import Text

        if self._is_reported:
            return
        self._is_reported = True
        errors = [item for item in renderables if isinstance(item, BaseException)]
        if errors and self.outlives(errors[0]):
            report(errors[0])
            renderables = ()
        shown = [
            Text(f"secret-tui: {describe(item)}", overflow="fold")
            if isinstance(item, BaseException)
            else item
            for item in renderables
        ]
        super().panic(*shown)  # type: ignore[misc]
