"""A watch of Secrets that never pauses: the events of a server that changes one all the time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from itertools import count
from typing import Any

import pytest
from msgspec.structs import replace

from tui.cluster.api.resources import SECRETS, Resource
from tui.cluster.api.watch_events import WatchEvent
from tui.cluster.client import Cluster
from tui.model.secret.secret import SecretSummary


class Flood:
    """Replaces each watch from now on; the events begin with `begin`."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._begun = asyncio.Event()
        self._rows: Callable[[], Sequence[SecretSummary]] = tuple
        self.sent = 0
        """Events so far."""

        async def watch(
            cluster: Cluster,
            resource: Resource[Any],
            namespace: str | None,
            version: str,
            *,
            name: str | None,
        ) -> AsyncGenerator[WatchEvent[Any]]:
            yield WatchEvent("bookmark", None, version)
            await self._begun.wait()
            if resource is not SECRETS:
                await asyncio.Event().wait()
            row = self._rows()[0]
            for number in count(int(version) + 1):
                self.sent += 1
                yield WatchEvent("put", replace(row, resource_version=str(number)), str(number))

        monkeypatch.setattr(Cluster, "watch", watch)

    def begin(self, rows: Callable[[], Sequence[SecretSummary]]) -> None:
        """Change the first of these rows all the time."""
        self._rows = rows
        self._begun.set()
