"""Every kind of login: by one kubeconfig secret-tui and kubectl are the same user, or both refuse."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, Final

import pytest

from tests.controlplane.plane import ControlPlane
from tests.controlplane.rights import RBAC, binding, is_allowed
from tests.journeys.cluster_objects import KUBECTL
from tests.journeys.detours import DETOURS
from tests.journeys.logins import LOGINS
from tests.journeys.world import ANONYMOUS, Config, Row, World
from tui.cli import arguments, connect
from tui.cluster.api import access_reviews
from tui.cluster.auth import exec_plugin
from tui.cluster.auth.login import log_in
from tui.cluster.client import Cluster
from tui.cluster.http.request import RequestInfo
from tui.model.errors import ClusterError

pytestmark = [pytest.mark.real, pytest.mark.timeout(120)]

ROWS: Final = LOGINS | DETOURS
HANGS: Final = 3.0
"""Seconds until a kubectl that waits for its plugin is killed: it would wait forever."""


@pytest.fixture(scope="module", autouse=True)
def _the_anonymous_may_ask_who_they_are(plane: ControlPlane) -> Iterator[None]:
    """Let anonymous users ask for their own name, as authenticated users may."""
    nobody, bindings = "system:unauthenticated", f"{RBAC}/clusterrolebindings"
    plane.make(bindings, binding("test-anonymous", "system:basic-user", nobody, of="Group"))
    review = {"group": "authentication.k8s.io", "resource": "selfsubjectreviews", "verb": "create"}
    asked = {"user": ANONYMOUS, "groups": [nobody], "resourceAttributes": review}
    plane.wait_for(partial(is_allowed, plane.ask, asked))
    yield
    plane.ask("DELETE", f"{bindings}/test-anonymous")


def written(row: Row, world: World) -> Path:
    content: Config | str = row.make(world)
    text = content if isinstance(content, str) else json.dumps(content)
    path = world.put(row.where, text)
    if row.where == "open":
        path.chmod(0o666)
    return path


def argv_of(row: Row, path: Path) -> list[str]:
    return [*(() if "KUBECONFIG" in os.environ else ("--kubeconfig", str(path))), *row.flags]


async def _who(argv: list[str]) -> dict[str, Any]:
    request = connect.login_request(arguments.parse(argv))
    target, credentials = await asyncio.to_thread(log_in, request)
    cluster = Cluster(target, credentials)
    try:
        asked = RequestInfo("create", "selfsubjectreviews", None)
        answer = await cluster._call(
            "POST", access_reviews.WHO_PATH, asked, body=dict(access_reviews.WHO_BODY)
        )
        user_info: dict[str, Any] = json.loads(answer.body)["status"]["userInfo"]
        return user_info
    finally:
        await cluster.close()


def by_us(row: Row, argv: list[str]) -> dict[str, Any] | str:
    """Log in as secret-tui does; return the userInfo from the server, or the message of the refusal."""
    try:
        return asyncio.run(_who([*argv, *row.ours_only]))
    except ClusterError as error:
        return error.sentence


def by_kubectl(row: Row, argv: list[str], patience: float) -> dict[str, Any] | None:
    """Log in with kubectl; return the userInfo, None if kubectl refuses or exceeds `patience` seconds."""
    command = [str(KUBECTL), "auth", "whoami", "-o", "json", *argv]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    ) as running:
        try:
            out, _ = running.communicate(row.answers.encode(), timeout=patience)
        except subprocess.TimeoutExpired:
            os.killpg(running.pid, signal.SIGKILL)
            running.communicate()
            return None
    if running.returncode != 0:
        return None
    user_info: dict[str, Any] = json.loads(out)["status"]["userInfo"]
    return user_info


@pytest.mark.parametrize("name", ROWS)
def test_secret_tui_and_kubectl_log_in_as_the_same_user_or_both_refuse(
    world: World, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], name: str
) -> None:
    row = ROWS[name]
    monkeypatch.setattr(exec_plugin, "PLUGIN_SECONDS", 20.0 if row.user else HANGS)
    path = written(row, world)
    for variable, text in row.env(world).items():
        monkeypatch.setenv(variable, text)
    argv = argv_of(row, path)
    ours, theirs = by_us(row, argv), by_kubectl(row, argv, HANGS if "hangs" in name else 60)
    printed = capfd.readouterr()
    assert printed.out + printed.err == "", "nothing is written where a screen will be"
    if row.user is None:
        assert isinstance(ours, str), "we refuse"
        assert row.says in ours
        assert ours.isprintable() and "\n" not in ours
        assert (theirs is None) != bool(row.we_refuse), "kubectl refuses too, or the row says why it does not"
        return
    assert isinstance(ours, dict), ours
    assert ours["username"] == row.user
    assert set(row.groups) <= set(ours["groups"])
    assert ours.get("uid", "") == (row.uid or ours.get("uid", ""))
    assert row.extra.items() <= ours.get("extra", {}).items()
    assert theirs == (None if row.kubectl_refuses else ours)
