"""A person at the program: presses that are answered before the next one, and what others do meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from functools import partial
from math import inf
from typing import Any, Final

from rich.cells import cell_len
from textual.widgets import Input

from tests.app_pilot import AFTER_A_LOOK, Stage, StillHands, on_stage
from tests.faulty_cluster.server import FaultyCluster
from tests.helpers import until
from tests.others import MINE as MINE
from tests.others import Others
from tests.others import secret_object as secret_object
from tui.model.secret.secret import SecretRef
from tui.model.secret.value import MASK as MASK
from tui.ui.base.screen import TuiScreen
from tui.ui.browser.listed_secrets import ListedSecrets
from tui.ui.dialogs.prompt import Question
from tui.ui.widgets.value.value_editor import ValueEditor

ADMIN, PASSWORD = "admin", "1f2d1e2e67df"
"""Values of mysecret, as text."""
_MOST_TURNS: Final = 500
"""Turns of the loop until a press that acts is handed on: nothing else comes, and the clock leaps."""
_BLANK_FRAMES: Final = str.maketrans(dict.fromkeys("┌┐└┘│─┏┓┗┛┃━", " "))


def pod_object(name: str, container: Mapping[str, Any], **spec: Any) -> dict[str, Any]:
    """A pod in default with one container."""
    main = {"name": "main", "image": "redis", **container}
    return {
        "kind": "Pod",
        "metadata": {"name": name, "namespace": "default"},
        "spec": {"containers": [main], **spec},
    }


class Person(Others, Stage):
    """The stage, and quick hands: a press is over when every widget has answered, without any pause."""

    async def press(self, *keys: str) -> None:
        for key in keys:
            await self.waits_for(self._is_painted, "what is pressed at to be painted")
            self.hands.press(self.app, key, apart=AFTER_A_LOOK)
            await self.pilot.pause(0)
            for _ in range(_MOST_TURNS):
                if not self.app.has_waiting:
                    break
                await asyncio.sleep(0)
            await self.calm()
            await self.waits_for(lambda: not self.app.is_answering, "what the press opens to be painted")

    def _is_painted(self) -> bool:
        screen = self.app.screen
        is_drawn = not isinstance(screen, TuiScreen) or screen.drawn_at < inf
        return is_drawn and not self.app.is_answering

    async def presses(self, keys: str, *texts: str, at: str = "") -> None:
        """Press keys, separated by blanks, and wait until all of these texts are on screen, or in a part."""
        await self.press(*keys.split())
        await (self.reads(at, *texts) if at else self.sees(*texts))

    async def runs(self, name: str, *texts: str) -> None:
        """Run a command by its name, as in the palette; wait until all of these texts are on screen."""
        await self.press("colon", *("space" if letter == " " else letter for letter in name))
        await self.presses("enter", *texts)

    async def click(self, text: str, *, line: str = "") -> tuple[int, int]:
        """Click on this text, in the first row of the screen that holds it and `line`; the cell's x and y."""
        rows = enumerate(self.text.splitlines())
        y, row = next((y, row) for y, row in rows if text in row and line in row)
        x = cell_len(row[: row.index(text)])
        await self.click_at(x, y)
        return x, y

    async def click_at(self, x: int, y: int) -> None:
        self.hands.click(self.app, x, y)
        await self.calm()
        await self.waits_for(lambda: not self.app.is_answering, "an answer to the click")
        await self.calm()

    async def paste(self, text: str) -> None:
        """Paste as a terminal with bracketed paste hands it over."""
        self.hands.paste(self.app, text)
        await self.calm()
        await self.waits_for(lambda: not self.app.is_answering, "an answer to the paste")
        await self.calm()

    def time_stands_still(self) -> None:
        """Let time pass only between presses from now on."""
        self.hands = still = StillHands(self.hands.now())
        self.app.press_clock, self.app.press_sleep = still.now, still.rest

    async def presses_soon(self, key: str, after: float) -> None:
        """Press a key so many seconds after the last one; time stands still."""
        self.hands.press(self.app, key, apart=after)
        await self.calm()
        await self.waits_for(lambda: not self.app.has_waiting and not self.app.is_answering, "an answer")
        await self.calm()

    async def calm(self) -> None:
        """Let every widget answer what it was sent, and what came of that."""
        for _ in range(3):
            await self.pilot.pause(0)

    async def open(self, ref: SecretRef = MINE, *, key: str = "") -> None:
        """Go into a Secret, as enter in the list does; wait for its keys, and put the cursor on that one."""
        screen: Any = self.app.screen
        screen.open_secret(ref)
        await self.waits_for(lambda: screen.secret.key, f"the keys of {ref}")
        if key:
            await self.put_cursor("#key-table", key)

    async def put_cursor(self, table: str, key: str) -> None:
        """Move a table's cursor to a row."""
        found: Any = self.app.screen.query_one(table)
        await self.waits_for(lambda: found.move_to(key), f"a row {key}")
        await self.calm()

    async def edit(self, key: str, text: str) -> None:
        """Type another value for a one-line key of the open Secret, and keep it."""
        await self.put_cursor("#key-table", key)
        await self.press("e")
        if isinstance(self.app.screen, Question):  # its source is offered instead
            await self.press("enter")
        await self.sees(f"/ {key}")
        self.app.screen.query_one(ValueEditor).load_text(text)
        await self.presses("enter", f"{key} kept in the draft")

    async def fills(self, text: str, *keys: str) -> None:
        """Replace the text of the topmost field; then press these keys."""
        await self.waits_for(lambda: self.app.screen.query(Input), "a field")
        self.app.screen.query_one(Input).value = text
        await self.calm()
        await self.press(*keys)

    async def reviewed(self) -> None:
        """Review the draft, and wait for the dry run's answer."""
        await self.presses("w", "accepted at")

    async def edit_to_review(self, key: str, text: str) -> None:
        """Edit a key, and review the draft."""
        await self.edit(key, text)
        await self.reviewed()

    async def writes_in_doubt(self) -> None:
        """Send a new password with an unknown outcome: no answer arrives, and nothing can be read."""
        await self.edit_to_review("password", "n3w-made-up")
        self.fault("drop_after", method="PATCH", path="*/secrets*")
        self.fault("status", code=503, method="GET", path="*/secrets/mysecret", times=None)
        await self.press("W")
        await self.waits_for(lambda: self.session.writes.unknown, "a doubt")

    async def acts_on(self, ref: SecretRef | str, keys: str, *texts: str) -> None:
        """Press keys on a Secret in the list, and wait until all of these texts are on screen."""
        await self.put_cursor("#secret-table", str(ref))
        await self.presses(keys, *texts)

    async def mark(self, *refs: SecretRef) -> None:
        """Mark these Secrets in the list."""
        for ref in refs:
            await self.put_cursor("#secret-table", str(ref))
            await self.press("space")
        await self.sees(f"{len(refs)} marked")

    async def sends(self, key: str, method: str, path: str = "*") -> None:
        """Press a key that sends a request; its answer does not arrive before the faults are cleared."""
        hang = self.fault("delay", method=method, path=path, seconds=3600)
        await self.press(key)
        await self.waits_for(lambda: hang.seen, f"a {method} on its way")

    async def sees(self, *texts: str) -> None:
        """Wait until all of these texts are on screen; on failure, report the screen."""
        for text in texts:
            await self.waits_for(partial(self._has, text), repr(text))

    async def sees_later(self, *texts: str) -> None:
        """Like `sees`, while the time passes for which requests and restarts wait."""

        def passes() -> bool:
            if any(wait <= 2 for wait in self.clock.waits):
                self.clock.advance(1.5)
            return all(map(self._has, texts))

        await self.waits_for(passes, repr(texts))

    async def sees_no(self, text: str) -> None:
        """Wait until this text is nowhere on screen."""
        await self.waits_for(lambda: not self._has(text), f"no {text!r}")

    def read(self, selector: str) -> str:
        """Return the text of a part of the screen, with broken lines joined."""
        x, y, width, height = self.app.screen.query_one(selector).region
        rows = self.app.screen._compositor.render_strips()[y : y + height]
        text = " ".join(strip.crop(x, x + width).text for strip in rows)
        return " ".join(text.translate(_BLANK_FRAMES).split())

    async def reads(self, selector: str, *texts: str) -> None:
        """Wait until all of these texts are in a part of the screen, wherever its lines break."""
        for text in texts:
            await self.waits_for(partial(self._reads, selector, text), f"{text!r} in {selector}")

    def _reads(self, selector: str, text: str) -> bool:
        return bool(self.app.screen.query(selector)) and text in self.read(selector)

    async def waits_for(self, is_true: Callable[[], object], what: str = "") -> None:
        try:
            await until(self.pilot, is_true, what)
        except AssertionError as error:
            raise AssertionError(f"{error} in\n{self.text}") from None

    # What others do, and what stands on the server

    @property
    def place(self) -> FaultyCluster:
        return self.cluster

    def others_drop(self, key: str, ref: SecretRef = MINE) -> None:
        """Somebody else takes one key out."""
        found = self.cluster.store.get("secrets", ref.namespace, ref.name)
        found["data"] = {name: text for name, text in found["data"].items() if name != key}
        self.cluster.store.put(found, manager="controller")

    def asked(self, *methods: str, part: str = "") -> list[str]:
        """The requests that arrived so far: method, path and query."""
        lines = [f"{seen.method} {seen.path}?{seen.query}" for seen in self.cluster.requests]
        return [line for line in lines if part in line and (not methods or line.split(" ", 1)[0] in methods)]

    def line_of(self, part: str) -> str:
        """The first row of the screen that holds this."""
        return next((line for line in self.text.splitlines() if part in line), "")

    @property
    def shown(self) -> frozenset[tuple[str, str]]:
        """The uid and key of each value that the main screen shows."""
        return self.app.screen_stack[0].revealed  # type: ignore[attr-defined, no-any-return]

    @property
    def listed(self) -> ListedSecrets:
        """Choice and rows of the list on the main screen."""
        return self.app.screen_stack[0].listed  # type: ignore[attr-defined, no-any-return]

    @property
    def status(self) -> str:
        """The status line: the one above the footer."""
        from tui.ui.widgets.bars.status import StatusLine

        return self.app.screen.query_one(StatusLine).message


@asynccontextmanager
async def sitting_at(*, settles: bool = True, **how: Any) -> AsyncIterator[Person]:
    """A person at the program (see `on_stage`), once Secrets and pods are there."""
    async with on_stage(**how) as stage:
        person = Person(stage.app, stage.pilot, stage.cluster, stage.session, stage.clock, stage.hands)
        if settles:
            await person.settles()
        yield person


@asynccontextmanager
async def in_secret(ref: SecretRef = MINE, *, key: str = "", **how: Any) -> AsyncIterator[Person]:
    """A person at the keys of a Secret, the cursor on one of them."""
    async with sitting_at(**how) as person:
        await person.open(ref, key=key)
        yield person
