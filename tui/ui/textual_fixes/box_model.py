"""The height of a widget is measured again for each new layout.

Textual keeps the height of a layout that came between two requests for one, and cuts the last lines.

Upstream: no issue known. Seen in Textual 8.2.8.
"""

from __future__ import annotations

from textual.widget import Widget


def forget_height(widget: Widget) -> None:
    """Call before the layout that its new content needs."""
    widget._box_model_cache.clear()
