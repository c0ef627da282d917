"""Measure the height of a widget again for each new layout.

If a layout is made between two requests for one, Textual reuses the heights of that layout for the second
request, and cuts off the last lines of the new content.

Upstream: no issue known. Seen in Textual 8.2.8.
"""

from __future__ import annotations

from textual.widget import Widget


def forget_height(widget: Widget) -> None:
    """Forget the measured height. Call this before requesting the layout for new content."""
    widget._box_model_cache.clear()
