"""Records what the real API server answers: `python -m tests.embedded.script.record`."""

from __future__ import annotations

import asyncio
import json
import ssl
import sys

import aiohttp

from tests.controlplane.plane import ControlPlane
from tests.embedded.script.player import RECORDED, SCRIPTS, Answer, Player


async def answers_of(plane: ControlPlane, name: str) -> list[Answer]:
    """The real server's answers to one script."""
    trust = ssl.create_default_context(cadata=plane.ca_pem.decode())
    tokens = {user: one.token for user, one in plane.users.items()}
    async with aiohttp.ClientSession(plane.url, connector=aiohttp.TCPConnector(ssl=trust)) as session:
        return await Player(session, tokens).play(SCRIPTS[name])


def main() -> None:
    with ControlPlane() as plane:
        recorded = {name: asyncio.run(answers_of(plane, name)) for name in SCRIPTS}
    RECORDED.write_text(
        json.dumps(recorded, ensure_ascii=False, indent=None, separators=(",", ":"), sort_keys=True).replace(
            '{"asked"', '\n{"asked"'
        )
        + "\n"
    )
    counts = {name: len(answers) for name, answers in recorded.items()}
    sys.stdout.write(f"{counts}\n")


if __name__ == "__main__":
    main()
