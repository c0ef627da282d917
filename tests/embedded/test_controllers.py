"""Simulated controllers: rollouts, the kubelet's messages, and managers of Secrets that act when asked."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from cryptography import x509

from tests.embedded.kinds import definition, deployment
from tui.embedded.demo import controllers
from tui.embedded.demo.story import STORY_TIME
from tui.embedded.objects.store import Store

Obj = dict[str, Any]
RESTARTED = {"kubectl.kubernetes.io/restartedAt": "2026-11-24T14:00:00Z"}


class Clock:
    """Clock that advances by a minute each time it is read."""

    def __init__(self) -> None:
        self.time = STORY_TIME

    def __call__(self) -> float:
        self.time += 60.0
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(clock: Clock) -> Store:
    """A Secret with one key, and nothing else."""
    held = Store(clock)
    held.put(secret("db", password="bWFkZS11cA=="))
    return held


def secret(name: str, **data: str) -> Obj:
    return {"kind": "Secret", "metadata": {"name": name, "namespace": "default"}, "data": data}


def workload(kind: str, name: str, replicas: int = 2, **spec: Any) -> Obj:
    """A workload whose pods read the key password of the Secret db."""
    made = deployment(name)
    made["spec"] |= spec | ({} if kind == "DaemonSet" else {"replicas": replicas})
    return made | {"kind": kind}


def restart(store: Store, resource: str, name: str = "web") -> None:
    """Restart a workload as `kubectl rollout restart` does."""
    obj = store.get(resource, "default", name)
    obj["spec"]["template"]["metadata"]["annotations"] = RESTARTED
    store.put(obj)


def pods(store: Store) -> dict[str, Obj]:
    return {record.name: record.obj for record in store.by_resource["pods"].within("default")}


def is_restarted(pod: Obj) -> bool:
    return bool(pod["metadata"].get("annotations") == RESTARTED)


def test_a_rollout_stops_at_a_missing_key_and_goes_on_when_it_is_there(store: Store, clock: Clock) -> None:
    store.put(workload("Deployment", "web"))
    controllers.settle(store)
    store.put(secret("db", user="bWFkZS11cA=="))
    restart(store, "deployments.apps")
    controllers.settle(store)
    (new,) = filter(is_restarted, pods(store).values())
    (one,) = new["status"]["containerStatuses"]
    said = "couldn't find key password in Secret default/db"
    assert one["state"]["waiting"] == {"reason": "CreateContainerConfigError", "message": said}
    (event,) = (record.obj for record in store.by_resource["events"].within("default"))
    assert (event["type"], event["reason"], event["message"]) == ("Warning", "Failed", f"Error: {said}")
    assert event["involvedObject"]["uid"] == new["metadata"]["uid"]
    status = store.get("deployments.apps", "default", "web")["status"]
    assert (status["updatedReplicas"], status["readyReplicas"], len(pods(store))) == (1, 2, 3)
    assert status["conditions"][1]["reason"] == "ReplicaSetUpdated"
    clock.time += 600
    controllers.settle(store)
    status = store.get("deployments.apps", "default", "web")["status"]
    assert status["conditions"][1]["reason"] == "ProgressDeadlineExceeded"
    store.put(secret("db", password="bWFkZS11cA=="))
    controllers.settle(store)
    assert all(map(is_restarted, pods(store).values())) and len(pods(store)) == 2


@pytest.mark.parametrize(
    ("spec", "waits", "reason", "message"),
    [
        (
            {"volumes": [{"name": "v", "secret": {"secretName": "absent"}}]},
            {"reason": "ContainerCreating"},
            "FailedMount",
            'MountVolume.SetUp failed for volume "v" : secret "absent" not found',
        ),
        (
            {
                "volumes": [
                    {"name": "v", "secret": {"secretName": "db", "items": [{"key": "k", "path": "k"}]}}
                ]
            },
            {"reason": "ContainerCreating"},
            "FailedMount",
            'MountVolume.SetUp failed for volume "v" : references non-existent secret key: k',
        ),
        (
            {"containers": [{"name": "app", "image": "i", "envFrom": [{"secretRef": {"name": "absent"}}]}]},
            {"reason": "CreateContainerConfigError", "message": 'secret "absent" not found'},
            "Failed",
            'Error: secret "absent" not found',
        ),
        (
            {"imagePullSecrets": [{"name": "absent"}]},
            {"reason": "ImagePullBackOff", "message": 'Back-off pulling image "i"'},
            "FailedToRetrieveImagePullSecret",
            "Unable to retrieve some image pull secrets (absent); "
            "attempting to pull the image may not succeed.",
        ),
        ({"volumes": [{"name": "v", "secret": {"secretName": "absent", "optional": True}}]}, None, "", ""),
    ],
    ids=["no volume", "no file", "no environment", "no login", "optional"],
)
def test_the_kubelet_says_why_a_pod_does_not_start(
    store: Store, spec: Obj, waits: Obj | None, reason: str, message: str
) -> None:
    spec = {"containers": [{"name": "app", "image": "i"}]} | spec
    store.put({"kind": "Pod", "metadata": {"name": "one", "namespace": "default"}, "spec": spec})
    controllers.settle(store)
    (one,) = pods(store)["one"]["status"]["containerStatuses"]
    assert one["state"].get("waiting") == waits
    told = [record.obj for record in store.by_resource["events"].within("default")]
    assert [(event["reason"], event["message"]) for event in told] == ([(reason, message)] if reason else [])


def custom(group: str, plural: str, kind: str, name: str, **parts: Any) -> tuple[Obj, Obj]:
    """A definition, and an object of it in the namespace default."""
    made = definition()
    made["metadata"] = {"name": f"{plural}.{group}"}
    made["spec"] = made["spec"] | {"group": group, "names": {"plural": plural, "kind": kind}}
    meta = {"name": name, "namespace": "default"} | parts.pop("metadata", {})
    return made, {"apiVersion": f"{group}/v1", "kind": kind, "metadata": meta} | parts


def put_all(store: Store, *objects: Obj) -> None:
    for obj in objects:
        store.put(obj)


def external(**spec: Any) -> tuple[Obj, ...]:
    """The ExternalSecret db, and the store that it names."""
    spec = {"secretStoreRef": {"name": "vault"}, "data": [{"secretKey": "password"}]} | spec
    group = "external-secrets.io"
    return (
        *custom(group, "secretstores", "SecretStore", "vault"),
        *custom(group, "externalsecrets", "ExternalSecret", "db", spec=spec),
    )


def test_an_edit_of_a_key_that_an_external_secret_sets_is_reverted(store: Store) -> None:
    put_all(store, *external())
    controllers.settle(store)
    before = store.get("secrets", "default", "db")["data"]["password"]
    edited = store.get("secrets", "default", "db")
    edited["data"] |= {"password": "bWFkZS11cC0x", "other": "bWFkZS11cC0y"}
    store.put(edited, manager="kubectl-edit")
    controllers.settle(store)
    after = store.get("secrets", "default", "db")["data"]
    assert after == {"password": before, "other": "bWFkZS11cC0y"}


CERTIFICATE = "certificates.cert-manager.io"


def issuing(store: Store, issuer: str) -> Obj:
    """The status of a Certificate after its renewal was asked for."""
    spec = {"secretName": "tls", "dnsNames": ["web.example.test"], "issuerRef": {"name": issuer}}
    status = {
        "revision": 3,
        "conditions": [{"type": "Issuing", "status": "True", "reason": "ManuallyTriggered"}],
    }
    group = "cert-manager.io"
    put_all(store, *custom(group, "issuers", "Issuer", "ca"))
    put_all(store, *custom(group, "certificates", "Certificate", "web", spec=spec, status=status))
    controllers.settle(store)
    renewed: Obj = store.get(CERTIFICATE, "default", "web")["status"]
    return renewed


def test_a_certificate_is_renewed(store: Store) -> None:
    status = issuing(store, "ca")
    assert (status["revision"], [one["type"] for one in status["conditions"]]) == (4, ["Ready"])
    held = store.get("secrets", "default", "tls")["data"]
    assert sorted(held) == ["ca.crt", "tls.crt", "tls.key"]
    leaf = x509.load_pem_x509_certificate(base64.b64decode(held["tls.crt"]))
    assert leaf.not_valid_after_utc.strftime("%Y-%m-%dT%H:%M") == status["notAfter"][:16]
