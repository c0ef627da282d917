"""Login that expires: renewed in time, not tried too often, reported, and begun again on request."""

from __future__ import annotations

import asyncio

import pytest

from tests.cluster.calls import REF
from tests.cluster.rude_server import Heard, Rude, reply, secret_json, status_json, target_at
from tests.cluster.test_credentials import SPEC, Runner, credentials_for
from tui.cluster.auth.credentials import login
from tui.cluster.client import Cluster
from tui.cluster.kubeconfig.target import Login
from tui.model.errors import BadKubeconfig, PluginFailed, Unauthorized


async def test_a_plugin_that_failed_is_run_again_only_after_growing_waits() -> None:
    runner = Runner(Login("old"))
    credentials, clock = credentials_for(target_at("https://c", token=None, exec=SPEC), runner)
    credentials.start(may_ask=True)
    waits = [0.0, 30.0, 60.0, 120.0, 300.0, 300.0]
    for runs, wait in enumerate(waits, 2):
        if wait:
            clock[0] += wait - 1.0
            with pytest.raises(PluginFailed):
                await credentials.renew(credentials.turn)
            assert runner.runs == runs - 1
            clock[0] += 1.0
        with pytest.raises(PluginFailed):
            await credentials.renew(credentials.turn)
        assert runner.runs == runs
    runner.logins.append(Login("new"))
    credentials.log_in_again(may_ask=True)
    assert await credentials.headers() == {"Authorization": "Bearer new"}


async def test_a_login_is_renewed_a_little_before_its_end() -> None:
    runner = Runner(Login("old", expires=1_000.0), Login("short", expires=995.0), Login("new"))
    credentials, clock = credentials_for(target_at("https://c", token=None, exec=SPEC), runner)
    credentials.start(may_ask=True)
    clock[0] = 989.0
    assert await credentials.headers() == {"Authorization": "Bearer old"}
    clock[0] = 990.0
    assert await credentials.headers() == {"Authorization": "Bearer short"}
    clock[0] = 994.0
    assert await credentials.headers() == {"Authorization": "Bearer short"}
    clock[0] = 994.6
    assert await credentials.headers() == {"Authorization": "Bearer new"}


def test_logging_in_again_reads_the_kubeconfig_again() -> None:
    held = [target_at("https://c", token="old")]
    credentials = login(held[0], reload=lambda: held[0])
    held[0] = target_at("https://c", token="new", client_cert=b"cert", client_key=b"key")
    turn = credentials.turn
    credentials.log_in_again(may_ask=True)
    assert credentials.turn > turn
    assert credentials.certificate == (b"cert", b"key")
    assert asyncio.run(credentials.headers()) == {"Authorization": "Bearer new"}


def test_a_new_login_that_fails_leaves_the_old_one_in_use() -> None:
    held = [target_at("https://c", token="old")]
    credentials = login(held[0], reload=lambda: held[0])
    for other in (target_at("https://other", token="new"), target_at("https://c", token="n ew")):
        held[0] = other
        with pytest.raises(BadKubeconfig):
            credentials.log_in_again(may_ask=True)
        assert asyncio.run(credentials.headers()) == {"Authorization": "Bearer old"}


async def test_the_listener_learns_that_a_login_failed_worked_again_and_expired() -> None:
    known = ["first"]

    async def script(heard: Heard, writer: asyncio.StreamWriter) -> None:
        is_known = heard.header("authorization") in [f"Bearer {token}" for token in known]
        writer.write(reply(secret_json()) if is_known else reply(status_json(401, "Unauthorized"), 401))

    runner = Runner(Login("none"), Login("first"))
    async with Rude(script) as rude:
        target = target_at(rude.url, token=None, exec=SPEC)
        credentials = login(target, runner)
        told: list[str] = []
        credentials.listener = lambda: told.append(credentials.trouble)
        cluster = Cluster(target, credentials)
        known.clear()
        with pytest.raises(Unauthorized):
            await cluster.open(REF)
        known.append("first")
        await cluster.open(REF)
        known.clear()
        with pytest.raises(PluginFailed):
            await cluster.open(REF)
        await cluster.close()
    assert told == ["not logged in", "", "login expired"]


async def test_a_login_that_is_expired_when_it_arrives_is_not_renewed_with_each_request() -> None:
    runner = Runner(Login("old", expires=50.0), Login("new"))
    credentials, clock = credentials_for(target_at("https://c", token=None, exec=SPEC), runner, 100.0)
    credentials.start(may_ask=True)
    for _ in range(3):
        assert await credentials.headers() == {"Authorization": "Bearer old"}
    clock[0] = 101.0
    assert await credentials.headers() == {"Authorization": "Bearer new"}
