"""The themes: two of our own, whose few colors differ on 16-color terminals too, and two of Textual's."""

from __future__ import annotations

from typing import Final

from textual.theme import Theme

DARK: Final = Theme(
    name="secret-dark",
    dark=True,
    background="#15181d",
    surface="#15181d",
    panel="#1d2128",
    foreground="#cdd3dc",
    primary="#8ab0d8",
    secondary="#8f9bb3",
    accent="#8ab0d8",
    success="#8fbf8f",
    warning="#e0b060",
    error="#e8877c",
    variables={
        "text-muted": "#858e9b",
        "text-accent": "#9cc0e6",
        "text-success": "#9ccc9c",
        "text-warning": "#e5bc74",
        "text-error": "#f09a90",
        "border": "#8ab0d8",
        "border-blurred": "#3c4450",
        "block-cursor-background": "#a9c8ea",
        "block-cursor-foreground": "#15181d",
        "input-selection-background": "#34465c",
    },
)

LIGHT: Final = Theme(
    name="secret-light",
    dark=False,
    background="#fbfbf9",
    surface="#fbfbf9",
    panel="#eeeeea",
    foreground="#2b3038",
    primary="#2f6299",
    secondary="#5a6577",
    accent="#2f6299",
    success="#3a7a3a",
    warning="#8a5a00",
    error="#b03a2e",
    variables={
        "text-muted": "#68707c",
        "text-accent": "#2f6299",
        "text-success": "#2f6f2f",
        "text-warning": "#855600",
        "text-error": "#a83226",
        "border": "#2f6299",
        "border-blurred": "#c3c7cd",
        "block-cursor-background": "#2f6299",
        "block-cursor-foreground": "#fbfbf9",
        "input-selection-background": "#b0c4de",
    },
)

OWN: Final = {theme.name: theme for theme in (DARK, LIGHT)}
_NAMES: Final = {"dark": DARK.name, "light": LIGHT.name}


def textual_name(theme: str) -> str:
    """A theme's name in the settings, as Textual names it."""
    return _NAMES.get(theme, theme)
