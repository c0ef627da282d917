"""Fields of the API that can name a Secret: each is read, or there is a reason why not."""

from __future__ import annotations

from typing import Final

import pytest
from kubernetes import client

from tests.secret_places import NAME, Obj, Place, excuses, forgotten, names_read, of_model, places

KINDS: Final[dict[str, str]] = {
    "Ingress": "networking.k8s.io",
    "PersistentVolume": "",
    "PodTemplate": "",
    "ReplicationController": "",
    "ServiceAccount": "",
    **dict.fromkeys(("DaemonSet", "Deployment", "ReplicaSet", "StatefulSet"), "apps"),
    **dict.fromkeys(("CronJob", "Job"), "batch"),
}
CSI: Final = "csi.storage.k8s.io/"
PARAMETERS: Final = (
    f"{CSI}secret-name",
    *(
        f"{CSI}{step}-secret-name"
        for step in ("provisioner", "controller-publish", "controller-expand", "controller-modify")
    ),
    *(f"{CSI}{step}-secret-name" for step in ("node-stage", "node-publish", "node-expand")),
    *(f"csi{step}SecretName" for step in ("Provisioner", "ControllerPublish", "NodeStage", "NodePublish")),
)
"""Parameters of a StorageClass that name Secrets, as the CSI documentation spells them."""


def of_pods() -> list[Place]:
    return places(client.V1Pod, of_model)


def test_every_field_of_a_pod_that_names_a_secret_is_read() -> None:
    assert forgotten("", "Pod", of_pods()) == []
    read = [place for place in of_pods() if not excuses("Pod", place)]
    assert len(read) == 18, "6 of containers, 1 of the pod, 11 of volumes"


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_of_another_kind_that_names_a_secret_is_read(kind: str) -> None:
    found = places(getattr(client, f"V1{kind}"), of_model)
    assert any(not excuses(kind, place) for place in found), "the walk finds nothing"
    assert forgotten(KINDS[kind], kind, found) == []


@pytest.mark.parametrize("name", PARAMETERS)
def test_every_parameter_of_a_storage_class_is_read(name: str) -> None:
    obj: Obj = {"parameters": {name: NAME, name.replace("ame", "amespace"): "shop"}}
    assert names_read("storage.k8s.io", "StorageClass", obj) == {NAME}
