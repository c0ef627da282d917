"""Answers without limits: endless lists, zip bombs, endless lines, silence. Each ends in an error message."""

from __future__ import annotations

import asyncio
import resource
from contextlib import aclosing

import pytest

from tests.cluster.calls import REF, Call, is_unlinked
from tests.cluster.rude_server import (
    Heard,
    Rude,
    always,
    cluster_at,
    hangs,
    reply,
    secret_json,
    table_json,
    zipped,
)
from tui.cluster.api.resources import SECRETS
from tui.cluster.client import Cluster
from tui.cluster.http import exchange, status_errors, transport
from tui.model.errors import BadAnswer, ClusterError, TimedOut

CHUNKED = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n"


def chunk(data: bytes) -> bytes:
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


async def pages(cluster: Cluster) -> int:
    count = 0
    async with aclosing(cluster.pages(SECRETS, "default")) as listed:
        async for _ in listed:
            count += 1
    return count


async def test_a_list_that_repeats_its_continue_ends_with_a_sentence() -> None:
    async with Rude(always(reply(table_json("db", token="again")))) as rude, cluster_at(rude.url) as cluster:
        with pytest.raises(BadAnswer) as endless:
            await pages(cluster)
    assert "same continue token" in endless.value.sentence
    assert len(rude.heard) == 2


async def test_a_gzip_bomb_is_not_inflated() -> None:
    bomb = zipped(b" " * (exchange.MAX_CHUNK + 1))
    assert len(bomb) < 1024 * 1024
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    async with Rude(always(reply(bomb, content_encoding="gzip"))) as rude, cluster_at(rude.url) as cluster:
        with pytest.raises(BadAnswer) as refused:
            await pages(cluster)
    assert status_errors.TOO_LONG in refused.value.sentence
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before  # kB
    assert grown < 5 * exchange.MAX_CHUNK // 1024


async def test_a_body_that_says_it_is_too_long_is_not_read() -> None:
    async def script(heard: Heard, writer: asyncio.StreamWriter) -> None:
        writer.write(reply(content_length=str(exchange.MAX_CHUNK + 1)))
        await hangs(heard, writer)

    async with Rude(script) as rude, cluster_at(rude.url) as cluster:
        with pytest.raises(BadAnswer) as refused:
            await cluster.open(REF)
    assert status_errors.TOO_LONG in refused.value.sentence


async def test_a_line_of_2_gb_is_cut_off_at_16_mib() -> None:
    sent = 0

    async def script(heard: Heard, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(CHUNKED)
        piece = chunk(b"x" * 1_000_000)
        for _ in range(2_000):
            if writer.is_closing():
                return
            writer.write(piece)
            await writer.drain()
            sent += 1_000_000

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    async with Rude(script) as rude, cluster_at(rude.url) as cluster:
        with pytest.raises(BadAnswer) as refused:
            async with aclosing(cluster.watch(SECRETS, None, "7")) as events:
                async for _ in events:
                    pass
    assert status_errors.TOO_LONG in refused.value.sentence
    assert is_unlinked(refused.value)
    assert sent < 200_000_000
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before  # kB
    assert grown < 200_000


async def test_an_html_page_in_place_of_a_watch_is_reported_as_a_page() -> None:
    page = reply(b"<h1>Sign in to this network</h1>", content_type="text/html")
    async with Rude(always(page)) as rude, cluster_at(rude.url) as cluster:
        with pytest.raises(BadAnswer) as shown:
            async with aclosing(cluster.watch(SECRETS, "default", "5")) as events:
                async for _ in events:
                    raise AssertionError("it is not open")
    assert "HTTP 200, text/html" in shown.value.sentence


async def test_a_silent_watch_times_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "SILENCE", 0.2)

    async def script(heard: Heard, writer: asyncio.StreamWriter) -> None:
        writer.write(CHUNKED)
        await hangs(heard, writer)

    async with Rude(script) as rude, cluster_at(rude.url) as cluster:
        with pytest.raises(TimedOut) as silent:
            async with aclosing(cluster.watch(SECRETS, None, "7")) as events:
                async for _ in events:
                    pass
    assert silent.value.after == 0.2


async def test_every_read_that_is_not_answered_times_out(read: Call) -> None:
    async with Rude(hangs) as rude, cluster_at(rude.url, request_timeout=0.2) as cluster:
        with pytest.raises(TimedOut) as late:
            await read(cluster)
    assert late.value.after == 0.2
    assert is_unlinked(late.value)


@pytest.mark.slow
async def test_an_answer_may_take_longer_than_the_limit_as_long_as_it_goes_on() -> None:
    async def script(heard: Heard, writer: asyncio.StreamWriter) -> None:
        whole = reply(table_json("db"))
        piece = len(whole) // 12
        for start in range(0, len(whole), piece):
            writer.write(whole[start : start + piece])
            await writer.drain()
            await asyncio.sleep(0.15)

    async with Rude(script) as rude, cluster_at(rude.url, request_timeout=1.2) as cluster:
        assert await pages(cluster) == 1


async def test_an_answer_that_stops_in_the_middle_times_out() -> None:
    async def script(heard: Heard, writer: asyncio.StreamWriter) -> None:
        writer.write(reply(table_json("db"))[:-1])
        await hangs(heard, writer)

    async with Rude(script) as rude, cluster_at(rude.url, request_timeout=0.2) as cluster:
        with pytest.raises(TimedOut):
            await pages(cluster)


async def test_gzip_is_accepted_for_lists_but_not_for_watches_or_single_secrets() -> None:
    answer = reply(zipped(reply(table_json("db")).split(b"\r\n\r\n", 1)[1]), content_encoding="gzip")
    async with Rude(always(answer)) as rude, cluster_at(rude.url) as cluster:
        assert await pages(cluster) == 1
        with pytest.raises(ClusterError):
            async with aclosing(cluster.watch(SECRETS, "default", "7")) as events:
                async for _ in events:
                    pass
        with pytest.raises(ClusterError):
            await cluster.open(REF)
    asked = [heard.header("accept-encoding") for heard in rude.heard]
    assert asked == ["gzip", "identity", "identity"]


async def test_a_gzip_header_on_a_body_that_is_not_gzip_is_a_bad_answer(read: Call) -> None:
    answer = reply(secret_json(), content_encoding="gzip")
    async with Rude(always(answer)) as rude, cluster_at(rude.url) as cluster:
        with pytest.raises(BadAnswer) as refused:
            await read(cluster)
    assert status_errors.GARBLED in refused.value.sentence
    assert is_unlinked(refused.value)
