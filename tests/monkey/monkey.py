"""A monkey at the program: it presses, pastes, resizes, clicks, and lets others write and the cluster fail.

After each act the program must run, have sent no control character of a value to the terminal, show no
masked value, and still have each draft that was neither written nor discarded.
"""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from random import Random
from typing import Any, Final

import pytest
from rich.color import ColorSystem
from textual._compositor import LayoutUpdate
from textual.geometry import Region

from tests.app_pilot import on_stage
from tests.faulty_cluster.server import FaultyCluster
from tests.ui.person import Person, secret_object
from tui.model.draft.draft import Draft
from tui.model.secret.secret import SecretRef
from tui.model.text.printable import has_unseen
from tui.session.writes.drafts import Drafts
from tui.terminal.crash import describe
from tui.terminal.settings_file import Settings
from tui.ui.app.cover import CoverScreen
from tui.ui.base.screen import TuiScreen
from tui.ui.browser.screen import BrowserScreen
from tui.ui.commands import COMMANDS, commands_in
from tui.ui.textual_fixes.shown_cells import ShownCells

ACTS: Final = 200
"""Acts of one round."""
MARK: Final = "m4de-up-v4lue"
"""Part of every value; it must not be on a masked screen."""
SIZES: Final = ((80, 24), (120, 36), (200, 60), (40, 10), (31, 9), (20, 5), (1, 1))
REFS: Final = (
    SecretRef("default", "mysecret"),
    SecretRef("default", "monkey"),
    SecretRef("web", "monkey"),
    SecretRef("default", "feature-flags"),
)
_SEQUENCE: Final = re.compile(r"\x1b\[[0-9;]*[GHm]")
_MOVES: Final = (
    *("up", "down", "left", "right", "pageup", "pagedown", "home", "end", "tab", "shift+tab"),
    *("enter", "escape", "space", "backspace", "delete", "ctrl+a", "ctrl+e", "ctrl+u", "ctrl+w"),
)
_WORDS: Final = (
    *("monkey", "default", "web", "payments", "password", "key:pass", "type:tls", "by:none", "!x", "all"),
    *(
        "ns web",
        "why mypod",
        "rotate",
        "made-up",
        "a=b",
        "web/site",
        "payments-cluster",
        "../x",
        "~",
        "/tmp/none",
        "é漢字",
    ),
)
_NEVER: Final = {"quit_program", "stop_running", "suspend_program", "edit_outside"}
"""Commands that end or stop the program, or hand the terminal over."""
_DROPPERS: Final = re.compile(r"tui\.(session\.writes\.|ui\.(review|browser|pages)\.)")
"""The modules that drop a draft on purpose."""
_FAULTS: Final[tuple[dict[str, Any], ...]] = (
    *({"kind": "status", "code": code} for code in (401, 403, 404, 409, 410, 422, 429, 500, 503)),
    *({"kind": kind} for kind in ("html", "garbage", "drop_before", "drop_after")),
    {"kind": "delay", "seconds": 0.05},
    {"kind": "late", "seconds": 0.05},
    {"kind": "redirect", "url": "http://elsewhere.example.test/"},
)
MOST_AT_ONE: Final = 12
"""Acts on one screen until the monkey leaves it."""
_LONGEST: Final = 2_000
"""Turns of the event loop until a press counts as never answered."""


class MonkeyError(AssertionError):
    """Fault that the monkey found, with the acts that led to it."""


class Monkey(Person):
    """Person that does random acts and checks the program after each."""

    def begin(self, seed: int) -> None:
        self.rng, self.acts = Random(seed), list[str]()
        self.found: MonkeyError | None = None
        self._shown = ShownCells(ColorSystem.TRUECOLOR)
        self._at: type = type(self.app.screen)
        self._since = 0
        """Acts since the monkey came to this screen."""
        self._dropped: set[SecretRef] = set()
        self._drafts: set[SecretRef] = set()
        self._keys = [
            key for command in COMMANDS if command.id not in _NEVER for key in command.keys.split(",") if key
        ]
        never = {key for command in COMMANDS if command.id in _NEVER for key in command.keys.split(",")}
        self._never = never | {"ctrl+q", "ctrl+c", "ctrl+z", "ctrl+o"}

    def saw_dropped(self, ref: SecretRef) -> None:
        self._dropped.add(ref)

    async def act(self) -> None:
        """Perform a random act and check the program."""
        acts: list[tuple[int, Callable[[], Any]]] = [
            (30, self._presses_a_command),
            (25, self._presses_any),
            (10, self._types),
            (10, self._pastes),
            (3, self._resizes),
            (5, self._clicks),
            (6, self._others_write),
            (5, self._fails),
            (5, self._waits),
            (10, self._edits),
            (4, self._reviews),
        ]
        if isinstance(self.app.screen, CoverScreen):
            acts = [(1, partial(self._key, "enter"))]
        elif self._since > MOST_AT_ONE and len(self.app.screen_stack) > 1:
            acts = [(1, partial(self._key, "escape"))]
        (chosen,) = self.rng.choices([act for _, act in acts], [weight for weight, _ in acts])
        try:
            await chosen()
            await self._rests()
            self._look()
        except Exception as error:
            last = "\n".join(self.acts[-25:])
            what = f"{describe(error)}\n{error}\nafter {len(self.acts)} acts:\n{last}"
            self.found = MonkeyError(what)
            raise self.found from error

    # What it does

    def _note(self, act: str, what: object = "") -> None:
        place = type(self.app.screen).__name__
        self.acts.append(f"  {act} {what!r} at {place}")

    async def _key(self, key: str) -> None:
        if key in self._never:
            return
        self._note("press", key)
        self.hands.press(self.app, key)
        await self._rests()

    async def _presses_a_command(self) -> None:
        screen = self.app.screen
        here = commands_in(screen.place) if isinstance(screen, TuiScreen) else []
        keys = [key for command in here if command.id not in _NEVER for key in command.keys.split(",") if key]
        await self._key(self.rng.choice(keys or self._keys))

    async def _presses_any(self) -> None:
        letters = [chr(code) for code in range(0x21, 0x7F)]
        await self._key(self.rng.choice((*_MOVES, *_MOVES, *_MOVES, *letters, "\u3164", "\u0301", "漢")))

    async def _types(self) -> None:
        for letter in self.rng.choice(_WORDS):
            await self._key("space" if letter == " " else letter)
        if self.rng.random() < 0.6:
            await self._key("enter")

    async def _pastes(self) -> None:
        text = self.rng.choice(
            (
                self._any_text(),
                self._any_text(),
                self.rng.choice(_WORDS),
                f"A={MARK}1\nB={MARK}2\n",
                f"apiVersion: v1\nkind: Secret\nmetadata: {{name: pasted}}\nstringData: {{a: {MARK}3}}\n",
                f"pasted-{self.rng.random()}",
                f"{MARK}\n" * 2_000,
                "x" * 70_000,
                "",
            )
        )
        self._note("paste", text[:60])
        self.hands.paste(self.app, text)

    def _any_text(self) -> str:
        ranges = ((0, 0x20), (0x20, 0x7F), (0x7F, 0xA1), (0x300, 0x370), (0x2000, 0x2070), (0x1F1E6, 0x1F400))
        chosen = [self.rng.choice(ranges) for _ in range(self.rng.randint(1, 12))]
        return "".join(chr(self.rng.randrange(*one)) for one in chosen)

    async def _resizes(self) -> None:
        size = self.rng.choice(SIZES)
        self._note("resize", size)
        await self.pilot.resize_terminal(*size)
        self._shown.forget()
        if size < (30, 8):
            await self._rests()
            self._look()
            await self.pilot.resize_terminal(80, 24)

    async def _clicks(self) -> None:
        width, height = self.app.size
        at = self.rng.randrange(width), self.rng.randrange(height)
        self._note("click", at)
        self.hands.click(self.app, *at)

    async def _others_write(self) -> None:
        ref, store = self.rng.choice(REFS), self.cluster.store
        is_there = f"{ref.namespace}/{ref.name}" in store.by_resource["secrets"].records
        if is_there and self.rng.random() < 0.2:
            self._note("others delete", str(ref))
            self.others_delete(ref)
        elif is_there:
            key = self.rng.choice(("password", "username", "new"))
            self._note("others set", f"{ref} {key}")
            self.others_set(key, f"{MARK}-{self.rng.random()}".encode(), ref)
        else:
            self._note("others make", str(ref))
            self.others_make(ref, {"password": MARK.encode(), "tls.crt": b"\x00\xff\x1b[2J"})

    async def _fails(self) -> None:
        if self.cluster.faults.active and self.rng.random() < 0.5:
            self._note("faults end")
            self.cluster.faults.clear()
            return
        what = dict(self.rng.choice(_FAULTS)) | {"times": self.rng.choice((1, 1, 3))}
        what["method"] = self.rng.choice(("*", "GET", "PATCH", "POST"))
        self._note("fault", what)
        self.fault(what.pop("kind"), **what)

    async def _waits(self) -> None:
        seconds = self.rng.choice((0.5, 2.0, 11.0, 61.0, 100.0, 4_000.0))
        self._note("wait", seconds)
        self.clock.advance(seconds)
        self.hands.ahead += seconds

    async def _edits(self) -> None:
        """Open a Secret and begin to change it."""
        for _ in range(6):
            if len(self.app.screen_stack) > 1:
                await self._key("escape")
        screen: Any = self.app.screen
        if len(self.app.screen_stack) > 1 or not isinstance(screen, BrowserScreen):
            return
        ref = self.rng.choice(REFS)
        self._note("open", str(ref))
        screen.open_secret(ref)
        await self._rests()
        await self._key(self.rng.choice(("down", "up", "r", "end")))
        await self._key(self.rng.choice("essadEtnu"))
        for letter in self.rng.choice(("x", "1f", "new", "a b", "")):
            await self._key("space" if letter == " " else letter)
        await self._key(self.rng.choice(("enter", "enter", "ctrl+s", "escape")))

    async def _reviews(self) -> None:
        for key in self.rng.choice(("w", "wW", "wWU", "wDy", "uu", "Rw")):
            await self._key(key)

    # What it waits for, and what must hold

    async def _rests(self) -> None:
        """Let the program answer; advance the clock if it waits for the cluster."""
        for turn in range(_LONGEST):
            await self.pilot.pause(0)
            if not self.app.is_answering and not self.app.has_waiting:
                break
            if turn % 100 == 99:
                self.clock.advance(30.0)
                self.hands.ahead += 1.0
        else:
            raise AssertionError("a press is never answered")
        await self.calm()

    def _look(self) -> None:
        app = self.app
        self._since = self._since + 1 if type(app.screen) is self._at else 0
        self._at = type(app.screen)
        if app._exception is not None:
            raise app._exception
        assert app.is_running, "the program ended"
        rows: Any = [[strip] for strip in app.screen._compositor.render_strips()]
        sent = _SEQUENCE.sub("", self._shown.changes(LayoutUpdate(rows, Region(0, 0, *app.size))))
        assert sent.isprintable() and not has_unseen(sent), f"sent raw: {sent!r}"
        if not app._showing and not self._may_show:
            assert MARK not in self.text, f"a value on a masked screen:\n{self.text}"
        drafts = {draft.ref for draft in self.session.drafts.all()}
        lost = self._drafts - drafts - self._dropped
        assert not lost, f"drafts are gone: {', '.join(map(str, lost))}"
        self._drafts, self._dropped = drafts, set()

    @property
    def _may_show(self) -> bool:
        """True if a field is open, which shows typed and pasted text."""
        return bool(self.app.screen.query("Input, TextArea"))


def _watch_drops(monkeypatch: pytest.MonkeyPatch, dropped: Callable[[SecretRef], None]) -> None:
    """Report the drafts that are dropped on purpose."""
    drop, put, written = Drafts.drop, Drafts.put, Drafts.written

    def watched(self: Drafts, ref: SecretRef, uid: str | None = None) -> None:
        if _DROPPERS.match(sys._getframe(1).f_globals["__name__"]):
            dropped(ref)
        drop(self, ref, uid)

    def kept(self: Drafts, draft: Draft, *rest: Any) -> Any:
        if draft.is_empty:  # its last step was undone
            dropped(draft.ref)
        return put(self, draft, *rest)

    def wrote(self: Drafts, sent: Any, *rest: Any) -> None:
        dropped(sent.ref)
        written(self, sent, *rest)

    monkeypatch.setattr(Drafts, "drop", watched)
    monkeypatch.setattr(Drafts, "put", kept)
    monkeypatch.setattr(Drafts, "written", wrote)


@asynccontextmanager
async def monkey(seed: int, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Monkey]:
    """Start a monkey at the demo's cluster, with Secrets whose values hold the mark."""

    def prepare(cluster: FaultyCluster) -> None:
        for ref in REFS[1:3]:
            data = {"password": MARK.encode(), "json": f'{{"a": "{MARK}"}}'.encode(), "odd": b"\x1b[2J\x00"}
            cluster.store.put(secret_object(ref.name, data, namespace=ref.namespace))

    monkeypatch.setenv("EDITOR", "none-made-up")
    one: Monkey | None = None
    how: Any = {"size": (80, 24), "request_timeout": 1.0, "prepare": prepare, "settings": Settings()}
    try:
        async with on_stage(**how) as stage:
            one = Monkey(stage.app, stage.pilot, stage.cluster, stage.session, stage.clock, stage.hands)
            monkeypatch.setattr(stage.app, "exit", lambda *_, **__: None)
            one.begin(seed)
            _watch_drops(monkeypatch, one.saw_dropped)
            await one.settles()
            yield one
            stage.cluster.faults.clear()
            await asyncio.sleep(0)
    except Exception:
        if one is None or one.found is None:
            raise
        raise one.found from None  # Pilot raises again what ended the program, without the acts
