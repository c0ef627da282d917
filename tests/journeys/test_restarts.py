"""Restarts on the real server with its own controllers: each is followed until its pods are new or fail."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from functools import partial
from typing import Final

import pytest

from tests.controlplane.custom_kinds import CustomKind, install, text
from tests.controlplane.plane import ControlPlane
from tests.helpers import eventually
from tests.journeys.cluster_objects import Beside
from tests.journeys.kubelet import NODE, Kubelet, kubelet
from tests.journeys.sessions import session_on
from tests.journeys.workloads import Obj, daemon_set, deployment, stateful_set, template, variable
from tui.model.api_object import (
    DAEMON_SET,
    DEPLOYMENT,
    REPLICA_SET,
    ROLLOUT,
    STATEFUL_SET,
    ApiKind,
    ObjectRef,
)
from tui.model.secret.secret import SecretRef
from tui.session.actions import ActionEnd
from tui.session.rollouts.rollout import Rollout, RolloutStep
from tui.session.session import Session

pytestmark = [pytest.mark.real, pytest.mark.timeout(120)]

MINUTE: Final = 60.0
PASSWORD: Final = variable("mysecret", "password")


@pytest.fixture
def beside(whole_plane: ControlPlane) -> Beside:
    """Namespace with the Secret `mysecret`."""
    access = Beside(whole_plane, whole_plane.new_namespace())
    access.make_the_example()
    return access


@pytest.fixture
def node(beside: Beside) -> Iterator[Kubelet]:
    """Node with a played kubelet, on which the pods of the namespace run."""
    beside.plane.ask("POST", "/api/v1/nodes", {"metadata": {"name": NODE}})
    # A new one is marked as not ready, until a controller that does not run here takes that away.
    beside.plane.ask("PATCH", f"/api/v1/nodes/{NODE}", {"spec": {"taints": None}})
    with kubelet(beside.plane, beside.namespace) as played:
        yield played
    beside.plane.ask("DELETE", f"/api/v1/nodes/{NODE}")


class Rotation:
    """A session in which workloads that read `mysecret` are restarted."""

    def __init__(self, session: Session, beside: Beside) -> None:
        self.session, self.beside = session, beside
        self.secret = SecretRef(beside.namespace, "mysecret")

    async def runs(self, api: ApiKind, body: Obj, wanted: int = 1) -> ObjectRef:
        """Create the workload and wait until the session knows that all its pods run."""
        name, space = body["metadata"]["name"], self.beside.namespace
        path = f"/apis/{api.api}/namespaces/{space}/{api.resource}"
        await asyncio.to_thread(self.beside.plane.make, path, body)
        ref = ObjectRef(api, space, name)
        await eventually(lambda: len(self.running(ref)) == wanted, f"the pods of {name}", seconds=MINUTE)
        return ref

    def running(self, ref: ObjectRef) -> set[str]:
        """UIDs of the workload's pods that run and read the Secret."""
        pods = {reader.info.uid: reader.info for reader in self.session.readers.of(self.secret)}
        mine = (info for info in pods.values() if info.workload == (ref.kind.kind, ref.name))
        return {info.uid for info in mine if info.status == "running"}

    def restarts(self, *refs: ObjectRef) -> Rollout:
        """Restart all these workloads at once."""
        wanted = [(ref, frozenset(self.running(ref))) for ref in refs]
        why = self.session.rollouts.start((self.secret,), wanted, "all at once")
        assert why is None
        return self.session.rollouts.runs[self.secret]

    async def ends(self, run: Rollout) -> dict[str, RolloutStep]:
        """Wait for the end of the restarts; return the steps by the names of their workloads."""
        await eventually(lambda: run.is_over, "the restarts", seconds=MINUTE)
        return {step.ref.name: step for step in run.steps}


async def test_restarted_workloads_are_followed_until_every_pod_is_new(beside: Beside, node: Kubelet) -> None:
    async with session_on(beside.plane, beside.namespace) as session:
        here = Rotation(session, beside)
        web = await here.runs(DEPLOYMENT, deployment("web", template("web", PASSWORD), 3), 3)
        db = await here.runs(STATEFUL_SET, stateful_set("db", template("db", PASSWORD), 2), 2)
        agent = await here.runs(DAEMON_SET, daemon_set("agent", template("agent", PASSWORD)))
        before = here.running(web) | here.running(db) | here.running(agent)
        node.is_still.set()
        run = here.restarts(web, db, agent)
        await eventually(lambda: all(step.state == "rolling" for step in run.steps), "all on their way")
        node.is_still.clear()
        steps = await here.ends(run)
        assert [(step.state, step.message) for step in steps.values()] == [
            ("new", "3 pods ready"),
            ("new", "2 pods ready"),
            ("new", "1 pod ready"),
        ]
        running = here.running(web) | here.running(db) | here.running(agent)
        assert len(running) == 6 and not before & running
    for kind, name in (("deployments", "web"), ("statefulsets", "db"), ("daemonsets", "agent")):
        path = f"/apis/apps/v1/namespaces/{beside.namespace}/{kind}/{name}"
        annotations = beside.plane.ask("GET", path).body["spec"]["template"]["metadata"]["annotations"]
        assert set(annotations) == {"kubectl.kubernetes.io/restartedAt"}


def _replica_set(app: str, replicas: int) -> Obj:
    """ReplicaSet as Argo Rollouts makes it for a Rollout of that name."""
    pod = template(app, PASSWORD)
    pod["metadata"]["labels"]["rollouts-pod-template-hash"] = "abc"
    spec = {"replicas": replicas, "selector": {"matchLabels": pod["metadata"]["labels"]}, "template": pod}
    return {"metadata": {"name": f"{app}-abc"}, "spec": spec}


async def _argo(here: Rotation, name: str) -> None:
    """Play the controller of Argo Rollouts: replace the old pods one by one, then report the restart."""
    plane, space = here.beside.plane, here.beside.namespace
    path = f"/apis/{ROLLOUT.api}/namespaces/{space}/{ROLLOUT.resource}/{name}"
    ref, pods = ObjectRef(ROLLOUT, space, name), f"/api/v1/namespaces/{space}/pods"
    asked = await asyncio.to_thread(_asked, plane, path)
    for pod in (await asyncio.to_thread(plane.ask, "GET", pods)).body["items"]:
        before = here.running(ref)
        await asyncio.to_thread(plane.ask, "DELETE", f"{pods}/{pod['metadata']['name']}")
        is_back = partial(_has_another, here, ref, before)
        await eventually(is_back, "the next pod", seconds=MINUTE)
    await asyncio.to_thread(plane.ask, "PATCH", f"{path}/status", {"status": {"restartedAt": asked}})


def _asked(plane: ControlPlane, path: str) -> str:
    """Wait until the restart is requested; return its time."""
    plane.wait_for(lambda: "restartAt" in plane.ask("GET", path).body["spec"])
    return str(plane.ask("GET", path).body["spec"]["restartAt"])


def _has_another(here: Rotation, ref: ObjectRef, before: set[str]) -> bool:
    now = here.running(ref)
    return len(now) == len(before) and now != before


@contextlib.asynccontextmanager
async def _played(here: Rotation, name: str) -> AsyncIterator[None]:
    task = asyncio.create_task(_argo(here, name))
    try:
        yield
        await task
    finally:
        task.cancel()


async def test_a_rollout_of_argo_is_restarted_by_its_restart_at_field(beside: Beside, node: Kubelet) -> None:
    time = text(format="date-time")
    spec = {"type": "object", "properties": {"replicas": {"type": "integer"}, "restartAt": time}}
    status = {"type": "object", "properties": {"restartedAt": time}}
    kind = CustomKind(ROLLOUT.group, ROLLOUT.version, ROLLOUT.resource, ROLLOUT.kind, spec, status)
    await asyncio.to_thread(install, beside.plane, [kind])
    await asyncio.to_thread(
        beside.plane.make, kind.path(beside.namespace), kind.body("shop", spec={"replicas": 2})
    )
    ref = ObjectRef(ROLLOUT, beside.namespace, "shop")
    async with session_on(beside.plane, beside.namespace) as session:
        here = Rotation(session, beside)
        path = f"/apis/{REPLICA_SET.api}/namespaces/{beside.namespace}/{REPLICA_SET.resource}"
        await asyncio.to_thread(beside.plane.make, path, _replica_set("shop", 2))
        await eventually(lambda: len(here.running(ref)) == 2, "the pods of shop", seconds=MINUTE)
        before = here.running(ref)
        (owner,) = session.rollouts.owners(here.secret)
        assert (owner.title, owner.ref, owner.why_not) == ("Rollout/shop", ref, "")
        session.rollouts.look(ref)
        await eventually(lambda: session.rollouts.looked[ref].dry_run == ActionEnd("sent"), "its dry run")
        async with _played(here, "shop"):
            steps = await here.ends(here.restarts(ref))
        assert (steps["shop"].state, steps["shop"].message) == ("new", "2 pods ready")
        assert not before & here.running(ref)


async def test_a_pod_that_lacks_a_key_is_reported_in_the_kubelets_words(
    beside: Beside, node: Kubelet
) -> None:
    item = {"key": "password", "path": "made-up"}
    files = {"name": "foo", "secret": {"secretName": "mysecret", "items": [item]}}
    async with session_on(beside.plane, beside.namespace) as session:
        here = Rotation(session, beside)
        refs = [
            await here.runs(DEPLOYMENT, deployment(name, pod))
            for name, pod in {
                "web": template("web", variable("mysecret", "username")),
                "sad": template("sad", PASSWORD),
                "dim": template("dim", volumes=[files]),
            }.items()
        ]
        path = f"/api/v1/namespaces/{beside.namespace}/secrets/mysecret"
        await asyncio.to_thread(beside.plane.ask, "PATCH", path, {"data": {"password": None}})
        steps = await here.ends(here.restarts(*refs))
        assert {name: step.state for name, step in steps.items()} == {
            "web": "new",
            "sad": "failed",
            "dim": "failed",
        }
        assert steps["sad"].message == f"couldn't find key password in Secret {beside.namespace}/mysecret"
        assert steps["dim"].message == "references non-existent secret key: password"
        assert steps["dim"].detail == (
            'MountVolume.SetUp failed for volume "foo" : references non-existent secret key: password'
        )
        assert all(len(here.running(ref)) == 1 for ref in refs), "the old pods serve on"
