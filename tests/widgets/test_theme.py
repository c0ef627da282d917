"""Both themes can be read: in true colour, at 16 colours, and without any."""

from __future__ import annotations

import pytest
from rich.color import ColorSystem
from rich.style import Style
from textual.color import Color
from textual.theme import Theme

from tests.widgets.show import Show
from tui.widgets.drawn import Drawn, Lines
from tui.widgets.theme import DARK, LIGHT

TONES = ("", "muted", "accent", "good", "warning", "bad", "struck")


def contrast(style: Style) -> float:
    """As WCAG 2 has it: 4.5 is enough for text."""
    assert style.color is not None and style.bgcolor is not None
    one, two = (Color.from_rich_color(color) for color in (style.color, style.bgcolor))
    lights = sorted((_light(one), _light(two)))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def _light(color: Color) -> float:
    parts = (
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in color.normalized
    )
    red, green, blue = parts
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


async def styles(theme: Theme) -> dict[str, Style]:
    widget: Drawn = Lines(["x"])
    app = Show(widget)
    async with app.run_test() as pilot:
        app.register_theme(theme)
        app.theme = theme.name
        await pilot.pause()
        return {tone: widget.ink(tone) for tone in TONES}


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: str(theme.name))
async def test_every_tone_can_be_read(theme: Theme) -> None:
    for tone, style in (await styles(theme)).items():
        assert contrast(style) >= 4.5, tone


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: str(theme.name))
async def test_every_tone_can_be_read_at_sixteen_colours(theme: Theme) -> None:
    for tone, style in (await styles(theme)).items():
        assert style.color is not None and style.bgcolor is not None
        front, back = (color.downgrade(ColorSystem.STANDARD) for color in (style.color, style.bgcolor))
        assert front.number != back.number, tone


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: str(theme.name))
async def test_what_is_dropped_or_broken_shows_without_colour(theme: Theme) -> None:
    shown = await styles(theme)
    assert shown["struck"].strike and shown["bad"].bold
