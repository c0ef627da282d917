"""Every theme can be read: in true color, at 16 colors, and without any."""

from __future__ import annotations

import pytest
from rich.color import Color as RichColor
from rich.color import ColorSystem
from rich.style import Style
from textual.color import Color
from textual.theme import Theme

from tests.widgets.show import Show
from tui.model.settings.settings import THEMES
from tui.ui.widgets.lines import Drawn, Lines
from tui.ui.widgets.theme import OWN, textual_name

TONES = ("", "muted", "accent", "good", "warning", "bad", "struck", "cursor")


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


async def styles(theme: str) -> dict[str, Style]:
    widget: Drawn = Lines(["x"])
    app = Show(widget)
    async with app.run_test() as pilot:
        for own in OWN.values():
            app.register_theme(own)
        app.theme = textual_name(theme)
        await pilot.pause()
        return {tone: widget.tone_style(tone) for tone in TONES}


@pytest.mark.parametrize("theme", THEMES)
async def test_every_tone_can_be_read(theme: str) -> None:
    shown = await styles(theme)
    for tone, style in shown.items():
        assert contrast(style) >= 4.5, tone
        assert style.color is not None and style.bgcolor is not None
        front, back = (color.downgrade(ColorSystem.STANDARD) for color in (style.color, style.bgcolor))
        assert front.number != back.number, f"{tone} at sixteen colors"
    assert shown["struck"].strike and shown["bad"].bold, "what is dropped or broken, without color"


@pytest.mark.parametrize("theme", OWN.values(), ids=lambda theme: theme.name)
def test_what_is_selected_in_an_editor_is_seen_at_sixteen_colors(theme: Theme) -> None:
    wanted = (theme.variables["input-selection-background"], theme.background, theme.foreground)
    numbers = [RichColor.parse(color or "").downgrade(ColorSystem.STANDARD).number for color in wanted]
    assert len(set(numbers)) == 3, "the selection, the background and the text differ"
