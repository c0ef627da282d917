"""Style of each tone, such as "good" or "muted", on a widget.

Textual's component classes are not used, because they took half of the time before the first frame.
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
"""Color variable of the theme for each tone ("" for the widget's own color), and a style such as bold.

A tone must not be the only sign of a meaning, because a terminal may show no colors.
"""


class TonedWidget(Widget):
    """Widget that draws its own lines in the styles of tones."""

    _base: tuple[Style, Color] | None = None
    """Text style and background from the style sheet."""
    _tone_styles: dict[str, Style]

    def tone_style(self, tone: str) -> Style:
        if self._base is None:
            self._base, self._tone_styles = (self.rich_style, self.background_colors[1]), {}
        if tone not in self._tone_styles:
            (style, back), (name, more) = self._base, _LOOKS[tone]
            if name:
                color = _color(self.app.theme_variables[name], back)
                is_dim = name == "text-muted" and self.app.native_ansi_color
                style += Style.from_color((back + color).rich_color) + Style(dim=is_dim or None)
            self._tone_styles[tone] = style + more
        return self._tone_styles[tone]

    def notify_style_update(self) -> None:
        self._base = None
        super().notify_style_update()


def _color(spec: str, back: Color) -> Color:
    """Parse a color such as `#858e9b`, `ansi_blue`, or `auto 60%`.

    `auto` is black or white, whichever is readable on `back`.
    """
    name, _, percent = spec.partition(" ")
    alpha = float(percent.rstrip("%")) / 100 if percent else 1.0
    return back.get_contrast_text(alpha) if name == "auto" else Color.parse(name).multiply_alpha(alpha)
