"""The program on its tour, with one of its own parts made to fail: SITE PLANT. For the leaks tests."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, NoReturn

from tests.crash_app import PLANTS


def fail_in_handler(plant: Callable[[], None]) -> None:
    from tui.ui.app.app import SecretTui

    def on_mount(self: Any) -> None:
        plant()

    SecretTui.on_mount = on_mount  # type: ignore[method-assign, assignment]


def fail_in_render(plant: Callable[[], None]) -> None:
    from tui.ui.widgets.table.table import VirtualTable

    def render_line(self: Any, y: int) -> None:
        plant()

    VirtualTable.render_line = render_line  # type: ignore[method-assign, assignment]


def fail_in_session(plant: Callable[[], None]) -> None:
    from tui.cluster.client import Cluster

    async def who_am_i(self: Any) -> None:
        plant()

    Cluster.who_am_i = who_am_i  # type: ignore[method-assign, assignment]


SITES = {"handler": fail_in_handler, "render": fail_in_render, "session": fail_in_session}


def main(site: str, plant: str) -> NoReturn:
    from tui import __main__ as program

    SITES[site](PLANTS[plant])
    sys.argv[1:] = ["--demo"]
    program.run()  # ends as the command does, without taking the interpreter to pieces


if __name__ == "__main__":
    main(*sys.argv[1:])
