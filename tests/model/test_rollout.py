"""Restarts for a changed Secret: who needs one, what hinders it, and how far a rollout has come."""

from __future__ import annotations

from typing import Any, Final

import pytest
from msgspec.structs import replace

from tests.model.pods import pod
from tests.model.test_effects import workload
from tests.model.test_pod_use import ALL_ENV, ENV, FOLDER, SUB_PATH, use
from tui.model.api_object import CRON_JOB, DEPLOYMENT, JOB, REPLICA_SET, ApiKind
from tui.model.readers.freshness import Verdict
from tui.model.readers.pod_use import PodUse
from tui.model.readers.pods import PodInfo
from tui.model.readers.reader import Reader, ReaderInfo
from tui.model.readers.workloads import WorkloadInfo
from tui.model.rollout.failure import Failure, event_failure, is_ready, pod_failure, start_failure
from tui.model.rollout.owners import PodOwner, owners_of
from tui.model.rollout.progress import RESTARTABLE, progress_of, replacing
from tui.model.rollout.restart import (
    annotations_of,
    notes,
    restart_patch,
    restarted_at,
    why_not,
    why_not_kind,
)

CHANGED: Final = 100.0


def verdict_of(info: PodInfo, use: PodUse) -> Verdict:
    """Judge by the start of the container alone, as if every change was known."""
    started = info.started("app")
    if started is None:
        return Verdict("not known", "made up", "next start")
    return Verdict("old value" if started < CHANGED else "new value", "made up")


def owners(*infos: ReaderInfo) -> tuple[PodOwner, ...]:
    return owners_of([Reader(info, use) for info in infos for use in info.uses], verdict_of)


def searched(api: ApiKind, name: str) -> WorkloadInfo:
    found = workload(api, name)
    assert isinstance(found, WorkloadInfo)
    return found


def owned(name: str, kind: str, *uses: PodUse, **fields: Any) -> PodInfo:
    """A pod of the workload "web"."""
    return pod(name, *uses, controller=(kind, "web"), **fields)


def test_pods_fold_into_their_owner_and_those_that_need_a_restart_come_first() -> None:
    found = owners(
        owned("files", "DaemonSet", FOLDER, starts=(("app", 1),)),
        owned("web-1", "Deployment", ENV, FOLDER, starts=(("app", 1),)),
        owned("web-2", "Deployment", ENV, FOLDER, starts=(("app", 200),)),
        pod("alone", ALL_ENV, starts=(("app", 1),)),
    )
    assert [one.title for one in found] == ["Deployment/web", "Pod/alone", "DaemonSet/web"]
    web, alone, files = found
    assert web.counts == "2 pods: 1 old, 1 new"
    assert web.how == ("env DB_PASSWORD", "files in /etc/db")
    assert web.stale == {"uid-web-1"} and web.ref is not None and str(web.ref) == "Deployment/web"
    assert alone.worst.word == "old value" and alone.ref is None and "create it again" in alone.why_not
    assert files.worst.short == "automatic" and not files.needs_restart and files.counts == "1 pod"


def test_a_use_of_an_init_container_is_marked_and_needs_no_restart() -> None:
    (web,) = owners(owned("web-1", "Deployment", replace(ENV, container_kind="init"), FOLDER))
    assert web.how == ("env DB_PASSWORD (init)", "files in /etc/db") and not web.needs_restart


@pytest.mark.parametrize(
    ("read", "needs"),
    [
        (ENV, True),
        (ALL_ENV, True),
        (SUB_PATH, True),
        (FOLDER, False),
    ],
)
def test_only_a_use_that_is_never_updated_needs_a_restart(read: PodUse, needs: bool) -> None:
    (found,) = owners(owned("web-1", "Deployment", read, starts=(("app", 1),)))
    assert found.needs_restart is needs


def test_ended_and_terminating_pods_and_image_pulls_are_not_counted() -> None:
    assert not owners(
        owned("done", "Job", ENV, phase="Succeeded", starts=(("app", 1),)),
        owned("leaves", "Deployment", ENV, is_terminating=True, starts=(("app", 1),)),
        owned("pulls", "Deployment", use("image_pull", key=None, container=None), starts=(("app", 1),)),
    )


def test_a_workload_without_pods_is_listed_and_its_next_pod_reads_the_new_value() -> None:
    made = replace(searched(REPLICA_SET, "web-1"), controller=("Deployment", "web"))
    found = owners(
        owned("web-1", "Deployment", ENV, starts=(("app", 1),)),
        *(searched(DEPLOYMENT, name) for name in ("idle", "web")),
        made,
        searched(CRON_JOB, "nightly"),
        replace(searched(JOB, "over"), status="done"),
    )
    assert [one.title for one in found] == ["Deployment/web", "CronJob/nightly", "Deployment/idle"]
    web, nightly, idle = found
    assert web.idle is None and web.needs_restart and not idle.needs_restart
    assert idle.why_not == "no pod runs; the next pod gets the new value"
    assert nightly.why_not == "no pod runs; the next run gets the new value"
    assert (idle.counts, idle.how, idle.pods) == ("0/1 ready", ("env DB_PASSWORD",), ())


def test_a_running_workload_is_not_called_idle() -> None:
    job = replace(searched(JOB, "web"), controller=("CronJob", "nightly"))
    unseen = replace(searched(DEPLOYMENT, "unseen"), ready=1)
    active = replace(searched(CRON_JOB, "active"), ready=1)
    run = owned("web-1", "Job", ENV, starts=(("app", 1),))
    assert [one.title for one in owners(run, unseen, active, searched(CRON_JOB, "nightly"), job)] == [
        "Job/web"
    ]


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("Deployment", ""),
        ("Pod", "delete it and create"),
        ("Job", "the next Job reads the new value"),
        ("Rollout", ""),
        ("Cluster", "kubectl cnpg restart web -n shop"),
        ("MadeUp", "use the tool that manages the MadeUp"),
    ],
)
def test_each_kind_is_restarted_or_says_what_to_do(kind: str, says: str) -> None:
    told = why_not_kind(kind, "shop", "web")
    assert says in told and bool(told) is bool(says)


def test_the_restart_patch_is_the_one_of_kubectl() -> None:
    patch = restart_patch("Deployment", "2026-11-27T14:00:00Z")
    annotations = {"kubectl.kubernetes.io/restartedAt": "2026-11-27T14:00:00Z"}
    assert patch == {"spec": {"template": {"metadata": {"annotations": annotations}}}}
    assert restarted_at("Deployment", patch) == "2026-11-27T14:00:00Z"
    assert restarted_at("Deployment", {"spec": {"template": {}}}) == ""


def test_a_rollout_of_argo_is_restarted_by_its_own_field_also_while_it_is_paused() -> None:
    patch = restart_patch("Rollout", "2026-11-27T14:00:00Z")
    assert patch == {"spec": {"restartAt": "2026-11-27T14:00:00Z"}}
    assert restarted_at("Rollout", patch) == "2026-11-27T14:00:00Z" and restarted_at("Rollout", {}) == ""
    assert why_not("Rollout", {"metadata": {"name": "web"}, "spec": {"paused": True}}) == ""
    assert notes("Rollout", {"spec": {"replicas": 1}})[0].startswith("one replica")


@pytest.mark.parametrize(
    ("spec", "status", "state"),
    [
        ({}, {}, "waits"),
        ({"restartAt": "2026-11-27T14:00:00Z"}, {}, "waits"),
        ({"restartAt": "2026-11-27T14:00:00Z"}, {"restartedAt": "2026-11-27T13:59:59Z"}, "waits"),
        ({"restartAt": "2026-11-27T15:00:00+01:00"}, {"restartedAt": "2026-11-27T14:00:00Z"}, "done"),
    ],
)
def test_a_rollout_of_argo_is_restarted_once_its_controller_says_so(
    spec: dict[str, Any], status: dict[str, Any], state: str
) -> None:
    status = {"observedGeneration": "a-made-up-hash"} | status  # a text there
    assert (
        progress_of("Rollout", {"metadata": {"generation": 9}, "spec": spec, "status": status}).state == state
    )


def test_a_workload_that_cannot_be_restarted_says_why() -> None:
    assert why_not("Deployment", {"spec": {}}) == ""
    paused = {"metadata": {"name": "web"}, "spec": {"paused": True}}
    assert why_not("Deployment", paused) == "paused: run kubectl rollout resume deployment/web first"
    on_delete = {"spec": {"updateStrategy": {"type": "OnDelete"}}}
    assert "OnDelete" in why_not("StatefulSet", on_delete)
    assert why_not("Deployment", {"metadata": {"deletionTimestamp": "now"}}) == "it is being deleted"


def test_the_side_effects_of_a_restart_are_noted() -> None:
    assert notes("Deployment", {"spec": {"strategy": {"type": "Recreate"}}})[0].startswith(
        "strategy Recreate"
    )
    parted = {"spec": {"replicas": 3, "updateStrategy": {"rollingUpdate": {"partition": 2}}}}
    assert notes("StatefulSet", parted) == ("partition 2: pods 0 to 1 keep the old template",)
    assert notes("StatefulSet", {"spec": {"replicas": 1}})[0].startswith("one replica")
    template = {"metadata": {"annotations": {"checksum/secret": "made-up"}}}
    assert "next Helm upgrade" in notes("Deployment", {"spec": {"template": template}})[0]


@pytest.mark.parametrize("kind", RESTARTABLE)
def test_a_workload_of_an_odd_shape_is_read_without_error(kind: str) -> None:
    odd = {
        "metadata": {"generation": 1, "annotations": 5},
        "spec": "odd",
        "status": {"observedGeneration": 1},
    }
    odd["status"] |= {"conditions": ["odd"], "replicas": "odd"}  # type: ignore[operator]
    assert progress_of(kind, odd).state in ("waits", "done")
    assert (why_not(kind, odd), notes(kind, odd), annotations_of(odd)) == ("", (), {})


def deployment(**status: Any) -> dict[str, Any]:
    return {
        "metadata": {"generation": 2},
        "spec": {"replicas": 2},
        "status": {"observedGeneration": 2, "replicas": 2, "updatedReplicas": 2, "availableReplicas": 2}
        | status,
    }


@pytest.mark.parametrize(
    ("status", "state", "said"),
    [
        ({}, "done", "rolled out"),
        ({"observedGeneration": 1}, "waits", "not seen"),
        ({"updatedReplicas": 1}, "waits", "1 of 2 new pods made"),
        ({"replicas": 3}, "waits", "1 old pod still running"),
        ({"conditions": [{"reason": "ProgressDeadlineExceeded"}]}, "failed", "deadline"),
        (
            {"conditions": [{"type": "ReplicaFailure", "status": "True", "message": "quota made-up"}]},
            "failed",
            "its pods cannot be created",
        ),
    ],
)
def test_a_deployment_is_followed_as_kubectl_does(status: dict[str, Any], state: str, said: str) -> None:
    found = progress_of("Deployment", deployment(**status))
    assert found.state == state and said in found.message


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ({}, ""),
        ({"updatedReplicas": 1}, "1 of 2 new pods made"),
        ({"replicas": 3}, "1 old pod still running"),
        ({"availableReplicas": 1}, ""),  # its pods are new, though one is not ready
        ({"updatedReplicas": 1, "conditions": [{"reason": "ProgressDeadlineExceeded"}]}, ""),
    ],
)
def test_a_workload_rolls_out_while_old_pods_are_to_be_replaced(status: dict[str, Any], said: str) -> None:
    assert replacing("Deployment", deployment(**status)) == said
    assert replacing("Rollout", {"metadata": {"generation": 1}, "spec": {}, "status": {}}) == ""


@pytest.mark.parametrize(
    ("status", "partition", "state", "said"),
    [
        ({}, 0, "done", "rolled out"),
        ({"readyReplicas": 2}, 0, "waits", "2 of 3 pods ready"),
        ({"currentRevision": "a"}, 0, "waits", "3 of 3 new pods made"),
        ({"currentRevision": "a", "updatedReplicas": 1}, 2, "done", "except pods below partition 2"),
    ],
)
def test_the_rollout_of_a_stateful_set_is_followed_to_its_partition(
    status: dict[str, Any], partition: int, state: str, said: str
) -> None:
    usual = {"readyReplicas": 3, "updatedReplicas": 3, "currentRevision": "b", "updateRevision": "b"}
    obj = {
        "metadata": {"generation": 2},
        "spec": {"replicas": 3, "updateStrategy": {"rollingUpdate": {"partition": partition}}},
        "status": {"observedGeneration": 2} | usual | status,
    }
    found = progress_of("StatefulSet", obj)
    assert found.state == state and said in found.message


def test_the_rollout_of_a_daemon_set_is_followed() -> None:
    counts = {"desiredNumberScheduled": 2, "updatedNumberScheduled": 2, "numberAvailable": 1}
    obj = {"metadata": {"generation": 1}, "status": {"observedGeneration": 1} | counts}
    assert progress_of("DaemonSet", obj).message == "1 of 2 new pods available"
    obj["status"]["numberAvailable"] = 2
    assert progress_of("DaemonSet", obj).state == "done"
    obj["status"]["updatedNumberScheduled"] = 0
    assert progress_of("DaemonSet", obj).message == "0 of 2 new pods made"


MISSING: Final = "couldn't find key PASSWORD in Secret payments/db"


@pytest.mark.parametrize(
    ("waiting", "said"),
    [
        (("app", "CreateContainerConfigError", MISSING), MISSING),
        (("app", "ContainerCreating", ""), ""),
        (("app", "CreateContainerConfigError", "failed to sync secret cache: timed out"), ""),
        (("app", "CrashLoopBackOff", "back-off 10s"), "container app waits (CrashLoopBackOff)"),
        (("app", "ErrImagePull", ""), "container app waits (ErrImagePull)"),
    ],
)
def test_a_pod_that_does_not_start_says_why_in_the_kubelets_words(
    waiting: tuple[str, str, str], said: str
) -> None:
    assert pod_failure(pod("web-1", ENV, waiting=(waiting,))) == (Failure(said, waiting[2]) if said else None)


def test_the_latest_relevant_event_gives_the_reason_that_no_status_has() -> None:
    def event(reason: str, message: str, at: str) -> dict[str, str]:
        return {"reason": reason, "message": message, "lastTimestamp": at}

    key = 'MountVolume.SetUp failed for volume "v" : references non-existent secret key: PASSWORD'
    found = event_failure(
        [
            event("FailedMount", "an older one, made up", "2026-11-27T13:00:00Z"),
            event("FailedMount", key, "2026-11-27T14:00:00Z"),
            event("FailedMount", 'object "a"/"b" not registered', "2026-11-27T14:00:01Z"),
            event("Unhealthy", "Readiness probe failed", "2026-11-27T14:00:02Z"),
        ]
    )
    assert found == Failure("references non-existent secret key: PASSWORD", key)
    assert event_failure([]) is None
    failed = event_failure([event("Failed", f"Error: {MISSING}", "2026-11-27T14:00:00Z")])
    assert failed == Failure(MISSING, MISSING)
    driver = event_failure([event("FailedMount", "driver: made-up-1", "2026-11-27T14:00:00Z")])
    assert driver == Failure("event FailedMount", "driver: made-up-1")


def test_a_pod_is_ready_when_every_container_is() -> None:
    assert is_ready(pod("a", ENV)) and not is_ready(pod("a", ENV, ready="1/2"))
    assert not is_ready(pod("a", ENV, is_terminating=True)) and not is_ready(pod("a", ENV, phase="Pending"))


def test_the_pods_of_the_newest_template_show_whether_the_next_start_fails() -> None:
    lacks = (("app", "CreateContainerConfigError", MISSING),)
    old = pod("web-1-a", created=1.0, waiting=lacks)
    assert start_failure([old, pod("web-2-a", created=2.0, waiting=lacks)]) == MISSING
    assert start_failure([pod("web-1-b", created=3.0), old, pod("web-2-a", created=2.0)]) == ""
    assert (
        start_failure([pod("web-2-a", created=2.0, waiting=(("app", "CrashLoopBackOff", "it ended"),))]) == ""
    )
    assert start_failure([]) == ""
