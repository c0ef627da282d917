"""Print no value of a Secret in a crash report. Textual's own report shows the local variables of each frame.

Textual has no public way to change the report.

Upstream: no issue known. Seen in Textual 8.2.8.
"""

from __future__ import annotations

import sys

from rich.console import RenderableType

from tui.terminal.crash import describe, report


class CrashGuard:
    """Mixin that prints a crash as the text of `describe`. It must precede Textual's App in the bases."""

    _is_reported = False
    _exception: Exception | None

    def _fatal_error(self) -> None:
        error = sys.exc_info()[1] or self._exception
        self.panic(error if error is not None else "Internal error.")

    def fail(self, error: Exception) -> None:
        """Raise an error of another thread.

        Pass this method to `call_later`, so that Textual handles the error.
        """
        raise error

    def outlives(self, error: BaseException) -> bool:
        """True if the program can continue with a new app after the error."""
        return False

    def panic(self, *renderables: RenderableType | BaseException) -> None:
        """Panic as Textual does, but print an exception as the text of `describe`, and print only one report.

        If `outlives` returns True, only `report` prints the error. While `crash.held` collects reports,
        `report` prints nothing, and `held` prints the error when it exits.
        """
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
