"""A person between contexts: embedded clusters, one kubeconfig for all, and the program in one of them."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import yaml

from tests.app_pilot import NORMAL, STORY_TIME, Hands, browser_shown
from tests.faulty_cluster.server import FaultyCluster
from tests.still_clock import StillClock
from tests.ui.person import Person
from tui.cli import connect
from tui.cluster.auth.login import LoginRequest, log_in
from tui.embedded.demo.story import load_story
from tui.session.contexts import Contexts
from tui.terminal.remembered_file import RememberedFile
from tui.terminal.settings_file import Settings
from tui.ui.app.app import SecretTui

Config = dict[str, Any]


def kubeconfig(clusters: dict[str, FaultyCluster], current: str, **users: Config) -> Config:
    """Kubeconfig with a context, cluster and user of each name; `users` replace the tokens."""
    return {
        "current-context": current,
        "contexts": [
            {"name": name, "context": {"cluster": name, "user": name, "namespace": "default"}}
            for name in clusters
        ],
        "clusters": [
            {"name": name, "cluster": {"server": cluster.url}} for name, cluster in clusters.items()
        ],
        "users": [
            {"name": name, "user": users.get(name.replace("-", "_"), {"token": cluster.token})}
            for name, cluster in clusters.items()
        ],
    }


def put(file: Path, config: Config) -> None:
    """Write a kubeconfig that is trusted: under ~/.kube, and only its owner may write it."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    file.write_text(yaml.safe_dump(config, sort_keys=False))
    file.chmod(0o600)


@dataclass
class Traveller(Person):
    """A person whose `session` and `cluster` follow the program to its context."""

    clusters: dict[str, FaultyCluster] = field(default_factory=dict)
    file: Path = Path()

    async def arrives(self, context: str) -> None:
        """Wait until the program is in this context and its list is live."""
        await self.waits_for(
            lambda: self.here == context and len(self.app.screen_stack) == 1, f"to be in {context}"
        )
        self.session, self.cluster = self.app.shared.session, self.clusters.get(context, self.cluster)
        await self.waits_for(lambda: self.session.secrets.state.is_live, "a live list")
        await self.calm()

    async def chooses(self, context: str) -> None:
        """Choose a context: X, its row, enter."""
        await self.press("X")
        await self.put_cursor("#choices", context)
        await self.press("enter")

    async def goes_to(self, context: str) -> None:
        """Choose a context, and wait until the program is there."""
        await self.chooses(context)
        await self.arrives(context)

    @property
    def here(self) -> str:
        return self.app.shared.session.cluster.target.context


@asynccontextmanager
async def between(
    *names: str,
    size: tuple[int, int] = NORMAL,
    settings: Settings | None = None,
    stories: Sequence[list[dict[str, Any]]] = (),
    memory: Path | None = None,
    file: Path | None = None,
    **users: Config,
) -> AsyncIterator[Traveller]:
    """Run the program in the first of these contexts, each with a cluster of its own."""
    clock, settings = StillClock(STORY_TIME), settings or Settings()
    async with AsyncExitStack() as stack:
        clusters = {
            name: await stack.enter_async_context(FaultyCluster(story=load_story(), now=clock.now))
            for name in names
        }
        file = file or Path(os.environ["HOME"]) / ".kube" / "config"
        put(file, kubeconfig(clusters, names[0], **users))

        request = LoginRequest(kubeconfig=file)
        make = connect.session_maker(settings, clock, rng=Random(7))
        session = make(*log_in(request), "default", None)
        app = SecretTui(session, settings, contexts=Contexts(request, make), memory=RememberedFile(memory))
        hands = Hands()
        app.press_clock, app.press_sleep = hands.now, hands.rest
        try:
            async with app.run_test(size=size) as pilot:
                person = Traveller(app, pilot, clusters[names[0]], session, clock, hands, clusters, file)
                await browser_shown(pilot)
                await person.arrives(names[0])
                yield person
        finally:
            for left in app.sessions:
                await left.close()
