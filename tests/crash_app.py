"""An app that crashes on purpose, run in a pseudo-terminal by the leaks tests: SITE PLANT."""

from __future__ import annotations

import asyncio
import gc
import os
import sys
import threading
from collections.abc import Callable
from functools import partial
from typing import Final

from textual.app import App, ComposeResult
from textual.reactive import reactive
from textual.widgets import Static

from tui.terminal import crash
from tui.ui.textual_fixes.crash_guard import CrashGuard

# By the environment, so that no source line holds it.
MARKER: Final = os.environ.get("MADE_UP_VALUE", "")


def plant_text() -> None:
    raise ValueError("cannot use " + os.environ["MADE_UP_VALUE"])


def plant_chain() -> None:
    try:
        plant_text()
    except ValueError:
        raise RuntimeError("went wrong")  # noqa: B904  the chain is what is tried


def plant_key() -> None:
    table: dict[str, str] = {}
    table[os.environ["MADE_UP_VALUE"]]


PLANTS: Final[dict[str, Callable[[], None]]] = {"text": plant_text, "chain": plant_chain, "key": plant_key}
SITES: Final = (
    *("compose", "handler", "render", "worker", "thread_worker", "suspend", "repr", "guard"),
    *("task", "callback", "thread", "unraisable", "excepthook"),
)
FATAL: Final = frozenset(SITES[:8])
"""Sites of a crash after which the app cannot go on."""


class Unspeakable(ValueError):
    """Error that fails itself when its text or repr is asked for."""

    def __init__(self, plant: Callable[[], None], value: str) -> None:
        super().__init__(value)
        self.plant = plant

    def __repr__(self) -> str:
        self.plant()
        return ""

    __str__ = __repr__


class Failing(Static):
    def render(self) -> str:
        app = self.app
        assert isinstance(app, Crashing)
        if app.is_rendering_badly:
            app.plant()
        return "fine"


class Crashing(CrashGuard, App[int]):
    is_rendering_badly = reactive(False)

    def __init__(self, site: str, plant: Callable[[], None]) -> None:
        super().__init__()
        self.site, self.plant = site, plant
        self.kept: list[object] = []
        self.ended = threading.Event()

    def compose(self) -> ComposeResult:
        if self.site == "compose":
            self.plant()
        yield Failing()

    def on_ready(self) -> None:
        getattr(self, f"crash_{self.site}", partial(self.exit, 0))()

    def crash_handler(self) -> None:
        self.plant()

    def crash_render(self) -> None:
        self.is_rendering_badly = True
        self.query_one(Failing).refresh()

    async def _fail(self) -> None:
        self.plant()

    def crash_worker(self) -> None:
        self.run_worker(self._fail(), exit_on_error=True)

    def crash_thread_worker(self) -> None:
        self.run_worker(self.plant, thread=True, exit_on_error=True)

    def crash_suspend(self) -> None:
        with self.suspend():
            self.plant()

    def crash_repr(self) -> None:
        value = MARKER
        raise Unspeakable(self.plant, value)

    def crash_guard(self) -> None:
        crash._heading = lambda error: [str(self.plant())]
        self.plant()

    def crash_task(self) -> None:
        self.kept.append(asyncio.create_task(self._fail()))
        self.call_later(self.exit, 0)

    def crash_thread(self) -> None:
        def late() -> None:
            self.ended.wait()
            self.plant()

        thread = threading.Thread(target=late)
        thread.start()
        self.kept.append(thread)
        self.exit(0)


class Fragile:
    def __init__(self, plant: Callable[[], None]) -> None:
        self.plant = plant

    def __del__(self) -> None:
        self.plant()


async def run(site: str, plant: Callable[[], None]) -> int:
    app = Crashing(site, plant)
    crash.watch(asyncio.get_running_loop())
    with crash.held():
        await app.run_async()
    app.ended.set()
    for thing in app.kept:
        if isinstance(thing, threading.Thread):
            thing.join()
    app.kept.clear()
    gc.collect()
    if site == "callback":
        # What fails in the loop itself, when nothing catches what is written to stderr.
        asyncio.get_running_loop().call_soon(plant)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    return app.return_code or 0


def main(site: str, plant_name: str) -> int:
    plant = PLANTS[plant_name]
    crash.install()
    code = asyncio.run(run(site, plant))
    if site == "unraisable":
        Fragile(plant)
    if site == "excepthook":
        plant()
    return code


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
