"""The pods of the tour's story: every way to read a secret, and every way in which it goes wrong."""

from __future__ import annotations

import re
from typing import Final

import pytest

from tests.embedded.storybook import Obj, all_of, data, pods, references, secrets

PLACES: Final = (
    "imagePullSecrets",
    "initContainers.env",
    "containers.env",
    "containers.envFrom",
    "ephemeralContainers.env",
    "secret",
    "secret.items",
    "projected",
    "projected.items",
    "azureFile",
    "cephfs",
    "cinder",
    "csi",
    "flexVolume",
    "iscsi",
    "rbd",
    "scaleIO",
    "storageos",
)


@pytest.mark.parametrize("place", PLACES)
def test_a_secret_that_is_there_is_read_in_every_place(place: str) -> None:
    assert any(
        ref.place == place and f"{pod['metadata']['namespace']}/{ref.secret}" in secrets()
        for pod in pods().values()
        for ref in references(pod)
    )


def _mounts() -> list[Obj]:
    return [
        mount
        for pod in pods().values()
        for kind in ("initContainers", "containers")
        for container in pod["spec"].get(kind, [])
        for mount in container.get("volumeMounts", [])
    ]


def test_mounts_vary() -> None:
    assert any("subPath" in mount for mount in _mounts())
    assert any("subPathExpr" in mount for mount in _mounts())
    assert {mount.get("readOnly", False) for mount in _mounts()} == {True, False}


def test_containers_vary() -> None:
    inits = [one for pod in pods().values() for one in pod["spec"].get("initContainers", [])]
    assert {one.get("restartPolicy") for one in inits} == {None, "Always"}
    sources = [
        source
        for pod in pods().values()
        for container in pod["spec"]["containers"]
        for source in container.get("envFrom", [])
    ]
    assert {bool(source.get("prefix")) for source in sources} == {True, False}
    assert any(not list(references(pod)) for pod in pods().values())


def test_controllers() -> None:
    owned = {name: pod["metadata"].get("ownerReferences", []) for name, pod in pods().items()}
    kinds = {owner["kind"] for owners in owned.values() for owner in owners}
    assert kinds == {"ReplicaSet", "StatefulSet", "DaemonSet", "Job"}
    assert owned["default/mypod"] == []
    for name, owners in owned.items():
        assert all(owner["controller"] and f"/{owner['name']}-" in name for owner in owners), name


def _broken() -> tuple[set[tuple[str, str]], set[tuple[str, str, str]]]:
    """The references that keep a pod from starting: (pod, missing secret), (pod, secret, missing key)."""
    no_secret, no_key = set(), set()
    for name, pod in pods().items():
        for ref in references(pod):
            secret = secrets().get(f"{pod['metadata']['namespace']}/{ref.secret}")
            if ref.is_optional:
                continue
            if secret is None:
                no_secret.add((name, ref.secret))
            elif ref.key is not None and ref.key not in data(secret):
                no_key.add((name, ref.secret, ref.key))
    return no_secret, no_key


def test_what_is_missing_is_missing_on_purpose() -> None:
    no_secret, no_key = _broken()
    assert no_secret == {
        ("payments/refunds-7b8c6d5f49-m4t7w", "refunds-provider"),
        ("web/admin-59c8b7f6d4-k2n9v", "partner-ca"),
        ("web/shop-6b4c9f7d8-rr2kd", "registry-pull-winter"),
    }
    assert no_key == {
        ("payments/ledger-worker-6f4b7d9c55-bbx2v", "db-credentials", "PASSWORD"),
        ("payments/settlements-6c5d4b8f77-t9x3c", "sftp-settlements", "config"),
    }


def test_optional_references_may_miss() -> None:
    assert any(
        ref.is_optional and f"{pod['metadata']['namespace']}/{ref.secret}" not in secrets()
        for pod in pods().values()
        for ref in references(pod)
    )


def _waiting(name: str) -> Obj:
    waiting: Obj = pods()[name]["status"]["containerStatuses"][0]["state"]["waiting"]
    return waiting


def test_the_kubelet_says_why_in_its_own_words() -> None:
    assert _waiting("payments/refunds-7b8c6d5f49-m4t7w") == {
        "reason": "CreateContainerConfigError",
        "message": 'secret "refunds-provider" not found',
    }
    assert _waiting("payments/ledger-worker-6f4b7d9c55-bbx2v") == {
        "reason": "CreateContainerConfigError",
        "message": "couldn't find key PASSWORD in Secret payments/db-credentials",
    }
    assert _waiting("payments/settlements-6c5d4b8f77-t9x3c") == {"reason": "ContainerCreating"}


def test_every_broken_reference_has_its_event() -> None:
    no_secret, no_key = _broken()
    told = {
        f"{event['metadata']['namespace']}/{event['involvedObject']['name']}": event["message"]
        for event in all_of("events").values()
    }
    for name, *missing in [*no_secret, *no_key]:
        assert missing[-1] in told[name]
    for event in all_of("events").values():
        about = event["involvedObject"]
        assert about["uid"] == pods()[f"{about['namespace']}/{about['name']}"]["metadata"]["uid"]


def test_every_container_has_a_status() -> None:
    for name, pod in pods().items():
        for spec, status in (
            ("containers", "containerStatuses"),
            ("initContainers", "initContainerStatuses"),
            ("ephemeralContainers", "ephemeralContainerStatuses"),
        ):
            said = [one["name"] for one in pod["status"].get(status, [])]
            assert said == [one["name"] for one in pod["spec"].get(spec, [])], name


def test_readers_started_before_and_after_the_change() -> None:
    (entry,) = secrets()["payments/db-credentials"]["metadata"]["managedFields"]
    started = [
        re.search(r"'running': {'startedAt': '([^']+)'", repr(pod["status"]))
        for name, pod in pods().items()
        if "ledger-api" in name
    ]
    assert {found is not None and found[1] > entry["time"] for found in started} == {True, False}
