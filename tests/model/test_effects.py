"""Effects of a change on readers: workloads without pods, pods that have ended, each once."""

from __future__ import annotations

import pytest
from msgspec import convert
from msgspec.structs import replace

from tests.model.pods import SNIPPETS, pod
from tui.model.api_object import CRON_JOB, DEPLOYMENT, ApiKind
from tui.model.readers.controllers import SecretMeta
from tui.model.readers.pod_use import PodUse
from tui.model.readers.reader import (
    ARRIVES,
    FAILS,
    NOTHING,
    STAYS_OLD,
    ChangeKind,
    Effect,
    Reader,
    ReaderInfo,
)
from tui.model.readers.workloads import WORKLOADS
from tui.model.rollout.effects import effects_on
from tui.model.secret.secret import SecretRef

REF = SecretRef("default", "s")
ENV = PodUse(secret="s", way="env", key="password", container="app", container_kind="container", target="PW")


def workload(api: ApiKind, name: str, **annotations: str) -> ReaderInfo:
    [source] = [one for one in WORKLOADS if one.kind.name == api.kind]
    template = {"spec": SNIPPETS["env"]}
    spec = {"template": template} if api != CRON_JOB else {"jobTemplate": {"spec": {"template": template}}}
    noted = {noted.replace("_", "/"): value for noted, value in annotations.items()}
    obj = {"metadata": {"name": name, "namespace": "default", "annotations": noted}, "spec": spec}
    return source.read(convert(obj, source.shape))


def effects(
    *infos: ReaderInfo, change: ChangeKind = "changed", key: str | None = "password"
) -> dict[str, Effect]:
    readers = [Reader(info, use) for info in infos for use in info.uses]
    return {reader.info.title: effect for reader, effect in effects_on(readers, change, SecretMeta(REF), key)}


@pytest.mark.parametrize(
    ("api", "change", "effect"),
    [
        (DEPLOYMENT, "changed", Effect(ARRIVES, "no pod runs; the next start reads the new value")),
        (CRON_JOB, "changed", Effect(ARRIVES, "no pod runs; the next run reads the new value")),
        (
            CRON_JOB,
            "removed",
            Effect(FAILS, "next run FAILS: couldn't find key password in Secret default/s"),
        ),
        (DEPLOYMENT, "deleted", Effect(FAILS, 'next start FAILS: secret "s" not found')),
    ],
)
def test_a_workload_without_pods_is_affected_at_its_next_start(
    api: ApiKind, change: ChangeKind, effect: Effect
) -> None:
    assert effects(workload(api, "web"), change=change) == {f"{api.kind}/web": effect}
    assert effects(workload(api, "web"), change=change, key=None) == {f"{api.kind}/web": effect}


def test_a_workload_whose_pods_cannot_be_listed_counts_as_running() -> None:
    runs = replace(workload(DEPLOYMENT, "web"), ready=1)
    assert effects(runs) == {"Deployment/web": Effect(STAYS_OLD, "old value until a restart")}


def test_a_cron_job_with_an_active_job_is_not_called_without_pods() -> None:
    runs = replace(workload(CRON_JOB, "web"), ready=1)
    assert effects(runs) == {"CronJob/web": Effect(ARRIVES, "the next run reads the new value")}


def test_a_workload_is_represented_by_its_pods() -> None:
    one = pod("web-1", ENV, controller=("Deployment", "web"))
    assert list(effects(one, workload(DEPLOYMENT, "web"))) == ["web-1"]


def test_a_pod_that_has_ended_is_not_affected() -> None:
    ended = pod("job-1", ENV, phase="Succeeded", controller=("Job", "job"))
    for change in ("changed", "deleted"):
        assert effects(ended, change=change) == {
            "job-1": Effect(NOTHING, "has ended, and no longer reads the Secret")
        }


def test_a_pod_that_has_not_started_has_no_old_value() -> None:
    waits = pod("web-1", ENV, phase="Pending")
    assert effects(waits) == {"web-1": Effect(ARRIVES, "read when the pod starts")}
    assert effects(waits, change="removed")["web-1"].severity == FAILS


def test_a_pod_that_waits_for_a_missing_secret_starts_once_it_is_created() -> None:
    volume = PodUse(secret="s", way="volume", key=None)
    pull = PodUse(secret="s", way="image_pull", key=None, is_optional=True)
    names = {"volume": volume, "env": ENV, "optional": replace(volume, is_optional=True), "pull": pull}
    readers = [Reader(pod(name, use), use) for name, use in names.items()]
    found = effects_on(readers, "added", SecretMeta(REF), ".dockerconfigjson", is_new=True)
    sentences = {reader.info.name: effect.sentence for reader, effect in found}
    waits = "next start works: the missing Secret now exists"
    assert sentences["volume"] == sentences["env"] == waits
    assert sentences["pull"] == "used at the next image pull"
    assert sentences["optional"] == "no container mounts the volume"


@pytest.mark.parametrize(
    ("annotations", "by"),
    [
        ({"reloader.stakater.com_auto": "true"}, "; Reloader should restart it"),
        ({}, ""),
    ],
)
def test_a_controller_that_restarts_the_pods_is_named(annotations: dict[str, str], by: str) -> None:
    one, owner = (
        pod("web-1", ENV, controller=("Deployment", "web")),
        workload(DEPLOYMENT, "web", **annotations),
    )
    assert effects(one, owner)["web-1"].sentence == f"old value until a restart{by}"
    assert effects(one, owner, change="removed")["web-1"].sentence.endswith(f" in Secret default/s{by}")
    assert "Reloader" not in effects(one, owner, change="deleted")["web-1"].sentence
