"""Rules for the kinds of Kubernetes itself that are no pods and have no pod template.

Sources: the API's types; ingress-nginx docs/user-guide/nginx-configuration/annotations.md;
external-provisioner pkg/controller/controller.go (annotations and parameters); cert-manager's CA injector.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tui.model.readers.rules.rule import KindRule, Place

TLS: Final = "tls.crt tls.key"
_NGINX: Final = "metadata.annotations['nginx.ingress.kubernetes.io/"
_CSI: Final = "csi.storage.k8s.io/"
_STEPS: Final = (
    "",
    "provisioner-",
    "controller-publish-",
    "node-stage-",
    "node-publish-",
    "controller-expand-",
    "node-expand-",
    "controller-modify-",
)
_DEPRECATED: Final = ("Provisioner", "ControllerPublish", "NodeStage", "NodePublish")
_CLAIM: Final = ("@namespace", "spec.claimRef.namespace")
"""Where the Secret of a volume is; Kubernetes takes the claim's namespace if none is said (TestPVSecrets)."""


def _csi_volume() -> Iterator[Place]:
    for step in ("controllerPublish", "nodeStage", "nodePublish", "controllerExpand", "nodeExpand"):
        yield Place(f"spec.csi.{step}SecretRef.name", namespace=("@namespace",))


def _old_volumes() -> Iterator[Place]:
    for driver in ("cephfs", "cinder", "flexVolume", "rbd", "scaleIO", "iscsi", "storageos"):
        yield Place(f"spec.{driver}.secretRef.name", namespace=_CLAIM)
    yield Place(
        "spec.azureFile.secretName",
        "azurestorageaccountname azurestorageaccountkey",
        ("@secretNamespace", "spec.claimRef.namespace"),
    )


def _annotated_volume() -> Iterator[Place]:
    for what in ("provisioner-deletion", "controller-modify"):
        name = f"volume.kubernetes.io/{what}-secret-"
        yield Place(f"metadata.annotations['{name}name']", namespace=(f"@{name}namespace",))


def _parameters(*steps: str) -> Iterator[Place]:
    for step in steps:
        name = f"{_CSI}{step}secret-"
        yield Place(f"parameters['{name}name']", namespace=(f"@{name}namespace",))


def _old_parameters() -> Iterator[Place]:
    for step in _DEPRECATED:
        yield Place(f"parameters.csi{step}SecretName", namespace=(f"@csi{step}SecretNamespace",))


_SNAPSHOTS: Final = tuple(_parameters("snapshotter-", "snapshotter-list-"))
_GROUPS: Final = tuple(_parameters("group-snapshotter-", "group-snapshotter-list-"))
_INJECTED: Final = (Place("metadata.annotations['cert-manager.io/inject-ca-from-secret']", "ca.crt"),)

RULES: Final = (
    KindRule(
        "networking.k8s.io",
        "Ingress",
        (
            Place("spec.tls[].secretName", TLS),
            Place(f"{_NGINX}auth-secret']"),
            Place(f"{_NGINX}auth-tls-secret']", "ca.crt"),
            Place(f"{_NGINX}proxy-ssl-secret']", f"{TLS} ca.crt"),
        ),
        when="watched",
    ),
    KindRule(
        "",
        "ServiceAccount",
        (
            Place("imagePullSecrets[].name", ".dockerconfigjson .dockercfg", is_optional=True),
            Place("secrets[].name", is_optional=True),
        ),
        when="pods",
    ),
    KindRule("", "PersistentVolume", (*_csi_volume(), *_old_volumes(), *_annotated_volume()), when="mount"),
    KindRule("storage.k8s.io", "StorageClass", (*_parameters(*_STEPS), *_old_parameters()), when="mount"),
    KindRule("snapshot.storage.k8s.io", "VolumeSnapshotClass", _SNAPSHOTS, when="mount"),
    KindRule("groupsnapshot.storage.k8s.io", "VolumeGroupSnapshotClass", _GROUPS, when="mount"),
    KindRule("admissionregistration.k8s.io", "ValidatingWebhookConfiguration", _INJECTED, when="watched"),
    KindRule("admissionregistration.k8s.io", "MutatingWebhookConfiguration", _INJECTED, when="watched"),
    KindRule("apiregistration.k8s.io", "APIService", _INJECTED, when="watched"),
    KindRule("apiextensions.k8s.io", "CustomResourceDefinition", _INJECTED, when="watched"),
    KindRule("", "PodTemplate", templates=("template.spec",)),
)
