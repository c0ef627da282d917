"""Lookups of host names: on a thread, and never in the way of quitting."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from tests.cluster.calls import REF, Call
from tests.cluster.rude_server import Rude, always, cluster_at, reply, secret_json
from tests.helpers import eventually
from tui.model.errors import OutcomeUnknown, TimedOut, Unreachable


class Hanging:
    """Name server that does not answer until it is released."""

    def __init__(self) -> None:
        self.asked, self.released = threading.Event(), threading.Event()

    def __call__(self, *_: Any, **__: Any) -> list[Any]:
        self.asked.set()
        self.released.wait(30)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 1))]


@pytest.fixture
def hanging(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hanging]:
    name_server = Hanging()
    monkeypatch.setattr(socket, "getaddrinfo", name_server)
    yield name_server
    name_server.released.set()


def test_a_hanging_resolver_does_not_hold_up_quitting(hanging: Hanging) -> None:
    async def run_and_quit() -> None:
        async with cluster_at("http://cluster.invalid") as cluster:
            task = asyncio.create_task(cluster.open(REF))
            await eventually(hanging.asked.is_set)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

    asyncio.run(run_and_quit())  # closes the loop, and with it the default executor
    assert not hanging.released.is_set()


@pytest.mark.slow
async def test_a_hanging_resolver_is_a_time_out_and_never_an_unknown_outcome(
    hanging: Hanging, call: Call
) -> None:
    async with cluster_at("http://cluster.invalid", request_timeout=0.02) as cluster:
        with pytest.raises(TimedOut):
            await call(cluster)


async def test_an_unknown_host_name_is_reported_as_a_dns_failure(
    monkeypatch: pytest.MonkeyPatch, call: Call
) -> None:
    def unknown(*_: Any, **__: Any) -> list[Any]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    async with cluster_at("http://cluster.invalid") as cluster:
        with pytest.raises(Unreachable) as refused:
            await call(cluster)
    assert (refused.value.why, refused.value.host) == ("dns", "cluster.invalid")


async def test_a_closed_cluster_sends_nothing_more(call: Call) -> None:
    async with Rude(always(reply(secret_json()))) as rude:
        async with cluster_at(rude.url) as cluster:
            await cluster.open(REF)
        with pytest.raises((Unreachable, OutcomeUnknown)) as refused:
            await call(cluster)
    assert isinstance(refused.value, Unreachable)
    assert len(rude.heard) == 1
