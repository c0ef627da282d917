"""Faults to order: each meets the requests that it names, as often as it says; watches end when told."""

from __future__ import annotations

import json
from contextlib import AsyncExitStack
from typing import Any

import aiohttp

from tests.embedded.conftest import Caller
from tests.faulty_cluster.faults import Fault
from tests.faulty_cluster.server import FaultyCluster

SECRETS = "/api/v1/namespaces/default/secrets"
SECRET = f"{SECRETS}/s"
TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io"


async def test_only_fitting_requests_meet_a_fault(cluster: FaultyCluster, call: Caller) -> None:
    cluster.store.put({"kind": "Secret", "metadata": {"name": "s"}})
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


async def next_event(watch: aiohttp.ClientResponse) -> Any:
    """The next line of a watch; None at its end."""
    line = await watch.content.readline()
    return json.loads(line) if line else None


async def test_watches_are_ended_to_order(cluster: FaultyCluster, call: Caller) -> None:
    cluster.store.put({"kind": "Secret", "metadata": {"name": "a"}})
    token = {"Authorization": f"Bearer {cluster.token}", "Accept-Encoding": "identity"}
    async with AsyncExitStack() as open_ones:

        async def watch(**headers: str) -> aiohttp.ClientResponse:
            return await open_ones.enter_async_context(
                call.session.get(f"{SECRETS}?watch=1", headers=token | headers)
            )

        both = [await watch(), await watch(Accept=TABLE)]
        for one in both:
            await next_event(one)
        cluster.end_watches(is_expired=True)
        for one in both:
            event = await next_event(one)
            assert (event["type"], event["object"]["kind"]) == ("ERROR", "Status")
            assert await next_event(one) is None
        cluster.faults.add(Fault("close_watch"))
        closed = await watch()
        assert await next_event(closed) is not None and await next_event(closed) is None
        cluster.faults.add(Fault("gone_watch"))
        gone = await watch()
        await next_event(gone)
        assert (await next_event(gone))["object"]["code"] == 410
