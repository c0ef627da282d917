"""The real API server still answers as recorded, and random requests get the same answers from both."""

from __future__ import annotations

import json
import ssl
from contextlib import AsyncExitStack

import aiohttp
import pytest

from tests.controlplane.plane import ControlPlane
from tests.embedded.script.player import RECORDED, SCRIPTS, Player, differences, with_same_users
from tests.embedded.script.random_walk import Walk
from tests.embedded.script.record import answers_of
from tui.embedded.objects.times import parse
from tui.embedded.server import EmbeddedCluster

pytestmark = pytest.mark.real


@pytest.mark.parametrize("name", SCRIPTS)
async def test_the_recording_is_true(plane: ControlPlane, name: str) -> None:
    wanted = json.loads(RECORDED.read_text())[name]
    found = await answers_of(plane, name)
    wrong = [
        f"{theirs['asked']}\n    " + "\n    ".join(different)
        for theirs, ours in zip(wanted, found, strict=True)
        if (different := list(differences(theirs, ours)))
    ]
    assert not wrong, "record again, after looking: " + "\n".join(wrong)


@pytest.mark.parametrize("seed", range(6))
async def test_random_requests_are_answered_alike(plane: ControlPlane, seed: int) -> None:
    trust = ssl.create_default_context(cadata=plane.ca_pem.decode())
    async with AsyncExitStack() as stack:
        real_session = aiohttp.ClientSession(plane.url, connector=aiohttp.TCPConnector(ssl=trust))
        real = Player(
            await stack.enter_async_context(real_session),
            {user: one.token for user, one in plane.users.items()},
        )
        # Its clock is the real server's, so that the order of managedFields, which is by time, is the same.
        cluster = await stack.enter_async_context(EmbeddedCluster(now=lambda: parse(real.newest)))
        session = await stack.enter_async_context(aiohttp.ClientSession(cluster.url))
        ours = Player(session, with_same_users(cluster))
        wrong = []
        for at, case in enumerate(Walk(seed).cases(150)):
            for theirs, mine in zip(await real.play([case]), await ours.play([case]), strict=True):
                if different := list(differences(theirs, mine)):
                    wrong.append(f"step {at}: {theirs['asked']}\n    " + "\n    ".join(different))
    assert not wrong, f"{len(wrong)} answers differ:\n" + "\n".join(wrong[:20])
