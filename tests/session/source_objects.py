"""Managers of Secrets for tests: their kinds, an object of each, and what their controllers do."""

from __future__ import annotations

from typing import Any

from tests.faulty_cluster.server import FaultyCluster
from tui.model.text.times import rfc3339

Obj = dict[str, Any]


def kind_of(
    kind: str, group: str, *versions: str, is_namespaced: bool = True, has_status: bool = False
) -> Obj:
    """The CustomResourceDefinition of a kind."""
    plural = f"{kind.lower().removesuffix('y')}ies" if kind.endswith("y") else f"{kind.lower()}s"
    schema = {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}}
    status: Obj = {"subresources": {"status": {}}} if has_status else {}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{plural}.{group}"},
        "spec": {
            "group": group,
            "scope": "Namespaced" if is_namespaced else "Cluster",
            "names": {"plural": plural, "kind": kind, "singular": kind.lower(), "listKind": f"{kind}List"},
            "versions": [
                {"name": name, "served": True, "storage": nth == 0, "schema": schema, **status}
                for nth, name in enumerate(versions)
            ],
        },
    }


ES_KIND = kind_of("ExternalSecret", "external-secrets.io", "v1", has_status=True)
OLD_ES_KIND = kind_of("ExternalSecret", "external-secrets.io", "v1beta1", has_status=True)
CLUSTER_ES_KIND = kind_of("ClusterExternalSecret", "external-secrets.io", "v1", is_namespaced=False)
PUSH_KIND = kind_of("PushSecret", "external-secrets.io", "v1alpha1", has_status=True)
CERTIFICATE_KIND = kind_of("Certificate", "cert-manager.io", "v1", has_status=True)
APPLICATION_KIND = kind_of("Application", "argoproj.io", "v1alpha1")
SEALED_KIND = kind_of("SealedSecret", "bitnami.com", "v1alpha1", has_status=True)
GIT_KIND = kind_of("GitRepository", "source.toolkit.fluxcd.io", "v1", has_status=True)
KUSTOMIZATION_KIND = kind_of("Kustomization", "kustomize.toolkit.fluxcd.io", "v1", has_status=True)


def secret(name: str = "db", *, owner: str = "", api: str = "", **meta: Any) -> Obj:
    """A Secret in default, with a controlling owner of its name and this kind."""
    if owner:
        reference = {"apiVersion": api, "kind": owner, "name": name, "uid": "uid-owner", "controller": True}
        meta["ownerReferences"] = [reference]
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": name, "namespace": "default", **meta},
        "type": "Opaque",
        "data": {"password": "bWFkZS11cC0x"},
    }


def external_secret(name: str = "db", *, api: str = "external-secrets.io/v1", **spec: Any) -> Obj:
    """ExternalSecret that was refreshed an hour before."""
    return {
        "apiVersion": api,
        "kind": "ExternalSecret",
        "metadata": {"name": name, "namespace": "default"},
        "spec": {"secretStoreRef": {"kind": "SecretStore", "name": "vault"}, "refreshInterval": "1h", **spec},
        "status": {
            "refreshTime": "2025-11-24T13:00:00Z",
            "syncedResourceVersion": "1-made-up",
            "conditions": [
                {"type": "Ready", "status": "True", "reason": "SecretSynced", "message": "secret synced"}
            ],
        },
    }


def certificate(name: str = "web", **status: Any) -> Obj:
    """Certificate that was issued once."""
    ready = {"type": "Ready", "status": "True", "reason": "Ready"}
    return {
        "apiVersion": "cert-manager.io/v1",
        "kind": "Certificate",
        "metadata": {"name": name, "namespace": "default", "generation": 1},
        "spec": {"secretName": "db", "issuerRef": {"kind": "Issuer", "name": "ca"}},
        "status": {"revision": 1, "conditions": [ready], **status},
    }


def change(home: FaultyCluster, resource: str, name: str, **status: Any) -> None:
    """Write the status of an object in default, as its controller does."""
    obj = home.store.get(resource, "default", name)
    obj["status"] = (obj.get("status") or {}) | status
    home.store.put(obj, manager="controller")


def refreshed(home: FaultyCluster, at: float, name: str = "db") -> None:
    """Refresh the ExternalSecret, as External Secrets does."""
    change(home, "externalsecrets.external-secrets.io", name, refreshTime=rfc3339(at))


def not_refreshed(home: FaultyCluster) -> None:
    """Fail to refresh, as External Secrets does when it cannot read the store."""
    words = "made-up words of the store"
    bad = {"type": "Ready", "status": "False", "reason": "SecretSyncedError", "message": words}
    change(home, "externalsecrets.external-secrets.io", "db", conditions=[bad])
