"""`secret-tui report` on the real server: its findings, and its exit code if not everything may be read."""

from __future__ import annotations

import json
import subprocess
from typing import Any, Final

import pytest

from tests.controlplane.plane import ControlPlane
from tests.journeys.cluster_objects import OLD, Beside
from tests.journeys.kubelet import kubelet
from tests.journeys.listing_rights import lister
from tests.journeys.workloads import Obj, deployment, template, variable
from tests.terminal.drive import PROGRAM, environment

pytestmark = [pytest.mark.real, pytest.mark.timeout(120)]

TOKEN: Final = variable("mysecret", "token", "TOKEN")


@pytest.fixture
def beside(whole_plane: ControlPlane) -> Beside:
    """Namespace whose Secret has two readers: Deployments with one replica and with none."""
    access = Beside(whole_plane, whole_plane.new_namespace())
    access.make_the_example()
    password = variable("mysecret", "password")
    make(access, deployment("web", template("web", password)))
    make(access, deployment("idle", template("idle", variable("mysecret", "username")), 0))
    return access


def make(beside: Beside, body: Obj) -> None:
    beside.plane.make(f"/apis/apps/v1/namespaces/{beside.namespace}/deployments", body)


def reported(beside: Beside, *words: str) -> tuple[int, Any]:
    """Run the report; return its exit code and its output, decoded from JSON."""
    where = ("--kubeconfig", str(beside.kubeconfig), "-n", beside.namespace, "-o", "json")
    done = subprocess.run(
        [PROGRAM, "report", *words, *where], env=environment(), capture_output=True, check=False, timeout=60
    )
    assert OLD not in (done.stdout + done.stderr).decode()
    return done.returncode, json.loads(done.stdout)


def waits(beside: Beside) -> bool:
    """True if the kubelet reports a waiting container."""
    pods = beside.plane.ask("GET", f"/api/v1/namespaces/{beside.namespace}/pods").body["items"]
    states = [one["state"] for pod in pods for one in pod["status"].get("containerStatuses", ())]
    return any("waiting" in state for state in states)


def test_a_missing_key_is_reported_before_a_pod_needs_it_and_then_in_the_kubelets_words(
    beside: Beside,
) -> None:
    code, told = reported(beside, "missing")
    assert (code, told["complete"], told["rows"]) == (0, True, [])
    make(beside, deployment("asleep", template("asleep", TOKEN), 0))
    code, told = reported(beside, "missing")
    assert (code, told["complete"]) == (1, True)
    (row,) = told["rows"]
    assert (row["object"], row["secret"], row["key"]) == ("Deployment/asleep", "mysecret", "token")
    assert "kubelet" not in row["what"]
    path = f"/apis/apps/v1/namespaces/{beside.namespace}/deployments/asleep"
    beside.plane.ask("PATCH", path, {"spec": {"replicas": 1}})
    with kubelet(beside.plane, beside.namespace):
        beside.plane.wait_for(lambda: waits(beside))
    _, told = reported(beside, "missing")
    (row,) = told["rows"]
    assert (
        f"1 pod waits, the kubelet says: couldn't find key token in Secret {beside.namespace}/mysecret"
        in row["what"]
    )


def test_a_report_without_the_right_to_list_a_kind_ends_with_3_and_calls_nothing_unused(
    beside: Beside,
) -> None:
    beside.make("secrets", "nobodys", stringData={"password": "made-up-1"})
    code, told = reported(beside, "health", "--fail-on", "unused")
    assert (code, told["secrets"]["no reader found"], told["notRead"]) == (1, 1, [])
    user = lister(beside.plane, f"reports-{beside.namespace}", ("batch", "cronjobs"))
    code, told = reported(beside, "health", "--fail-on", "unused", "--as", user)
    assert (code, told["complete"]) == (3, False)
    assert told["secrets"]["no reader found"] == 0 and told["secrets"]["not known"] == 1
    assert any("cronjobs" in str(gap) for gap in told["notRead"])
