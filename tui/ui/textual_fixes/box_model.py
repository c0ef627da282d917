"""Make Textual measure the height of a widget again.

A widget may request a layout twice, with a layout of the screen in between. For the second request, Textual
does not measure the widget again, so the last lines of the new content are cut off.

Upstream: no issue known. Seen in Textual 8.2.8.
"""

from __future__ import annotations

from textual.widget import Widget


def forget_height(widget: Widget) -> None:
    """Make Textual measure the widget in the next layout. Call this before requesting that layout."""
    widget._box_model_cache.clear()
