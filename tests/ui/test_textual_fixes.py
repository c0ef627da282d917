"""Each fault of Textual that `tui/ui/textual_fixes/` is there for is still in it.

A test that fails here says which file to remove, with its uses.
"""

from __future__ import annotations

import gc
import os
import threading
import weakref
from types import SimpleNamespace
from typing import Any, Final

import pytest
from textual._styles_cache import StylesCache
from textual._xterm_parser import XTermParser
from textual.app import App, ComposeResult
from textual.color import Color
from textual.drivers.linux_driver import LinuxDriver
from textual.events import Key, Paste
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static

from tests.ui.moved_rows import painted_rows
from tests.widgets.show import Show
from tui.ui.textual_fixes import styles_cache as styles_cache
from tui.ui.widgets import lines
from tui.ui.widgets.lines import Lines

PASTED: Final = "made-up\x00\x1b[31m words"
TMUX: Final = "\x1bP>|tmux 3.3a\x1b\\"


def mended(fix: str) -> str:
    """Instruction for when the fault is gone."""
    return f"Textual has mended this: remove tui/ui/textual_fixes/{fix}.py and its uses"


def test_textual_keeps_the_styles_of_what_is_gone() -> None:
    plain = vars(StylesCache)["get_inner_outer"].__func__
    cache = StylesCache()
    plain(cache, Color(1, 2, 3), Color(4, 5, 6))
    gone = weakref.ref(cache)
    del cache
    gc.collect()
    assert gone() is not None, mended("styles_cache")
    plain.cache_clear()


async def test_textual_does_not_paint_what_moved_after_its_place_was_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert not await painted_rows(Screen, monkeypatch, asks=True) >= {0, 1}, mended("compositor")


async def test_textual_keeps_the_height_of_a_layout_in_between(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "forget_height", lambda widget: None)
    long = [f"made-up line {n}" for n in range(6)]
    shown, other = Lines(long[:2]), Lines(long[:1])
    async with Show(shown, other).run_test() as pilot:
        await pilot.pause()
        shown.show(long[:4])
        other.show(long[:2])
        other._check_refresh()
        shown.screen._refresh_layout()
        shown.show(long)
        await pilot.pause()
        assert shown.size.height != len(long), mended("box_model")


async def test_textual_gives_the_first_screen_no_callback() -> None:
    app: App[None] = App()
    async with app.run_test():
        app.install_screen(app.screen, "first")
        try:
            await app.switch_screen(Screen())
        except IndexError:
            return
    pytest.fail(mended("result_callback"))


async def test_textual_mounts_a_screen_without_its_parts_when_the_program_ends() -> None:
    missing: list[bool] = []

    class Block(Widget):
        def compose(self) -> ComposeResult:
            yield Static(id="part")

    class Opened(Screen[None]):
        def compose(self) -> ComposeResult:
            yield Block()

        def on_mount(self) -> None:
            missing.append(not self.query("#part"))

    app: App[None] = App()
    async with app.run_test():
        app.push_screen(Opened())
    assert missing == [True], mended("shutdown")


def test_textual_has_no_public_name_for_the_driver() -> None:
    names = {name for name in dir(App()) if "driver" in name and not name.startswith("_")}
    assert names == {"driver_class", "get_driver_class"}, mended("terminal_driver")


async def test_textual_sends_again_what_the_terminal_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = Static("made-up")

    class Plain(App[None]):
        def compose(self) -> ComposeResult:
            yield shown

    async with Plain().run_test() as pilot:
        await pilot.pause()
        sent: list[str] = []
        monkeypatch.setattr(shown.app._driver, "write", sent.append)
        monkeypatch.setattr(App, "is_headless", False)
        shown.refresh()
        compositor = shown.screen._compositor
        compositor.update_widgets({shown})
        shown.app._display(shown.screen, compositor.render_partial_update())
        monkeypatch.undo()
        assert "made-up" in "".join(sent), mended("shown_cells")


def test_textual_ends_at_a_byte_that_is_not_utf8() -> None:
    reading, writing = os.pipe()
    os.write(writing, b"\xffa")
    os.close(writing)
    ended = threading.Event()
    driver: Any = SimpleNamespace(
        fileno=reading, exit_event=ended, _debug=False, process_message=lambda message: ended.set()
    )
    try:
        LinuxDriver.run_input_thread(driver)
    except UnicodeDecodeError:
        return
    finally:
        os.close(reading)
    pytest.fail(mended("terminal_input"))


def test_textual_changes_what_is_pasted() -> None:
    events = list(XTermParser().feed(f"\x1b[200~{PASTED}\x1b[201~"))
    pasted = [event.text for event in events if isinstance(event, Paste)]
    assert pasted != [PASTED], mended("terminal_input")


def test_textual_takes_the_name_of_a_terminal_for_keys() -> None:
    events = list(XTermParser().feed(TMUX))
    assert any(isinstance(event, Key) for event in events), mended("terminal_answers")


async def test_textual_prints_the_locals_of_a_crash(capsys: pytest.CaptureFixture[str]) -> None:
    class Crashing(App[None]):
        def on_mount(self) -> None:
            value = "made-" + "up"
            raise RuntimeError(len(value))

    with pytest.raises(RuntimeError):
        async with Crashing().run_test():
            pass
    assert "made-up" in capsys.readouterr().err, mended("crash_guard")
