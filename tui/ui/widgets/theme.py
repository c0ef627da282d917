"""The color themes, two of which use the terminal's own colors.

In each theme, the colors `text`, `accent`, `good`, `warning` and `bad` differ from each other, even on a
terminal with only 16 colors.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from textual.color import Color
from textual.theme import Theme

from tui.model.settings.settings import THEMES

_SELECTED: Final = 0.3
"""Share of the accent color in the background of selected text."""


class Row(NamedTuple):
    """Colors of a theme. Each is a hexadecimal number or the name of a terminal color."""

    ground: str
    field: str
    frame: str
    """Color of frames and lines without the focus."""
    text: str
    muted: str
    accent: str
    """Color of highlighted text, of the focused frame, and of the cursor."""
    good: str
    warning: str
    bad: str


THEME_ROWS: Final = {
    "dark": Row(
        *("#15181d", "#2a2f38", "#4f555d", "#dde2ea", "#929aa7"),
        *("#6c9cff", "#6fdc6f", "#f0c674", "#ff7a70"),
    ),
    "light": Row(
        *("#fbfbf9", "#e4e5e1", "#bcbfc2", "#16191e", "#5c646f"),
        *("#1d4ed8", "#067d17", "#855600", "#b3261e"),
    ),
    "nord": Row(
        *("#2e3440", "#3b4252", "#616875", "#eceff4", "#b2bbca"),
        *("#6fc6de", "#6fcc81", "#ebcb8b", "#fc9390"),
    ),
    "gruvbox": Row(
        *("#282828", "#3c3836", "#66604f", "#fbf1c7", "#bdae93"),
        *("#57b4a8", "#abbd27", "#fabd2f", "#ff8073"),
    ),
    "catppuccin": Row(
        *("#1e1e2e", "#313244", "#585b70", "#cdd6f4", "#a6adc8"),
        *("#69a8ff", "#87ea99", "#f9e1a8", "#f6879f"),
    ),
    "high-contrast": Row(
        *("#000000", "#333333", "#9a9a9a", "#ffffff", "#d0d0d0"),
        *("#6fb7ff", "#5fff5f", "#ffff00", "#ff8f8f"),
    ),
    # Blue on black and yellow on white are hard to read in many terminals. So "terminal-dark" has no blue
    # text, and "terminal-light" has no yellow text.
    "terminal-dark": Row(
        *("ansi_default", "ansi_bright_black", "ansi_blue", "ansi_default", "ansi_default"),
        *("ansi_cyan", "ansi_green", "ansi_yellow", "ansi_red"),
    ),
    "terminal-light": Row(
        *("ansi_default", "ansi_white", "ansi_cyan", "ansi_default", "ansi_default"),
        *("ansi_blue", "ansi_green", "ansi_magenta", "ansi_red"),
    ),
}
_LIGHT: Final = frozenset({"light", "terminal-light"})


def theme_name(setting: str, *, is_light: bool = False) -> str:
    """Return the name of the theme for a setting.

    `is_light`: the terminal's background is light. Used only for the settings "auto" and "terminal".
    """
    by_ground = "light" if is_light else "dark"
    name = {"auto": by_ground, "terminal": f"terminal-{by_ground}"}.get(setting, setting)
    return f"secret-{name}"


def _theme(name: str, row: Row) -> Theme:
    is_terminal = row.ground == "ansi_default"
    is_light = name in _LIGHT
    if is_terminal and is_light:
        on_field, disabled, on_accent = "ansi_black", "ansi_bright_black", "ansi_bright_white"
    elif is_terminal:
        on_field, disabled, on_accent = "ansi_bright_white", "ansi_white", "ansi_black"
    else:
        on_field, disabled, on_accent = row.text, row.muted, row.ground
    selection, on_selection = row.accent, on_accent
    if not is_terminal:
        selection = Color.parse(row.ground).blend(Color.parse(row.accent), _SELECTED).hex
        on_selection = row.text
    return Theme(
        name=f"secret-{name}",
        dark=not is_light,
        ansi=is_terminal,
        background=row.ground,
        surface=row.ground,
        panel=row.field,
        foreground=row.text,
        primary=row.accent,
        secondary=row.muted,
        accent=row.accent,
        success=row.good,
        warning=row.warning,
        error=row.bad,
        variables={
            "surface": row.ground,
            "ansi-background": row.ground,
            "ansi-foreground": row.text,
            "field": row.field,
            "on-field": on_field,
            "frame": row.frame,
            "text-muted": row.muted,
            "text-disabled": disabled,
            "text-accent": row.accent,
            "text-success": row.good,
            "text-warning": row.warning,
            "text-error": row.bad,
            "border": row.accent,
            "border-blurred": row.frame,
            "block-cursor-background": row.accent,
            "block-cursor-foreground": on_accent,
            "input-selection-background": selection,
            "input-selection-foreground": on_selection,
        },
    )


OWN: Final = {theme.name: theme for theme in (_theme(name, row) for name, row in THEME_ROWS.items())}
DEFAULT_THEME: Final = theme_name(THEMES[0])
