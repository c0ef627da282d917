"""The app under Pilot, on an embedded cluster, by a clock that only the test moves."""

from __future__ import annotations

import asyncio
import time
import unicodedata
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, partial
from random import Random
from typing import Any, Final

from msgspec.structs import replace
from textual import events
from textual._styles_cache import StylesCache
from textual.keys import REPLACED_KEYS, _character_to_key, _get_unicode_name_from_key
from textual.pilot import Pilot

from tests.faster_textual import spare
from tests.faulty_cluster.server import FaultyCluster
from tests.helpers import until
from tests.still_clock import StillClock
from tui.cluster.auth import credentials
from tui.cluster.client import Cluster
from tui.cluster.kubeconfig.target import Impersonate, LoginTarget
from tui.embedded.demo.story import load_story
from tui.embedded.users import Rule
from tui.model.draft.plan import FileInputs
from tui.model.secret.secret import SecretRef
from tui.model.viewers import Viewers
from tui.model.why import WhyQuestion
from tui.session.contexts import Contexts
from tui.session.session import Session
from tui.session.writes.audit import Journal
from tui.terminal.settings_file import Settings
from tui.ui.app.app import SecretTui
from tui.ui.browser.screen import BrowserScreen

spare()

STORY_TIME: Final = datetime(2026, 11, 24, 14, 0, tzinfo=UTC).timestamp()
"""Time at which the tour's story takes place and its pictures are taken."""

BETWEEN_PRESSES: Final = 0.1
"""Seconds between two presses of quick hands."""
AFTER_A_LOOK: Final = 0.9
"""Seconds between two presses of a person who reads the screen after each."""

SMALL, NORMAL, LARGE = (80, 24), (120, 36), (200, 60)
SIZES: Final = (SMALL, NORMAL, LARGE)


@dataclass
class Hands:
    """Clock of presses: it leaps ahead instead of waiting for a person or for a pause to pass."""

    ahead: float = 0.0

    def now(self) -> float:
        return time.monotonic() + self.ahead

    async def rest(self, seconds: float) -> None:
        """Let these seconds pass at once."""
        self.ahead += seconds
        await asyncio.sleep(0)

    def press(self, app: SecretTui, *keys: str, apart: float = BETWEEN_PRESSES) -> None:
        """Press keys, each so many seconds after the one before, as the terminal's driver hands them over."""
        driver = app._driver
        assert driver is not None
        began = self.now()  # a busy machine sets none of them further apart
        self.ahead += apart * len(keys)
        for number, key in enumerate(keys, 1):
            name = _character_to_key(key) if len(key) == 1 and not key.isalnum() else key
            event = events.Key(name, _character_of(name))
            event.time = began + number * apart
            event.set_sender(app)
            driver.send_message(event)

    def click(self, app: SecretTui, x: int, y: int) -> None:
        """Click on a cell of the screen, as the terminal's driver hands it over."""
        driver = app._driver
        assert driver is not None
        self.ahead += BETWEEN_PRESSES
        for kind in (events.MouseDown, events.MouseUp):
            event = kind(None, x, y, 0, 0, 1, False, False, False, screen_x=x, screen_y=y)
            event.set_sender(app)
            driver.send_message(event)

    def paste(self, app: SecretTui, text: str) -> None:
        """Paste as a terminal with bracketed paste does, then leave a second before the next press."""
        self.ahead += BETWEEN_PRESSES
        event = events.Paste(text)
        event.time = self.now()
        app.post_message(event)
        self.ahead += 1.0


class StillHands(Hands):
    """Hands on a clock that does not move between presses, however slow the machine is."""

    def now(self) -> float:
        return self.ahead


def _character_of(key: str) -> str | None:
    try:
        return unicodedata.lookup(_get_unicode_name_from_key(REPLACED_KEYS.get(key, key)))
    except KeyError:
        return key if len(key) == 1 else None


@dataclass
class Stage:
    """App, cluster, session and clock that a test drives and looks at."""

    app: SecretTui
    pilot: Pilot[Any]
    cluster: FaultyCluster
    session: Session
    clock: StillClock
    hands: Hands

    @property
    def text(self) -> str:
        """Text on screen, a line per row."""
        return screen_text(self.app)

    async def press(self, *keys: str) -> None:
        """Press keys one after the other, letting the app answer each."""
        for key in keys:
            await until(self.pilot, lambda: not self.app.is_answering, "a painted screen")
            self.hands.press(self.app, key, apart=AFTER_A_LOOK)
            await self.pilot.pause()
            await until(self.pilot, lambda: not self.app.is_answering, "an answer")
            await self.pilot.pause()

    async def type(self, text: str) -> None:
        await self.press(*("space" if char == " " else char for char in text))

    async def sees(self, *texts: str) -> None:
        """Wait until all of these texts are on screen."""
        for text in texts:
            await until(self.pilot, partial(self._has, text), f"{text!r} in\n{self.text}")

    def _has(self, text: str) -> bool:
        return text in self.text

    async def sees_no(self, text: str) -> None:
        """Wait until this text is nowhere on screen."""
        await until(self.pilot, lambda: text not in self.text, f"no {text!r} in\n{self.text}")

    async def settles(self) -> None:
        """Wait until the lists of Secrets and of pods are live."""
        session = self.session
        await until(
            self.pilot,
            lambda: (
                session.secrets.state.is_live and (session.readers.state.is_live or session.namespace is None)
            ),
            "a live list",
        )
        await self.pilot.pause()


@cache
def _story() -> list[dict[str, Any]]:
    """The tour's story, read once: a cluster copies what it is given."""
    return load_story()


def screen_text(app: SecretTui) -> str:
    lines = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in lines)


async def browser_shown(pilot: Pilot[Any]) -> None:
    """Wait until the browser has replaced the first screen."""
    await until(pilot, lambda: isinstance(pilot.app.screen, BrowserScreen), "the browser")
    await pilot.pause()


@asynccontextmanager
async def on_stage(
    *,
    size: tuple[int, int] = NORMAL,
    settings: Settings | None = None,
    namespace: str | None = "default",
    start: SecretRef | None = None,
    user: str = "admin",
    rules: Sequence[Rule] | None = None,
    story: list[dict[str, Any]] | None = None,
    prepare: Callable[[FaultyCluster], None] | None = None,
    request_timeout: float | None = None,
    context: str = "payments-cluster",
    contexts: Contexts | None = None,
    journal: Journal | None = None,
    is_alone: bool = False,
    look: Callable[[], Viewers] | None = None,
    suggested: str | None = None,
    inputs: FileInputs | None = None,
    why: WhyQuestion | None = None,
    acts_as: Impersonate | None = None,
) -> AsyncIterator[Stage]:
    """Run the program on the tour's story until the block ends; `prepare` may change the cluster before.

    `rules`: what jane, or that user, may do. `is_alone`: only `start` is read, as for a command line.
    """
    clock = StillClock(STORY_TIME)
    settings = settings or Settings()
    async with FaultyCluster(story=_story() if story is None else story, now=clock.now) as cluster:
        if rules is not None:
            user = "jane" if user == "admin" else user
            cluster.users.add(user, rules=rules)
        if prepare is not None:
            prepare(cluster)
        target = LoginTarget(
            context, "payments-cluster", "guest", cluster.url, namespace or "default", token=cluster.token
        )
        if user != "admin":
            target = replace(target, user=user, token=cluster.users[user].token)
        target = replace(target, impersonate=acts_as)
        settings = settings.within(target.context, target.host, target.cluster)
        reached = Cluster(
            target,
            credentials.login(target),
            read_only=settings.read_only,
            request_timeout=request_timeout,
            now=clock.now,
        )
        session = Session(
            reached,
            clock,
            namespace=namespace,
            name=start.name if start is not None and is_alone else None,
            read_only=settings.read_only,
            is_guarded=bool(settings.guarded),
            journal=journal,
            keeps_undo=not settings.no_undo,
            rng=Random(7),
        )
        app = SecretTui(
            *(session, settings),
            start=start,
            badge="DEMO",
            contexts=contexts,
            look=look,
            suggested=suggested,
            inputs=inputs,
            why=why,
        )
        hands = Hands()
        app.press_clock, app.press_sleep = hands.now, hands.rest
        try:
            async with app.run_test(size=size) as pilot:
                await browser_shown(pilot)
                yield Stage(app, pilot, cluster, session, clock, hands)
        finally:
            await session.close()
            # It holds a thousand drawn widgets for two colours each: half a million objects to collect among.
            StylesCache.get_inner_outer.cache_clear()
