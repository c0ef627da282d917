"""Faults to order: each does to a request what it says, as often as it was asked to."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import aiohttp
import pytest

from tests.embedded.conftest import Caller
from tui.embedded.http.faults import Fault
from tui.embedded.server import EmbeddedCluster

SECRET = "/api/v1/namespaces/default/secrets/s"
SECRETS = "/api/v1/namespaces/default/secrets"
TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io"


@pytest.fixture(autouse=True)
def _a_secret(cluster: EmbeddedCluster) -> None:
    cluster.store.put({"kind": "Secret", "metadata": {"name": "s"}, "data": {"k": "YQ=="}})


async def until(is_true: Callable[[], bool]) -> None:
    """Lets everything else run until the condition holds."""
    between_looks = asyncio.Event()
    async with asyncio.timeout(5):
        while not is_true():
            with suppress(TimeoutError):
                await asyncio.wait_for(between_looks.wait(), 0.001)


def value(cluster: EmbeddedCluster) -> str:
    held: str = cluster.store.get("secrets", "default", "s")["data"]["k"]
    return held


@pytest.mark.parametrize("code", [400, 401, 403, 404, 409, 410, 422, 500, 503, 504])
async def test_a_refusal_is_a_status(cluster: EmbeddedCluster, call: Caller, code: int) -> None:
    cluster.faults.add(Fault("status", code=code))
    answer = await call("GET", SECRET)
    assert (answer.status, answer.body["kind"], answer.body["code"]) == (code, "Status", code)
    assert (await call("GET", SECRET)).status == 200


async def test_throttling_is_plain_text_with_a_time(cluster: EmbeddedCluster, call: Caller) -> None:
    cluster.faults.add(Fault("status", code=429, retry_after=7))
    answer = await call("GET", SECRET)
    assert answer.status == 429
    assert answer.body == "Too many requests, please try again later.\n"
    assert answer.headers["Retry-After"] == "7"
    assert answer.headers["Content-Type"].startswith("text/plain")


async def test_a_redirect_and_a_proxys_page(cluster: EmbeddedCluster, call: Caller) -> None:
    cluster.faults.add(Fault("redirect", url="http://127.0.0.1:1/"))
    answer = await call("GET", SECRET)
    assert (answer.status, answer.headers["Location"]) == (307, "http://127.0.0.1:1/")
    cluster.faults.add(Fault("html"))
    page = await call("GET", SECRET)
    assert page.status == 502
    assert page.body.startswith("<html>")
    cluster.faults.add(Fault("garbage"))
    assert isinstance((await call("GET", SECRET)).body, str)


async def test_only_fitting_requests_meet_a_fault(cluster: EmbeddedCluster, call: Caller) -> None:
    cluster.users.add("jane")
    fault = cluster.faults.add(
        Fault("status", method="PATCH", path="*/secrets/*", query="dryRun", times=2, code=500)
    )
    assert (await call("GET", SECRET)).status == 200
    assert (await call("PATCH", SECRET, {"data": {}})).status == 200
    assert [(await call("PATCH", f"{SECRET}?dryRun=All", {})).status for _ in range(3)] == [500, 500, 200]
    assert fault.seen == 2
    cluster.faults.add(Fault("status", user="jane", times=None))
    assert (await call("GET", SECRET)).status == 200
    assert (await call("GET", SECRET, user="jane")).status == 503
    cluster.faults.clear()
    assert (await call("GET", SECRET, user="jane")).status == 403


@pytest.mark.parametrize(("kind", "lands"), [("drop_before", "YQ=="), ("drop_after", "Yg==")])
async def test_a_lost_answer(cluster: EmbeddedCluster, call: Caller, kind: str, lands: str) -> None:
    cluster.faults.add(Fault(kind, method="PATCH"))  # type: ignore[arg-type]
    with pytest.raises(aiohttp.ClientError):
        await call("PATCH", SECRET, {"data": {"k": "Yg=="}})
    assert value(cluster) == lands


async def test_a_write_lands_after_its_client_left(cluster: EmbeddedCluster, call: Caller) -> None:
    cluster.faults.add(Fault("late", method="PATCH", seconds=0.1))
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await call("PATCH", SECRET, {"data": {"k": "Yg=="}})
    assert value(cluster) == "YQ=="
    await until(lambda: value(cluster) == "Yg==")


async def test_a_write_lands_after_its_connection_died(cluster: EmbeddedCluster, call: Caller) -> None:
    cluster.faults.add(Fault("late_drop", method="PATCH", seconds=0.05))
    with pytest.raises(aiohttp.ClientError):
        await call("PATCH", SECRET, {"data": {"k": "Yg=="}})
    assert value(cluster) == "YQ=="
    await until(lambda: value(cluster) == "Yg==")


async def test_a_late_write_is_answered_to_who_waits(cluster: EmbeddedCluster, call: Caller) -> None:
    cluster.faults.add(Fault("late", method="PATCH", seconds=0.01))
    answer = await call("PATCH", SECRET, {"data": {"k": "Yg=="}})
    assert answer.body["data"] == {"k": "Yg=="}


async def test_a_half_open_connection_says_nothing_until_cleared(
    cluster: EmbeddedCluster, call: Caller
) -> None:
    # Not a GET: the client sends one again by itself when its connection is lost.
    fault = cluster.faults.add(Fault("hang"))
    waiting = asyncio.create_task(call("PATCH", SECRET, {"data": {"k": "Yg=="}}))
    await until(lambda: fault.seen == 1)
    assert not waiting.done()
    cluster.faults.clear()
    with pytest.raises(aiohttp.ClientError):
        await waiting
    assert value(cluster) == "YQ=="


async def test_a_delay_ends_when_cleared(cluster: EmbeddedCluster, call: Caller) -> None:
    fault = cluster.faults.add(Fault("delay", seconds=60))
    waiting = asyncio.create_task(call("GET", SECRET))
    await until(lambda: fault.seen == 1)
    cluster.faults.clear()
    assert (await waiting).status == 200


async def test_a_body_ends_in_the_middle(cluster: EmbeddedCluster, call: Caller) -> None:
    cluster.faults.add(Fault("truncate"))
    with pytest.raises(aiohttp.ClientError):
        await call("GET", SECRETS)


async def test_a_table_whose_parts_do_not_fit(cluster: EmbeddedCluster, call: Caller) -> None:
    cluster.faults.add(Fault("wrong_table"))
    body = (await call("GET", SECRETS, Accept=TABLE)).body
    assert [column["name"] for column in body["columnDefinitions"]] == ["Type", "Data", "Age"]
    assert [len(row["cells"]) for row in body["rows"]] == [1]


async def test_a_continue_token_expires(cluster: EmbeddedCluster, call: Caller) -> None:
    for number in range(3):
        cluster.store.put({"kind": "Secret", "metadata": {"name": f"more{number}"}})
    first = (await call("GET", f"{SECRETS}?limit=2")).body
    token = first["metadata"]["continue"]
    cluster.store.put({"kind": "Secret", "metadata": {"name": "zz"}})
    cluster.faults.add(Fault("expire_continue", query="continue="))
    refused = await call("GET", f"{SECRETS}?limit=2&continue={token}")
    assert (refused.status, refused.body["reason"]) == (410, "Expired")
    rest = (await call("GET", f"{SECRETS}?continue={refused.body['metadata']['continue']}")).body
    assert [item["metadata"]["name"] for item in rest["items"]] == ["more2", "s", "zz"]


async def _refuses(attempt: Callable[[], Awaitable[object]]) -> bool:
    try:
        await attempt()
    except aiohttp.ClientConnectorError:
        return True
    return False


async def test_a_port_that_refuses_and_opens_again(cluster: EmbeddedCluster, call: Caller) -> None:
    watch = await call.session.get(f"{SECRETS}?watch=1", headers={"Authorization": f"Bearer {cluster.token}"})
    await watch.content.readline()
    cluster.faults.add(Fault("refuse"))
    with pytest.raises(aiohttp.ClientError):
        await watch.content.read()
    assert await _refuses(lambda: call("GET", SECRET))
    cluster.faults.clear()
    assert (await call("GET", SECRET)).status == 200
