"""Requests over real sockets: which are followed, sent again, or let out at all."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.cluster.calls import REF, Call
from tests.cluster.rude_server import (
    Heard,
    Rude,
    always,
    cluster_at,
    drops,
    hangs,
    reply,
    secret_json,
)
from tui.model.errors import OutcomeUnknown, ReadOnly, Redirected, TimedOut, Unreachable


@pytest.fixture
async def second() -> AsyncIterator[Rude]:
    """Another host, where a redirect points to."""
    async with Rude(always(reply(secret_json()))) as rude:
        yield rude


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_an_error_and_never_followed(second: Rude, call: Call, status: int) -> None:
    answer = reply(status=status, location=f"http://localhost:{second.port}/elsewhere")
    async with Rude(always(answer)) as first, cluster_at(first.url) as cluster:
        with pytest.raises(Redirected) as refused:
            await call(cluster)
    assert refused.value.host == "localhost"
    assert second.connections == 0
    assert len(first.heard) == 1


async def test_a_redirect_to_the_same_host_is_not_followed_either() -> None:
    answer = reply(status=302, location="/api/v1/namespaces/default/secrets/other")
    async with Rude(always(answer)) as rude, cluster_at(rude.url) as cluster:
        with pytest.raises(Redirected):
            await cluster.open(REF)
    assert len(rude.heard) == 1


async def test_a_dropped_write_is_not_sent_twice_and_its_outcome_is_unknown(write: Call) -> None:
    async with Rude(drops) as rude, cluster_at(rude.url) as cluster:
        with pytest.raises(OutcomeUnknown):
            await write(cluster)
    assert len(rude.heard) == 1


async def test_a_write_dropped_on_a_kept_connection_is_not_sent_twice(write: Call) -> None:
    async def script(heard: Heard, writer: asyncio.StreamWriter) -> None:
        if heard.method == "GET":
            writer.write(reply(secret_json()))
        else:
            await drops(heard, writer)

    async with Rude(script) as rude, cluster_at(rude.url) as cluster:
        await cluster.open(REF)
        with pytest.raises(OutcomeUnknown):
            await write(cluster)
    assert [heard.method for heard in rude.heard[1:]] != ["GET"]
    assert len(rude.heard) == 2
    assert rude.connections == 1


async def test_a_dropped_dry_run_is_not_an_unknown_outcome(dry_run: Call) -> None:
    async with Rude(drops) as rude, cluster_at(rude.url) as cluster:
        with pytest.raises(Unreachable):
            await dry_run(cluster)
    assert len(rude.heard) == 1


async def test_a_read_is_sent_at_most_twice(read: Call) -> None:
    async with Rude(drops) as rude, cluster_at(rude.url) as cluster:
        with pytest.raises(Unreachable) as lost:
            await read(cluster)
    assert lost.value.why == "reset"
    assert len(rude.heard) in (1, 2)


async def test_a_write_that_never_got_a_connection_is_known_not_to_have_happened(write: Call) -> None:
    async with Rude(drops) as rude:
        url = rude.url
    async with cluster_at(url) as cluster:
        with pytest.raises(Unreachable) as refused:
            await write(cluster)
    assert refused.value.why == "refused"


async def test_a_write_without_an_answer_in_time_is_unknown(write: Call) -> None:
    async with Rude(hangs) as rude, cluster_at(rude.url, request_timeout=0.3) as cluster:
        with pytest.raises(OutcomeUnknown):
            await write(cluster)


async def test_a_dry_run_without_an_answer_in_time_timed_out(dry_run: Call) -> None:
    async with Rude(hangs) as rude, cluster_at(rude.url, request_timeout=0.3) as cluster:
        with pytest.raises(TimedOut):
            await dry_run(cluster)


async def test_a_write_whose_answer_breaks_off_is_unknown(write: Call) -> None:
    async def script(heard: Heard, writer: asyncio.StreamWriter) -> None:
        writer.write(reply(secret_json())[:-5])
        await writer.drain()
        writer.close()

    async with Rude(script) as rude, cluster_at(rude.url) as cluster:
        with pytest.raises(OutcomeUnknown):
            await write(cluster)


async def test_netrc_and_proxies_of_the_environment_are_not_read(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, second: Rude
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login jane password made-up-netrc\n")
    monkeypatch.setenv("NETRC", str(netrc))
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, second.url)
    async with Rude(always(reply(secret_json()))) as rude, cluster_at(rude.url, token=None) as cluster:
        await cluster.open(REF)
    assert rude.heard[0].header("authorization") is None
    assert second.connections == 0


async def test_cookies_are_not_kept() -> None:
    answer = reply(secret_json(), set_cookie="session=made-up; Path=/")
    async with Rude(always(answer)) as rude, cluster_at(rude.url) as cluster:
        await cluster.open(REF)
        await cluster.open(REF)
    assert [heard.header("cookie") for heard in rude.heard] == [None, None]


async def test_a_request_that_bypasses_the_transport_is_refused() -> None:
    async with Rude(always(reply(secret_json()))) as rude, cluster_at(rude.url) as cluster:
        await cluster.open(REF)
        client = cluster._transport._client
        assert client is not None
        with pytest.raises(ReadOnly):
            await client.send("GET", f"{rude.url}/api/v1/namespaces", [], None, 5.0)
    assert len(rude.heard) == 1
