"""Every theme can be read: in true color, at 16 colors, and without any."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pytest
from rich.color import ColorSystem
from rich.style import Style
from textual.app import ComposeResult
from textual.color import Color
from textual.widget import Widget

from tests.widgets.show import Show, parts
from tui.ui.widgets.bars.frame import Pane
from tui.ui.widgets.field import Field, FilterField
from tui.ui.widgets.lines import Lines
from tui.ui.widgets.table.columns import Column
from tui.ui.widgets.table.table import VirtualTable
from tui.ui.widgets.text import Styled, Tone
from tui.ui.widgets.theme import OWN
from tui.ui.widgets.value.hidden_field import HiddenField
from tui.ui.widgets.value.value_editor import ValueEditor

OF_TEXT: Final[tuple[Tone, ...]] = ("", "muted", "accent", "good", "warning", "bad", "struck", "badge")
TONES: Final = (*OF_TEXT, "cursor")
FOCUS: Final = frozenset("┏┓┗┛┃━▌")
LINES: Final = FOCUS | frozenset("┌┐└┘│─")
TERMINALS: Final = {name: theme for name, theme in OWN.items() if theme.ansi}
OTHERS: Final = {name: theme for name, theme in OWN.items() if not theme.ansi}


def contrast(style: Style) -> float:
    """Contrast by WCAG 2: 4.5 is enough for text, 3 for frames and fields."""
    assert style.color is not None and style.bgcolor is not None
    one, two = (Color.from_rich_color(color) for color in (style.color, style.bgcolor))
    lights = sorted((_light(one), _light(two)))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def _light(color: Color) -> float:
    linear = (
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in color.normalized
    )
    red, green, blue = linear
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def numbers(style: Style) -> list[int | str]:
    """Letter and background colors among the terminal's 16, or the name of the terminal's own."""
    colors = (color.downgrade(ColorSystem.STANDARD) for color in (style.color, style.bgcolor) if color)
    return [
        f"own {'ground' * at}" if color.number is None else color.number for at, color in enumerate(colors)
    ]


class Tones(Show):
    """A line in each tone, fields, an editor, and a table with the cursor on a row that fails."""

    def __init__(self, theme: str) -> None:
        self.lines = Lines([Styled(f"made-up {tone}", tone) for tone in OF_TEXT])
        self.table = VirtualTable[str](
            (Column("sign", "", 1), Column("what", "WHAT", 20)),
            key=lambda row: row,
            cells=lambda row: (Styled("X", "bad"), Styled(f"made-up {row}", "warning")),
        )
        super().__init__()
        for own in OWN.values():
            self.register_theme(own)
        self.theme = theme

    def compose(self) -> ComposeResult:
        self.fields = Field("typed", id="name"), Field(placeholder="empty"), HiddenField()
        self.filter, self.editor = FilterField("x"), ValueEditor()
        yield from (self.lines, Pane(self.table), *self.fields, self.filter, self.editor)

    def on_mount(self) -> None:
        self.table.show(["one", "two"])
        self.editor.load(b"made-up text")

    def focusable(self) -> Iterator[Widget]:
        yield from (self.table, *self.fields, self.filter, self.editor)

    def bar(self, field: Widget) -> tuple[str, Style]:
        """The left edge of a field."""
        edge = next(iter(parts(field)))
        assert edge.style is not None
        return edge.text[0], edge.style

    def drawn(self) -> Iterator[tuple[str, Style]]:
        """Each text on the screen, and its style with letters and ground as they are seen."""
        for widget in (self.screen, *self.screen.query("*")):
            for part in parts(widget):
                style = part.style
                if style is not None and part.text.strip():
                    yield part.text.strip(), style


async def tone_styles(theme: str) -> dict[str, Style]:
    app = Tones(theme)
    async with app.run_test():
        return {tone: app.lines.tone_style(tone) for tone in TONES}


@pytest.mark.parametrize("theme", OTHERS)
async def test_all_that_is_drawn_can_be_read_wherever_the_focus_is(theme: str) -> None:
    app = Tones(theme)
    async with app.run_test(size=(80, 40)) as pilot:
        for widget in app.focusable():
            widget.focus()
            await pilot.pause()
            seen = list(app.drawn())
            letters = [(text, style) for text, style in seen if not set(text) <= LINES]
            words = {text.removeprefix("e") for text, _ in letters}  # the cursor may be on it
            assert {"typed", "mpty", "bad", "made-up two", "X"} <= words
            assert [one for one in letters if contrast(one[1]) < 4.5] == []
            focus = [contrast(style) for text, style in seen if set(text) <= FOCUS]
            assert min(focus) >= 3 if widget is not app.filter else not focus, "its frame or its bar"
            assert min(contrast(app.bar(field)[1]) for field in app.fields) >= 3, "the edge of a field"


@pytest.mark.parametrize("theme", OWN)
async def test_a_field_has_its_own_background_and_a_bar_that_shows_the_focus(theme: str) -> None:
    app = Tones(theme)
    async with app.run_test(size=(80, 40)) as pilot:
        for field in app.fields:
            field.focus()
            await pilot.pause()
            assert [other for other in app.fields if app.bar(other)[0] == "▌"] == [field]
            grounds = {part.style.bgcolor for part in list(parts(field))[1:] if part.style is not None}
            assert app.lines.tone_style("").bgcolor not in grounds


@pytest.mark.parametrize("theme", OWN)
async def test_failures_and_warnings_keep_their_color_under_the_cursor(theme: str) -> None:
    app = Tones(theme)
    async with app.run_test(size=(80, 40)) as pilot:
        for has_focus in (True, False):
            app.set_focus(app.table if has_focus else None)
            await pilot.pause()
            row = {part.text.strip(): part.style for part in app.table.render_line(1)}
            for text, tone in (("X", "bad"), ("made-up one", "warning")):
                style = row[text]
                assert style is not None and style.bold and bool(style.reverse) == has_focus
                assert style.color == app.table.tone_style(tone).color


TOLD_APART: Final = ("", "accent", "good", "warning", "bad")


@pytest.mark.parametrize("theme", OWN)
async def test_five_tones_are_five_of_the_sixteen_colors(theme: str) -> None:
    shown = await tone_styles(theme)
    assert len({numbers(shown[tone])[0] for tone in TOLD_APART}) == len(TOLD_APART)
    muted = shown["muted"]
    assert muted.dim or numbers(muted) not in [numbers(shown[tone]) for tone in TOLD_APART]


@pytest.mark.parametrize("theme", OWN)
async def test_struck_failing_and_cursor_text_differ_without_colors(theme: str) -> None:
    shown = await tone_styles(theme)
    assert shown["struck"].strike and shown["bad"].bold and shown["cursor"].reverse
    for tone, style in shown.items():
        letters, *ground = numbers(style)
        assert [letters] != ground, f"{tone} at sixteen colors"


# Nord's ground is the gray that selected text has.
@pytest.mark.parametrize("theme", [name for name in OWN if name != "secret-nord"])
def test_selected_text_in_an_editor_is_seen_at_sixteen_colors(theme: str) -> None:
    names = ("input-selection-background", "input-selection-foreground", "surface")
    wanted = [Color.parse(OWN[theme].variables[name]).rich_color for name in names]
    assert len({color.downgrade(ColorSystem.STANDARD).number for color in wanted}) == 3
