"""Views of a value: every byte is visible, none is an order to the terminal, and 1 MB is quick."""

from __future__ import annotations

import pytest

from tests.helpers import until
from tests.widgets.show import HOSTILE, Show, assert_harmless, lines
from tui.model.text.printable import printable
from tui.ui.widgets.value.value_view import HexView, ValueView


def drawn(view: ValueView | HexView) -> list[str]:
    return [line.rstrip(" ┃") for line in lines(view)]


async def test_line_ends_tabs_and_odd_bytes_are_visible() -> None:
    view = ValueView()
    async with Show(view).run_test(size=(40, 8)) as pilot:
        view.show(b"one\r\ntwo\tx\n\x1b[31m\xff\n\n last\r")
        await pilot.pause()
        assert drawn(view)[:5] == ["  one␍⏎", "  two⇥x⏎", "  ␛[31m‹xFF›⏎", "  ⏎", "   last␍"]
        view.show(b"no final line break")
        await pilot.pause()
        assert drawn(view)[0] == "  no final line break"
        view.show(b"")
        await pilot.pause()
        assert not "".join(drawn(view)).strip()


@pytest.mark.slow
@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("width", [60, 20, 9, 3])
async def test_hostile_values_are_drawn_as_text(hostile: str, width: int) -> None:
    view, hexes = ValueView(), HexView()
    data = (hostile * 3).encode("utf-8", "surrogateescape")
    async with Show(view, hexes).run_test(size=(width, 60)) as pilot:
        view.show(data)
        hexes.show(data)
        await pilot.pause()
        assert_harmless([view, hexes])
        if width == 60:
            assert printable(hostile).split("⏎")[0][:20] in drawn(view)[0]


async def test_a_full_line_keeps_the_mark_of_its_end() -> None:
    view = ValueView()
    async with Show(view).run_test(size=(25, 8)) as pilot:
        view.show(b"x" * 20 + b"\r\n" + b"y" * 40 + b"\n" + "日".encode() * 15)
        await pilot.pause()
        assert drawn(view)[:5] == [
            "  " + "x" * 20 + "␍⏎",
            "  " + "y" * 20,
            "  " + "y" * 20 + "⏎",
            "  " + "日" * 10,
            "  " + "日" * 5,
        ]


@pytest.mark.parametrize(
    ("presses", "first"),
    [
        (["j"], 1),
        (["down", "up", "k"], 0),
        (["pagedown"], 10),
        (["space", "pageup"], 0),
        (["ctrl+d"], 5),
        (["ctrl+d", "ctrl+u"], 0),
        (["end", "home"], 0),
        (["G"], 90),
    ],
)
async def test_keys_scroll_a_value(presses: list[str], first: int) -> None:
    view = ValueView()
    async with Show(view).run_test(size=(40, 10)) as pilot:
        view.show("\n".join(map(str, range(100))).encode())
        view.focus()
        await pilot.press(*presses)
        await pilot.pause()
        assert drawn(view)[0].strip(" ⏎") == str(first)


async def test_the_end_of_a_megabyte_is_reached_though_its_lines_are_laid_out_later() -> None:
    view = ValueView()
    async with Show(view).run_test(size=(80, 20)) as pilot:
        view.show((b"x" * 63 + b"\n") * 16_383 + b"the last line")
        view.focus()
        await pilot.press("G")
        await until(pilot, lambda: any("the last line" in line for line in drawn(view)), "the last line")


@pytest.mark.parametrize(("width", "per_line"), [(80, 16), (60, 8), (48, 8), (30, 4)])
async def test_the_hex_view_fits_the_width(width: int, per_line: int) -> None:
    view = HexView()
    async with Show(view).run_test(size=(width, 20)) as pilot:
        view.show(bytes(range(0x38, 0x48)) + b"\xff")
        await pilot.pause()
        assert view.line_count == -(-17 // per_line)
        first = drawn(view)[0]
        assert first.startswith("00000000  38 39")
        assert first.endswith("89:;<=>?@ABCDEFG"[:per_line])
        assert drawn(view)[view.line_count - 1].split() == [f"{16:08x}", "ff", "·"]
