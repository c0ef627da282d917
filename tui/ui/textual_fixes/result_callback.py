"""Allow `switch_screen` from the first screen of a program.

`switch_screen` removes the result callback of the current screen. The first screen has no result callback, so
Textual raises an error.

Upstream: https://github.com/Textualize/textual/issues/2650 (open) and
https://github.com/Textualize/textual/issues/3041 (closed). Seen in Textual 8.2.8.
"""

from __future__ import annotations


class NoCallback:
    """Mixin for a screen that returns no result."""

    def _pop_result_callback(self) -> None:
        pass
