"""The embedded cluster answers every request of the scripts as the real API server was recorded to answer."""

from __future__ import annotations

import json

import aiohttp
import pytest

from tests.embedded.script.player import RECORDED, SCRIPTS, Player, differences, with_same_users
from tui.embedded.server import EmbeddedCluster


@pytest.mark.slow
@pytest.mark.parametrize("name", SCRIPTS)
async def test_answers_as_recorded(name: str) -> None:
    wanted = json.loads(RECORDED.read_text())[name]
    async with EmbeddedCluster() as cluster, aiohttp.ClientSession(cluster.url) as session:
        found = await Player(session, with_same_users(cluster)).play(SCRIPTS[name])
    assert [one["asked"] for one in found] == [one["asked"] for one in wanted], (
        "the recording is of another script"
    )
    wrong = [
        f"{theirs['asked']}\n    " + "\n    ".join(different)
        for theirs, ours in zip(wanted, found, strict=True)
        if (different := list(differences(theirs, ours)))
    ]
    assert not wrong, f"{len(wrong)} answers differ:\n" + "\n".join(wrong)
