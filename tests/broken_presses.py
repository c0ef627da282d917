"""What is promised of presses and pictures, each broken in one way."""

from __future__ import annotations

from typing import Any, Final

from textual.app import App

from tests.control import Control


def _waits_for_nothing(real: Any) -> Any:
    async def on_mount(self: Any) -> None:
        pass

    return on_mount


OF_PRESSES: Final = (
    Control(
        13,
        "a key that came in pieces is taken for letters",
        "tui.ui.input.escape_fragments:Pieces.takes",
        lambda real: lambda *args, **options: False,
        ("tests/ui/test_pieces.py", "tests/promises/test_nobodys_keys.py"),
    ),
    Control(
        13,
        "what comes at once is taken for presses",
        "tui.ui.input.key_queue:ALONE",
        lambda real: -1.0,
        ("tests/ui/test_ahead.py", "tests/promises/test_nobodys_keys.py"),
    ),
    Control(
        13,
        "what acts does not sleep after a paste",
        "tui.ui.input.key_queue:ASLEEP",
        lambda real: 0.0,
        ("tests/ui/test_ahead.py", "tests/promises/test_nobodys_keys.py"),
    ),
    Control(
        13,
        "what opens by itself takes presses from before",
        "tui.ui.input.dispatcher:OneByOne.on_mount",
        _waits_for_nothing,
        ("tests/ui/test_typed_ahead.py",),
    ),
    Control(
        13,
        "a terminal that is too small takes presses",
        "tui.ui.input.classify:is_cramped",
        lambda real: lambda screen: False,
        ("tests/ui/test_too_small.py",),
    ),
    Control(
        3,
        "pictures of the screen are saved",
        "tui.ui.app.no_screenshots:NoPictures.save_screenshot",
        lambda real: App.save_screenshot,
        ("tests/promises/test_no_pictures.py",),
    ),
)
