"""The first screen of a program can be switched away.

Textual looks for the callback of a screen that it switches away, and gives the first one none.

Upstream: https://github.com/Textualize/textual/issues/2650 (open) and
https://github.com/Textualize/textual/issues/3041 (closed). Seen in Textual 8.2.8.
"""

from __future__ import annotations


class NoCallback:
    """Mixin for a screen that returns no answer."""

    def _pop_result_callback(self) -> None:
        pass
