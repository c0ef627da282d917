"""The helper that plays kubelet: pods start, wait, end and go as a test wants them."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.controlplane import podstate
from tests.controlplane.kubelet import NODE, Kubelet
from tests.controlplane.plane import ControlPlane
from tests.helpers import eventually

pytestmark = pytest.mark.real

LABELS = {"app": "made-up"}
POD_SPEC = {"containers": [{"name": "app", "image": "made-up"}]}
TEMPLATE = {"metadata": {"labels": LABELS}, "spec": POD_SPEC}


@pytest.fixture
async def kubelet(plane_with_controllers: ControlPlane) -> AsyncIterator[Kubelet]:
    """A kubelet whose node is registered."""
    async with Kubelet(plane_with_controllers) as started:
        yield started


@pytest.fixture
def namespace(plane_with_controllers: ControlPlane) -> str:
    """A namespace in which the default ServiceAccount is there, as pods need it."""
    made = plane_with_controllers.new_namespace()
    plane_with_controllers.wait_for(
        lambda: (
            plane_with_controllers.ask("GET", f"/api/v1/namespaces/{made}/serviceaccounts/default").status
            == 200
        )
    )
    return made


async def _make(plane: ControlPlane, path: str, name: str, spec: dict[str, Any]) -> Any:
    body = {"metadata": {"name": name, "labels": LABELS}, "spec": spec}
    answer = await asyncio.to_thread(plane.ask, "POST", path, body)
    assert answer.status == 201, answer.text
    return answer.body


def _pods(plane: ControlPlane, namespace: str) -> list[Any]:
    found: list[Any] = plane.ask("GET", f"/api/v1/namespaces/{namespace}/pods").body["items"]
    return found


async def test_a_pod_is_bound_reports_what_it_waits_for_and_goes(
    plane_with_controllers: ControlPlane, kubelet: Kubelet, namespace: str
) -> None:
    path = f"/api/v1/namespaces/{namespace}/pods"
    await _make(plane_with_controllers, path, "one", POD_SPEC)
    await kubelet.bind(namespace, "one")
    pod = await kubelet.pod(namespace, "one")
    assert pod["spec"]["nodeName"] == NODE

    since = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    reason = "CreateContainerConfigError"
    pod = await kubelet.report(pod, podstate.waiting(pod, reason, "couldn't find key a", since))
    assert pod["status"]["startTime"] == "2026-01-02T03:04:05Z"
    (container,) = pod["status"]["containerStatuses"]
    assert container["state"]["waiting"] == {"reason": reason, "message": "couldn't find key a"}

    plane_with_controllers.ask("DELETE", f"{path}/one")
    pod = await kubelet.pod(namespace, "one")
    assert pod["metadata"]["deletionTimestamp"]
    await kubelet.finish_deletion(pod)
    assert _pods(plane_with_controllers, namespace) == []


async def test_a_deployment_becomes_available_and_its_pods_are_replaced(
    plane_with_controllers: ControlPlane, kubelet: Kubelet, namespace: str
) -> None:
    plane, path = plane_with_controllers, f"/apis/apps/v1/namespaces/{namespace}/deployments"
    spec = {"replicas": 2, "selector": {"matchLabels": LABELS}, "template": TEMPLATE}
    async with kubelet.at_work():
        await _make(plane, path, "web", spec)
        await eventually(lambda: plane.ask("GET", f"{path}/web").body["status"].get("availableReplicas") == 2)
        first = _pods(plane, namespace)[0]["metadata"]["name"]
        plane.ask("DELETE", f"/api/v1/namespaces/{namespace}/pods/{first}")
        await eventually(lambda: first not in [pod["metadata"]["name"] for pod in _pods(plane, namespace)])
        await eventually(lambda: plane.ask("GET", f"{path}/web").body["status"].get("availableReplicas") == 2)


async def test_every_kind_of_owner_gets_its_pods_started(
    plane_with_controllers: ControlPlane, kubelet: Kubelet, namespace: str
) -> None:
    plane, apps = plane_with_controllers, f"/apis/apps/v1/namespaces/{namespace}"
    selector = {"selector": {"matchLabels": LABELS}, "template": TEMPLATE}
    async with kubelet.at_work():
        await _make(
            plane, f"{apps}/statefulsets", "store", {**selector, "replicas": 2, "serviceName": "store"}
        )
        await _make(plane, f"{apps}/daemonsets", "agent", selector)
        core = {"selector": LABELS, "template": TEMPLATE}
        await _make(plane, f"/api/v1/namespaces/{namespace}/replicationcontrollers", "old", core)
        await eventually(
            lambda: (
                {
                    pod["metadata"]["ownerReferences"][0]["name"]
                    for pod in _pods(plane, namespace)
                    if pod["status"]["phase"] == "Running"
                }
                == {"store", "agent", "old"}
            )
        )
        await eventually(
            lambda: plane.ask("GET", f"{apps}/statefulsets/store").body["status"].get("readyReplicas") == 2
        )


async def test_a_job_completes_when_its_pod_has_ended(
    plane_with_controllers: ControlPlane, kubelet: Kubelet, namespace: str
) -> None:
    plane, path = plane_with_controllers, f"/apis/batch/v1/namespaces/{namespace}/jobs"
    template = {"spec": {**POD_SPEC, "restartPolicy": "Never"}}
    async with kubelet.at_work(podstate.ended):
        await _make(plane, path, "once", {"template": template})
        await eventually(lambda: plane.ask("GET", f"{path}/once").body["status"].get("succeeded") == 1)


async def test_an_error_in_its_work_is_raised_when_the_block_ends(
    kubelet: Kubelet, namespace: str, plane_with_controllers: ControlPlane
) -> None:
    def break_down(pod: podstate.Json) -> podstate.Json:
        raise ArithmeticError(pod["metadata"]["name"])

    path = f"/api/v1/namespaces/{namespace}/pods"
    await _make(plane_with_controllers, path, "one", POD_SPEC)
    with pytest.raises(ArithmeticError, match="one"):
        async with kubelet.at_work(break_down) as work:
            await eventually(work.done)
