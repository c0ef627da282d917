"""A pod's state in a word, and what each change of a Secret does to each of its readers."""

from __future__ import annotations

from typing import Any

import pytest

from tests.model.pods import SNIPPETS, info, one_use
from tui.model.readers.pod_spec import WAYS
from tui.model.readers.pod_use import PodUse
from tui.model.readers.reader import ChangeKind
from tui.model.secret.secret import SecretRef

REF = SecretRef("payments", "s")
SPEC = {"containers": [{"name": "app"}, {"name": "beside"}]}


def use(way: str, **changes: Any) -> PodUse:
    usual: dict[str, Any] = {
        "secret": "s",
        "way": way,
        "key": "password",
        "container": "app",
        "container_kind": "container",
        "target": "/etc/db/pass",
        "is_read_only": False,
        "is_sub_path": False,
        "is_optional": False,
        "is_mounted": way in ("volume", "projected"),
    }
    return PodUse(**(usual | changes))


ENV = use("env", target="DB_PASSWORD")
ALL_ENV = use("env_from", key=None, target="DB_")
LISTED = use("volume", is_listed=True)
FOLDER = use("volume", key=None, target="/etc/db")
SUB_PATH = use("projected", is_sub_path=True)
UNMOUNTED = use("volume", key=None, container=None, container_kind=None, target="", is_mounted=False)
PULL = use("image_pull", key=None, container=None, container_kind=None, target="")
CSI = use("csi", key=None, target="/mnt", is_mounted=True)


@pytest.mark.parametrize(
    ("reader", "change", "severity", "says"),
    [
        (ENV, "changed", 2, "old value until a restart"),
        (ENV, "removed", 4, "next start FAILS: couldn't find key password in Secret payments/s"),
        (ENV, "deleted", 4, 'next start FAILS: secret "s" not found'),
        (ENV, "added", 1, "next start works: the missing key now exists"),
        (use("env", target="X", is_optional=True), "removed", 2, "variable X is gone at next start"),
        (use("env", target="X", is_optional=True), "added", 1, "new variable X at next start"),
        (ALL_ENV, "added", 1, "new variable DB_password at next start"),
        (ALL_ENV, "removed", 2, "variable DB_password is gone at next start"),
        (
            use("env_from", key=None, is_optional=True, target=""),
            "deleted",
            2,
            "variables from this Secret are gone at next start",
        ),
        (use("env", container_kind="init"), "changed", 1, "new value at next start (init container)"),
        (LISTED, "changed", 1, "file changes within 2 min; the app may need a reload"),
        (LISTED, "removed", 4, "next start FAILS: references non-existent secret key: password"),
        (LISTED, "added", 1, "next start works: the missing key now exists"),
        (
            use("volume", is_listed=True, is_optional=True),
            "removed",
            2,
            "file password disappears within 2 min",
        ),
        (FOLDER, "changed", 1, "file changes within 2 min; the app may need a reload"),
        (FOLDER, "added", 1, "file password appears within 2 min"),
        (FOLDER, "removed", 2, "file password disappears within 2 min"),
        (
            use("projected", key=None, is_optional=True),
            "deleted",
            2,
            "files from this Secret disappear within 2 min",
        ),
        (use("volume", container_kind="init"), "changed", 1, "new value at next start (init container)"),
        (SUB_PATH, "changed", 2, "old file until next start (subPath)"),
        (SUB_PATH, "added", 1, "new file at next start (subPath)"),
        (SUB_PATH, "removed", 3, "next start may FAIL: an empty directory replaces the file (subPath)"),
        (use("volume", is_sub_path=True, is_listed=True), "removed", 4, "next start FAILS: references"),
        (UNMOUNTED, "changed", 0, "no container mounts the volume"),
        (UNMOUNTED, "removed", 0, "no container mounts the volume"),
        (UNMOUNTED, "deleted", 0, "no container mounts the volume"),
        (use("csi", container=None, container_kind=None), "deleted", 0, "no container mounts the volume"),
        (CSI, "changed", 1, "the volume's driver reads the Secret at the next mount"),
        (CSI, "removed", 3, "next start may FAIL: the volume's driver may need this key"),
        (PULL, "changed", 0, "does not read this key"),
        (PULL, "deleted", 3, "next image pull may FAIL: Unable to retrieve some image pull secrets (s)"),
    ],
)
def test_each_change_of_a_secret_has_its_effect_on_each_use(
    reader: PodUse, change: ChangeKind, severity: int, says: str
) -> None:
    found = reader.effect(change, REF, None if change == "deleted" else "password")
    assert found.severity == severity
    assert found.sentence.startswith(says)


def test_a_change_of_another_key_does_not_affect_a_reader() -> None:
    assert ENV.effect("removed", REF, "other") == (0, "does not read this key")
    assert PULL.effect("changed", REF, ".dockerconfigjson") == (1, "used at the next image pull")
    assert PULL.effect("removed", REF, ".dockerconfigjson").severity == 3
    assert ALL_ENV.reads("other") and CSI.reads("other") and not LISTED.reads("other")


def test_older_kubelets_skip_a_variable_that_begins_with_a_digit() -> None:
    added = use("env_from", key=None, target="").effect("added", REF, "2fa")
    assert added.sentence == "new variable 2fa at next start; kubelets before 1.34 skip this name"


def test_the_words_before_a_change_mention_no_new_value() -> None:
    at_start = (use("env"), use("env_from"), use("env", container_kind="init"), SUB_PATH)
    assert {reader.when_seen().removesuffix(" (subPath)") for reader in at_start} == {
        "read again at next start"
    }


def test_a_missing_key_is_worse_than_an_old_value() -> None:
    found = [one.effect("removed", REF, "password") for one in (FOLDER, ENV, UNMOUNTED)]
    assert max(found).sentence.startswith("next start FAILS")


@pytest.mark.parametrize(
    ("reader", "words"),
    [
        (ENV, "env DB_PASSWORD"),
        (ALL_ENV, "envFrom (prefix DB_)"),
        (use("volume", is_read_only=True), "file /etc/db/pass (ro)"),
        (FOLDER, "files in /etc/db"),
        (UNMOUNTED, "volume, not mounted"),
        (PULL, "image pulls"),
        (CSI, "CSI volume /mnt"),
        (use("rbd", target="", is_mounted=False), "RBD volume, not mounted"),
    ],
)
def test_each_use_is_described_in_words(reader: PodUse, words: str) -> None:
    assert reader.how() == words


@pytest.mark.parametrize("way", [way.id for way in WAYS])
def test_every_way_of_reading_a_secret_has_its_words(way: str) -> None:
    found = one_use(SNIPPETS[way])
    assert found.how() and found.when_seen() != "not known"
    for change in ("changed", "added", "removed", "deleted"):
        assert found.effect(change, REF, "password").sentence


def state(**states: Any) -> dict[str, Any]:
    statuses = [{"name": name, "ready": "running" in one, "state": one} for name, one in states.items()]
    return {"phase": "Running", "containerStatuses": statuses}


RUNNING = {"running": {"startedAt": "2026-11-24T12:40:00Z"}}
LATER = {"running": {"startedAt": "2026-11-24T12:50:00.5Z"}}
NO_KEY = {
    "waiting": {
        "reason": "CreateContainerConfigError",
        "message": "couldn't find key PASSWORD in Secret payments/s",
    }
}


@pytest.mark.parametrize(
    ("status", "word", "ready"),
    [
        (state(app=RUNNING, beside=LATER), "running", "2/2"),
        (state(app=RUNNING, beside=NO_KEY), "CreateContainerConfigError", "1/2"),
        (
            state(app={"waiting": {"reason": "ContainerCreating"}}, beside=NO_KEY),
            "CreateContainerConfigError",
            "0/2",
        ),
        (
            state(app=RUNNING, beside={"terminated": {"reason": "OOMKilled", "exitCode": 137}}),
            "OOMKilled",
            "1/2",
        ),
        (state(app=RUNNING, beside={"terminated": {"exitCode": 1}}), "Error", "1/2"),
        (state(app=RUNNING, beside={"terminated": {"reason": "Completed", "exitCode": 0}}), "running", "1/2"),
        ({"phase": "Failed", "reason": "Evicted"}, "Evicted", "0/2"),
        ({"phase": "Pending"}, "pending", "0/2"),
        ({}, "unknown", "0/2"),
    ],
)
def test_the_state_of_a_pod_is_one_word(status: dict[str, Any], word: str, ready: str) -> None:
    pod = info(SPEC, status)
    assert (pod.status, pod.ready) == (word, ready)


def test_a_waiting_container_has_the_kubelets_words() -> None:
    pod = info(SPEC, state(app=RUNNING, beside=NO_KEY))
    assert pod.waiting == (
        ("beside", "CreateContainerConfigError", "couldn't find key PASSWORD in Secret payments/s"),
    )


def test_a_sidecar_counts_and_an_init_container_does_not() -> None:
    spec = {
        **SPEC,
        "initContainers": [{"name": "first"}, {"name": "proxy", "restartPolicy": "Always"}],
    }
    status = state(app=RUNNING, beside=RUNNING) | {
        "initContainerStatuses": [
            {"name": "first", "ready": True, "state": {"running": {"startedAt": "2026-11-24T12:00:00Z"}}},
            {"name": "proxy", "ready": True, "state": LATER},
        ]
    }
    pod = info(spec, status)
    assert pod.ready == "3/3"
    assert pod.starts == (
        ("first", 1795521600.0),
        ("proxy", 1795524600.5),
        ("app", 1795524000.0),
        ("beside", 1795524000.0),
    )
    assert pod.started("proxy") == 1795524600.5


def test_the_creation_start_and_end_of_a_pod_are_read() -> None:
    pod = info(
        SPEC,
        state(app=LATER, beside=RUNNING),
        creationTimestamp="2026-11-24T12:39:00Z",
        deletionTimestamp="2026-11-24T13:00:00Z",
    )
    assert (pod.created, pod.started("beside")) == (1795523940.0, 1795524000.0)
    assert pod.is_terminating and pod.status == "terminating"
    odd = info(SPEC, state(app={"running": {"startedAt": "soon"}}), creationTimestamp="x")
    assert (odd.created, odd.starts, odd.is_terminating) == (None, (), False)


@pytest.mark.parametrize(
    ("owners", "labels", "controller"),
    [
        ([], {}, None),
        ([{"kind": "StatefulSet", "name": "db", "controller": True}], {}, ("StatefulSet", "db")),
        (
            [{"kind": "ReplicaSet", "name": "web-7d9f", "controller": True}],
            {"pod-template-hash": "7d9f"},
            ("Deployment", "web"),
        ),
        (
            [{"kind": "ReplicaSet", "name": "web-7d9f", "controller": True}],
            {"rollouts-pod-template-hash": "7d9f"},
            ("Rollout", "web"),
        ),
        (
            [{"kind": "ReplicaSet", "name": "web", "controller": True}],
            {"pod-template-hash": "7d9f"},
            ("ReplicaSet", "web"),
        ),
    ],
)
def test_a_pod_belongs_to_the_workload_that_controls_it(
    owners: list[dict[str, Any]], labels: dict[str, str] | None, controller: tuple[str, str] | None
) -> None:
    assert info(SPEC, ownerReferences=owners, labels=labels).controller == controller
