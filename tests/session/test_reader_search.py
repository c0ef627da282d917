"""The search of readers through all kinds: only when asked for, its gaps by kind, never a wrong "none"."""

from __future__ import annotations

from typing import Any

from tests.helpers import eventually
from tests.session.cluster_session import MINE, Desk, desk, pod_object, secret_object
from tui.embedded.users import Rule
from tui.model.secret.secret import SecretRef
from tui.session.cache.readers import usage_of

OTHER = SecretRef("default", "other")
KINDS = {
    "deployments": ("apps/v1", "Deployment"),
    "statefulsets": ("apps/v1", "StatefulSet"),
    "daemonsets": ("apps/v1", "DaemonSet"),
    "replicasets": ("apps/v1", "ReplicaSet"),
    "replicationcontrollers": ("v1", "ReplicationController"),
    "jobs": ("batch/v1", "Job"),
    "cronjobs": ("batch/v1", "CronJob"),
}


def workload(kind: str, name: str, *secrets: str, **spec: Any) -> dict[str, Any]:
    """A workload whose one container takes whole Secrets into its environment."""
    env = [{"secretRef": {"name": secret}} for secret in secrets]
    template = {"template": {"spec": {"containers": [{"name": "main", "image": "redis", "envFrom": env}]}}}
    return {
        "apiVersion": next(api for api, one in KINDS.values() if one == kind),
        "kind": kind,
        "metadata": {"name": name, "namespace": "default"},
        "spec": {"jobTemplate": {"spec": template}} if kind == "CronJob" else template | spec,
    }


STORY = (
    secret_object("mysecret", {"username": b"admin", "password": b"made-up"}),
    secret_object("other", {"a": b"1"}),
    pod_object("mypod", "mysecret"),
    workload("Deployment", "web", "mysecret", replicas=0),
    workload("CronJob", "backup", "mysecret"),
)


async def searched(here: Desk) -> None:
    """Search the namespace, and wait for the end."""
    await eventually(lambda: here.session.readers.pane.is_complete, "the pods")
    here.session.search_readers("default")
    await eventually(lambda: here.session.readers.search.phase == "ended", "the end of the search")
    await eventually(lambda: not here.session.readers.search.is_running, "the last list")


def titles(here: Desk, ref: SecretRef = MINE) -> list[str]:
    return [reader.info.title for reader in here.session.readers.of(ref)]


async def test_nothing_but_pods_is_asked_for_before_somebody_searches() -> None:
    async with desk(story=STORY) as here:
        await eventually(lambda: here.session.readers.pane.is_live, "live readers")
        assert not here.asked("GET", "/apis")
        assert titles(here) == ["mypod"]
        assert usage_of(here.session.readers, OTHER) == "not known"
        assert {gap.why for gap in here.session.readers.gaps} == {"not looked at"}
        await searched(here)
        assert titles(here) == ["mypod", "Deployment/web", "CronJob/backup"]
        here.home.store.put(workload("Deployment", "web", "other"))
        await eventually(lambda: titles(here, OTHER) == ["Deployment/web"], "that workloads are followed")
        assert usage_of(here.session.readers, OTHER) == "in use"


async def test_each_right_taken_away_is_one_gap_and_never_a_wrong_none() -> None:
    for resource, (api, _kind) in KINDS.items():
        group = api.rpartition("/")[0]
        refused = Rule(("list", "watch", "get"), ("secrets", "pods", "namespaces"))
        others = Rule(
            ("list", "watch"), tuple(sorted(KINDS.keys() - {resource})), groups=("", "apps", "batch")
        )
        async with desk(story=STORY, user="oncall", users={"oncall": [refused, others]}) as here:
            await searched(here)
            name = f"{resource}.{group}" if group else resource
            gaps = {gap.what: gap for gap in here.session.readers.gaps}
            assert gaps[name].why == "refused"
            assert f"list {resource} in namespace default" in gaps[name].sentence
            assert usage_of(here.session.readers, OTHER) == "not known"
