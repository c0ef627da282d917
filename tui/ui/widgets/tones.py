"""The style of each tone on a widget: the theme's color on the widget's background.

Component classes of the style sheet are not used: they add a dozen nodes to style per widget, also at each
change of focus, and took half of the time to the first frame.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from rich.style import Style
from textual.color import Color
from textual.widget import Widget

_LOOKS: Final[Mapping[str, tuple[str, Style]]] = {
    "": ("", Style()),
    "plain": ("", Style()),
    "muted": ("text-muted", Style()),
    "accent": ("text-accent", Style()),
    "good": ("text-success", Style()),
    "warning": ("text-warning", Style()),
    "bad": ("text-error", Style(bold=True)),
    "strong": ("", Style(bold=True)),
    "struck": ("text-muted", Style(strike=True)),
    "badge": ("", Style(bold=True, reverse=True)),
    "cursor": ("block-cursor-background", Style(bold=True, reverse=True)),
}
"""A tone -> the theme's variable for its colour ("": the widget's own), and what it wears besides.

Nothing is told by colour alone.
"""


class Inked(Widget):
    """A widget that draws its own lines with styles by tone."""

    _own: tuple[Style, Color] | None = None
    """How the style sheet has its text, and its background."""
    _inks: dict[str, Style]

    def ink(self, tone: str) -> Style:
        """The style of a tone on this widget, its background included."""
        if self._own is None:
            self._own, self._inks = (self.rich_style, self.background_colors[1]), {}
        if tone not in self._inks:
            (style, back), (name, more) = self._own, _LOOKS[tone]
            if name:
                color = _colour(self.app.theme_variables[name], back)
                style += Style.from_color((back + color).rich_color)
            self._inks[tone] = style + more
        return self._inks[tone]

    def notify_style_update(self) -> None:
        self._own = None
        super().notify_style_update()


def _colour(said: str, back: Color) -> Color:
    """A theme's colour: `#858e9b`, `ansi_blue`, or `auto 60%`, which is what can be read on `back`."""
    name, _, percent = said.partition(" ")
    alpha = float(percent.rstrip("%")) / 100 if percent else 1.0
    return back.get_contrast_text(alpha) if name == "auto" else Color.parse(name).multiply_alpha(alpha)
