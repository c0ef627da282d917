"""Structs of a pod spec, and WAYS: the list of the pod fields that can name a Secret.

To add a field, add it to a struct, and add a row to WAYS.

Source: kubernetes pkg/api/v1/pod/util.go (VisitPodSecretNames), and the fields of the OpenAPI models.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

import msgspec

from tui.model.readers.source import ObjectPart


class KeyToPath(ObjectPart, frozen=True):
    key: str = ""
    path: str = ""


class Ref(ObjectPart, frozen=True):
    """Shape of every reference to a Secret. Each kind of reference has only some of these fields."""

    name: str | None = None
    secret_name: str | None = None
    key: str | None = None
    items: list[KeyToPath] | None = None
    optional: bool | None = None


class WithSecretRef(ObjectPart, frozen=True):
    """A volume whose driver logs in with a Secret, or an item of `envFrom`."""

    prefix: str | None = None
    secret_ref: Ref | None = None


class ProjectedSource(ObjectPart, frozen=True):
    secret: Ref | None = None


class ProjectedVolume(ObjectPart, frozen=True):
    sources: list[ProjectedSource] | None = None


class CsiVolume(ObjectPart, frozen=True):
    node_publish_secret_ref: Ref | None = None


class VolumeShape(ObjectPart, frozen=True):
    name: str = ""
    secret: Ref | None = None
    projected: ProjectedVolume | None = None
    csi: CsiVolume | None = None
    azure_file: Ref | None = None
    cephfs: WithSecretRef | None = None
    rbd: WithSecretRef | None = None
    iscsi: WithSecretRef | None = None
    cinder: WithSecretRef | None = None
    flex_volume: WithSecretRef | None = None
    scale_io: WithSecretRef | None = msgspec.field(name="scaleIO", default=None)
    storageos: WithSecretRef | None = None


class VolumeMount(ObjectPart, frozen=True):
    name: str = ""
    mount_path: str = ""
    sub_path: str | None = None
    sub_path_expr: str | None = None
    read_only: bool | None = None


class EnvSource(ObjectPart, frozen=True):
    secret_key_ref: Ref | None = None


class EnvVar(ObjectPart, frozen=True):
    name: str = ""
    value_from: EnvSource | None = None


class ContainerShape(ObjectPart, frozen=True):
    name: str = ""
    image: str = ""
    env: list[EnvVar] | None = None
    env_from: list[WithSecretRef] | None = None
    volume_mounts: list[VolumeMount] | None = None
    restart_policy: str | None = None
    """"Always" makes an init container a sidecar."""


class PodSpec(ObjectPart, frozen=True):
    containers: list[ContainerShape] | None = None
    init_containers: list[ContainerShape] | None = None
    ephemeral_containers: list[ContainerShape] | None = None
    volumes: list[VolumeShape] | None = None
    image_pull_secrets: list[Ref] | None = None
    service_account_name: str | None = None
    node_name: str | None = None


class SecretReference(NamedTuple):
    """A pod's reference to a Secret."""

    secret: str | None
    is_optional: bool = False
    key: str | None = None
    """Key that an `env` variable reads; None for every other reference."""
    target: str = ""
    """Name of the `env` variable, prefix of the `envFrom` variables, or registries of the pulled images.

    "" for every other reference.
    """
    items: tuple[KeyToPath, ...] | None = None
    """Keys that become files of a volume, with the paths of the files.

    None if all keys become files, or if the Secret does not become files.
    """


class ReferenceField(NamedTuple):
    """A pod field that can name a Secret, and how the pod uses that Secret."""

    id: str
    title: str
    path: str
    """Path of the reference under `spec`. `containers[]` includes init and ephemeral containers."""
    update: str
    """Words that tell when the pod sees a change of the Secret."""
    find: Callable[[Any], Sequence[SecretReference]]
    """Finds the references in a container, a volume or a pod spec, depending on the start of `path`."""
    name_field: str = "name"


def registry_of(image: str) -> str:
    """Return the registry of an image: "docker.io" for "nginx".

    Source: distribution/reference, splitDockerDomain.
    """
    host, slash, _ = image.partition("/")
    is_host = slash and ("." in host or ":" in host or host == "localhost")
    return host if is_host else "docker.io"


def _named(ref: Ref | None, target: str = "") -> Sequence[SecretReference]:
    if ref is None:
        return ()
    items = tuple(ref.items or ()) or None
    return (SecretReference(ref.name or ref.secret_name, bool(ref.optional), ref.key, target, items),)


def _pulls(spec: PodSpec) -> Sequence[SecretReference]:
    # The Secret is optional. If the Secret is missing, the kubelet only warns: the image may be public.
    if not spec.image_pull_secrets:
        return ()
    containers = (*(spec.containers or ()), *(spec.init_containers or ()))
    hosts = " ".join(sorted({registry_of(container.image) for container in containers if container.image}))
    return [SecretReference(ref.name, is_optional=True, target=hosts) for ref in spec.image_pull_secrets]


def _env(container: ContainerShape) -> Sequence[SecretReference]:
    return [
        named
        for variable in container.env or ()
        if variable.value_from is not None
        for named in _named(variable.value_from.secret_key_ref, variable.name)
    ]


def _env_from(container: ContainerShape) -> Sequence[SecretReference]:
    sources = container.env_from or ()
    return [named for source in sources for named in _named(source.secret_ref, source.prefix or "")]


def _secret_volume(volume: VolumeShape) -> Sequence[SecretReference]:
    return _named(volume.secret)


def _azure_file(volume: VolumeShape) -> Sequence[SecretReference]:
    return _named(volume.azure_file)


def _projected(volume: VolumeShape) -> Sequence[SecretReference]:
    sources = volume.projected.sources or () if volume.projected else ()
    return [named for source in sources for named in _named(source.secret)]


def _csi(volume: VolumeShape) -> Sequence[SecretReference]:
    return _named(volume.csi.node_publish_secret_ref) if volume.csi else ()


AT_START: Final = "read again at next start"
_FILES: Final = "file changes within 2 min; the app may need a reload"
_DRIVER: Final = "the volume's driver reads the Secret at the next mount"


def _driver(id_: str, title: str, source: str, field: str = "") -> ReferenceField:
    """Build the ReferenceField of a volume type.

    `source`: name of the volume's field in the API. `field`: the name in VolumeShape; default: `source`.
    """

    def find(volume: VolumeShape) -> Sequence[SecretReference]:
        source_field: WithSecretRef | None = getattr(volume, field or source)
        return _named(source_field.secret_ref) if source_field is not None else ()

    return ReferenceField(id_, title, f"volumes[].{source}.secretRef", _DRIVER, find)


WAYS: Final[tuple[ReferenceField, ...]] = (
    ReferenceField("env", "env", "containers[].env[].valueFrom.secretKeyRef", AT_START, _env),
    ReferenceField("env_from", "envFrom", "containers[].envFrom[].secretRef", AT_START, _env_from),
    ReferenceField("volume", "volume", "volumes[].secret", _FILES, _secret_volume, "secretName"),
    ReferenceField(
        "projected", "projected volume", "volumes[].projected.sources[].secret", _FILES, _projected
    ),
    ReferenceField("image_pull", "image pull", "imagePullSecrets[]", "used at the next image pull", _pulls),
    ReferenceField("csi", "CSI volume", "volumes[].csi.nodePublishSecretRef", _DRIVER, _csi),
    ReferenceField(
        "azure_file", "Azure File volume", "volumes[].azureFile", _DRIVER, _azure_file, "secretName"
    ),
    _driver("cephfs", "CephFS volume", "cephfs"),
    _driver("rbd", "RBD volume", "rbd"),
    _driver("iscsi", "iSCSI volume", "iscsi"),
    _driver("cinder", "Cinder volume", "cinder"),
    _driver("flex", "FlexVolume", "flexVolume", "flex_volume"),
    _driver("scale_io", "ScaleIO volume", "scaleIO", "scale_io"),
    _driver("storage_os", "StorageOS volume", "storageos"),
)
"""Every ReferenceField, in the order of the help page."""
