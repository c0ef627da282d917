"""Rules for Kubernetes' own kinds, except pods and workloads. A rule lists the fields that name Secrets.

Sources: the API's types; ingress-nginx docs/user-guide/nginx-configuration/annotations.md;
external-provisioner pkg/controller/controller.go (annotations and parameters); cert-manager's CA injector.
"""

from __future__ import annotations

from typing import Final

from tui.model.readers.rules.rule import KindRule, ReferencePath

TLS_KEYS: Final = "tls.crt tls.key"
_NGINX: Final = "metadata.annotations['nginx.ingress.kubernetes.io/"
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
_VOLUME_STEPS: Final = ("controllerPublish", "nodeStage", "nodePublish", "controllerExpand", "nodeExpand")
_DRIVERS: Final = ("cephfs", "cinder", "flexVolume", "rbd", "scaleIO", "iscsi", "storageos")
_CLAIM: Final = ("@namespace", "spec.claimRef.namespace")
"""Fields for the namespace of a volume's Secret. The first field with a value counts.

`@namespace` is the field `namespace` beside the Secret's name. `spec.claimRef` is the volume's claim.

Source: Kubernetes' TestPVSecrets.
"""


def _named(path: str, *prefixes: str) -> tuple[ReferencePath, ...]:
    """Build a ReferencePath for each prefix.

    In the mapping at `path`, PREFIXname holds the Secret's name, and PREFIXnamespace its namespace.
    """
    return tuple(
        ReferencePath(f"{path}['{prefix}name']", namespace=(f"@{prefix}namespace",)) for prefix in prefixes
    )


def _parameters(*steps: str) -> tuple[ReferencePath, ...]:
    return _named("parameters", *(f"csi.storage.k8s.io/{step}secret-" for step in steps))


_VOLUME: Final = (
    *(ReferencePath(f"spec.csi.{step}SecretRef.name", namespace=("@namespace",)) for step in _VOLUME_STEPS),
    *(ReferencePath(f"spec.{driver}.secretRef.name", namespace=_CLAIM) for driver in _DRIVERS),
    ReferencePath(
        "spec.azureFile.secretName",
        "azurestorageaccountname azurestorageaccountkey",
        ("@secretNamespace", "spec.claimRef.namespace"),
    ),
    *_named(
        "metadata.annotations",
        "volume.kubernetes.io/provisioner-deletion-secret-",
        "volume.kubernetes.io/controller-modify-secret-",
    ),
)
_DEPRECATED: Final = tuple(
    ReferencePath(f"parameters.csi{step}SecretName", namespace=(f"@csi{step}SecretNamespace",))
    for step in ("Provisioner", "ControllerPublish", "NodeStage", "NodePublish")
)
_SNAPSHOTS: Final = _parameters("snapshotter-", "snapshotter-list-")
_GROUPS: Final = _parameters("group-snapshotter-", "group-snapshotter-list-")
_INJECTED: Final = (ReferencePath("metadata.annotations['cert-manager.io/inject-ca-from-secret']", "ca.crt"),)

BUILTIN_RULES: Final = (
    KindRule(
        "networking.k8s.io",
        "Ingress",
        (
            ReferencePath("spec.tls[].secretName", TLS_KEYS),
            ReferencePath(f"{_NGINX}auth-secret']"),
            ReferencePath(f"{_NGINX}auth-tls-secret']", "ca.crt"),
            ReferencePath(f"{_NGINX}proxy-ssl-secret']", f"{TLS_KEYS} ca.crt"),
        ),
        when="watch",
    ),
    KindRule(
        "",
        "ServiceAccount",
        (
            ReferencePath("imagePullSecrets[].name", ".dockerconfigjson .dockercfg", is_optional=True),
            ReferencePath("secrets[].name", is_optional=True),
        ),
        when="pods",
    ),
    KindRule("", "PersistentVolume", _VOLUME, when="mount"),
    KindRule("storage.k8s.io", "StorageClass", (*_parameters(*_STEPS), *_DEPRECATED), when="mount"),
    KindRule("snapshot.storage.k8s.io", "VolumeSnapshotClass", _SNAPSHOTS, when="mount"),
    KindRule("groupsnapshot.storage.k8s.io", "VolumeGroupSnapshotClass", _GROUPS, when="mount"),
    KindRule("admissionregistration.k8s.io", "ValidatingWebhookConfiguration", _INJECTED, when="watch"),
    KindRule("admissionregistration.k8s.io", "MutatingWebhookConfiguration", _INJECTED, when="watch"),
    KindRule("apiregistration.k8s.io", "APIService", _INJECTED, when="watch"),
    KindRule("apiextensions.k8s.io", "CustomResourceDefinition", _INJECTED, when="watch"),
    KindRule("", "PodTemplate", templates=("template.spec",)),
)
