"""The cluster's life: inside a program, and as a process of its own."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import stat
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import yaml

from tests.embedded.conftest import Caller
from tests.faulty_cluster.__main__ import fault
from tests.faulty_cluster.faults import Fault
from tests.faulty_cluster.server import FaultyCluster
from tui.embedded.demo.story import load_story

ROOT = Path(__file__).parents[2]
SECRETS = "/api/v1/namespaces/default/secrets"


STRATEGIC = {"Content_Type": "application/strategic-merge-patch+json"}
JSON_PATCH = {"Content_Type": "application/json-patch+json"}
TABLE = {"Accept": "application/json;as=Table;v=v1;g=meta.k8s.io"}


@pytest.mark.parametrize(
    ("method", "path", "body", "headers", "code"),
    [
        ("PUT", f"{SECRETS}/mysecret", {"metadata": {"name": "mysecret"}}, {}, 405),
        ("DELETE", SECRETS, None, {}, 405),
        ("POST", "/api/v1/namespaces", {"metadata": {"name": "n"}}, {}, 405),
        ("PATCH", "/api/v1/namespaces/default/pods/mypod", {"metadata": {"labels": {"a": "b"}}}, {}, 405),
        ("PATCH", f"{SECRETS}/mysecret", {"data": {"a": ""}}, STRATEGIC, 415),
        ("PATCH", f"{SECRETS}/mysecret", [], JSON_PATCH, 415),
        ("PATCH", f"{SECRETS}/mysecret", {"metadata": {"ownerReferences": []}}, {}, 422),
        ("POST", SECRETS, {"metadata": {"generateName": "a-"}}, {}, 400),
        ("POST", f"{SECRETS}?fieldValidation=Strict", {"metadata": {"name": "a"}}, {}, 400),
        ("GET", f"{SECRETS}?labelSelector=a", None, {}, 400),
        ("GET", f"{SECRETS}?fieldSelector=immutable%3Dtrue", None, {}, 400),
        ("GET", f"{SECRETS}?resourceVersion=1&resourceVersionMatch=Exact", None, {}, 400),
        ("GET", f"{SECRETS}?includeObject=Object", None, TABLE, 400),
        ("GET", f"{SECRETS}?watch=1&sendInitialEvents=true", None, {}, 400),
        ("GET", "/api/v1/namespaces/default/pods", None, TABLE, 406),
        ("GET", "/api/v1/configmaps", None, {}, 404),
        ("GET", "/apis/apps/v1/deployments", None, {}, 404),
    ],
)
async def test_what_is_not_served_is_refused_and_not_pretended(
    method: str, path: str, body: Any, headers: dict[str, str], code: int
) -> None:
    async with FaultyCluster(load_story()) as cluster, aiohttp.ClientSession(cluster.url) as session:
        version = cluster.store.version
        assert (await Caller(cluster, session)(method, path, body, **headers)).status == code
        assert cluster.store.version == version


async def test_the_kubeconfig_is_for_its_owner_alone(cluster: FaultyCluster, tmp_path: Path) -> None:
    path = tmp_path / "config"
    path.touch(mode=0o666)
    cluster.users.add("jane")
    cluster.write_kubeconfig(path, user="jane", namespace="shop")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    config = yaml.safe_load(path.read_text())
    assert config == cluster.kubeconfig(user="jane", namespace="shop")
    assert config["users"][0]["user"]["token"] == cluster.users["jane"].token
    assert config["contexts"][0]["context"]["namespace"] == "shop"
    link = tmp_path / "link"
    link.symlink_to(path)
    with pytest.raises(OSError):
        cluster.write_kubeconfig(link)


@asynccontextmanager
async def started(*arguments: str) -> AsyncIterator[tuple[asyncio.subprocess.Process, Path, str]]:
    """The command, once it says that it is ready: process, kubeconfig, URL. Its stdin is closed at once."""
    kubeconfig = Path(os.environ["HOME"]) / "kubeconfig"
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.faulty_cluster", "--kubeconfig", str(kubeconfig), *arguments),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd=ROOT,
    )
    try:
        assert process.stdout is not None
        said = (await process.stdout.readline()).decode().split()
        assert said[:1] == ["ready"]
        yield process, kubeconfig, said[1]
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


def seen_by_others(pid: int) -> str:
    """What the kernel shows of a process: its arguments and environment."""
    return "".join(Path(f"/proc/{pid}/{name}").read_text() for name in ("cmdline", "environ"))


async def test_the_command_serves_until_it_is_told_to_end() -> None:
    async with started("--demo", "--secrets", "30", "--pods", "5", "--namespaces", "3") as (
        process,
        path,
        url,
    ):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        token = yaml.safe_load(path.read_text())["users"][0]["user"]["token"]
        assert token not in seen_by_others(process.pid)
        async with aiohttp.ClientSession(url, headers={"Authorization": f"Bearer {token}"}) as session:
            async with session.get(f"{SECRETS}/mysecret") as answer:
                assert answer.status == 200
            async with session.get("/api/v1/namespaces/team-02/secrets") as answer:
                assert len((await answer.json())["items"]) == 10
        process.send_signal(signal.SIGTERM)
        out, err = await process.communicate()
        assert (process.returncode, out, err) == (0, b"", b"")


async def test_the_command_makes_traffic_and_faults() -> None:
    arguments = (
        "--secrets",
        "5",
        "--events-per-second",
        "200",
        "--faults",
        "kind=status,code=500,path=*/pods",
    )
    async with started(*arguments) as (_, path, url):
        token = yaml.safe_load(path.read_text())["users"][0]["user"]["token"]
        async with aiohttp.ClientSession(url, headers={"Authorization": f"Bearer {token}"}) as session:
            async with session.get("/api/v1/pods") as answer:
                assert answer.status == 500
            async with session.get("/api/v1/secrets?watch=1&resourceVersion=1006") as watch:
                async with asyncio.timeout(10):
                    event = json.loads(await watch.content.readline())
                assert event["type"] == "MODIFIED"


def test_a_fault_is_read_from_a_word() -> None:
    found = fault("kind=status,code=503,path=*/secrets/*,times=forever,seconds=0.5,body=x")
    assert found == Fault("status", code=503, path="*/secrets/*", times=None, seconds=0.5, body=b"x")
    with pytest.raises(Exception, match="a fault has no 'nope'"):
        fault("nope=1")
