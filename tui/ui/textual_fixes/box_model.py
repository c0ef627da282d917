"""Measure the height of a widget again for each new layout.

If a widget requests a layout twice, and Textual lays out the screen in between, Textual does not measure the
widget again for the second request. The last lines of the new content are then cut off.

Upstream: no issue known. Seen in Textual 8.2.8.
"""

from __future__ import annotations

from textual.widget import Widget


def forget_height(widget: Widget) -> None:
    """Forget the measured height. Call this before requesting the layout for new content."""
    widget._box_model_cache.clear()
