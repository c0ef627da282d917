"""The embedded cluster for the tests in this folder."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest

from tests.faulty_cluster.server import FaultyCluster

NOW = 1_795_000_000.0
"""Time on the clock of the cluster under test."""


@dataclass(frozen=True)
class Answer:
    """A whole answer: `body` decoded if it is JSON, else text."""

    status: int
    headers: Any
    body: Any


class Caller:
    """Sends requests to one cluster as one user."""

    def __init__(self, cluster: FaultyCluster, session: aiohttp.ClientSession) -> None:
        self.cluster = cluster
        self.session = session

    async def __call__(
        self, method: str, path: str, body: Any = None, *, user: str = "admin", **headers: str
    ) -> Answer:
        sent = {"Authorization": f"Bearer {self.cluster.users[user].token}"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
            sent.setdefault(
                "Content-Type", "application/merge-patch+json" if method == "PATCH" else "application/json"
            )
        async with self.session.request(
            method, path, data=body, headers=sent, allow_redirects=False
        ) as response:
            raw = await response.read()
        try:
            return Answer(response.status, response.headers, json.loads(raw))
        except ValueError:
            return Answer(response.status, response.headers, raw.decode("utf-8", "replace"))


@pytest.fixture
async def cluster() -> AsyncIterator[FaultyCluster]:
    """An empty cluster whose clock stands still."""
    async with FaultyCluster(now=lambda: NOW) as started:
        yield started


@pytest.fixture
async def call(cluster: FaultyCluster) -> AsyncIterator[Caller]:
    """Caller that sends requests to `cluster`, as admin unless another user is named."""
    async with aiohttp.ClientSession(cluster.url) as session:
        yield Caller(cluster, session)
