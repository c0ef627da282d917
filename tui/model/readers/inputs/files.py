"""The files of a container: files of volumes, each shown or hidden by the container's mounts.

Sources:

kubernetes pkg/volume/secret/secret.go and pkg/volume/configmap/configmap.go, MakePayload: a volume has a
file for each key of the Secret or ConfigMap, or for each key in `items`. If a key in `items` does not exist,
the mount fails, unless `optional` is true. If two items have the same path, the later item counts.

pkg/volume/projected/projected.go, collectData: the sources are read in order. A later file replaces an
earlier file with the same path.

pkg/kubelet/kubelet_pods.go, makeMounts: a subPath that does not exist in the volume becomes an empty
directory. A relative mountPath begins at the root.

pkg/apis/core/validation, ValidateVolumeMounts: the API server refuses two equal mountPaths.

containerd internal/cri/server, orderedMounts: shorter mountPaths are mounted first. A mount at /a/b thus
hides the files that a mount at /a has below /a/b.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from msgspec.structs import replace

from tui.model.api_object import Obj, at, objects, text
from tui.model.readers.inputs.container_input import (
    ALL,
    ContainerInput,
    InputSource,
    InputState,
    KeysOf,
    SourceKind,
    every_key,
    field_source,
    is_true,
    one_key,
)

SUB_PATH: Final = "subPath"
_USUAL_MODE: Final = 0o644
_NAME_FIELDS: Final = {
    "persistentVolumeClaim": "claimName",
    "hostPath": "path",
    "csi": "driver",
    "nfs": "path",
    "image": "reference",
}
"""Keys are types of volumes. Values are the fields that identify a volume. For other types, use `name`."""
_TOKENS: Final = {
    "serviceAccountToken": (("path", "token"),),
    "clusterTrustBundle": (("path", ""),),
    "podCertificate": (("keyPath", ""), ("certificateChainPath", ""), ("credentialBundlePath", "")),
}
"""Keys are types of projected sources. Values are (field, default) pairs.

The field holds the path of a file. If the field is missing, the default is the path; "" means no file.
"""


class VolumeFile(NamedTuple):
    """A file and its path in a volume or container.

    A path that ends in ALL stands for all files of an object that does not exist, or whose keys
    are not known.
    """

    path: str
    source: InputSource
    state: InputState
    mode: int = _USUAL_MODE
    by: str = ""


class _Volume(NamedTuple):
    way: str
    files: Sequence[VolumeFile]
    is_of_files: bool
    """False if the files of the volume are unknown, as for a PersistentVolumeClaim."""


class _Mount(NamedTuple):
    number: int
    path: str
    volume: str


def volume_of(volume: Obj, keys_of: KeysOf) -> _Volume:
    for way, kind, field in (("secret", "Secret", "secretName"), ("configMap", "ConfigMap", "name")):
        if isinstance(fields := at(volume, way), dict):
            mode = _mode(fields.get("defaultMode"), _USUAL_MODE)
            files = _of_object("Secret" if kind == "Secret" else "ConfigMap", field, fields, keys_of, mode)
            return _Volume(way, _replaced(list(files)), True)
    if isinstance(fields := at(volume, "downwardAPI"), dict):
        mode = _mode(fields.get("defaultMode"), _USUAL_MODE)
        return _Volume("downwardAPI", _replaced(list(_of_fields(fields, mode))), True)
    if isinstance(fields := at(volume, "projected"), dict):
        return _Volume("projected", _replaced(list(_of_projected(fields, keys_of))), True)
    way = next((name for name in volume if name != "name"), "emptyDir")
    name = text(volume, f"{way}.{_NAME_FIELDS.get(way, 'name')}")
    return _Volume(way, (VolumeFile("", InputSource("volume", f"{way} {name}".strip()), "set"),), False)


def files_of(container: Obj, volumes: dict[str, Obj], keys_of: KeysOf) -> Iterator[ContainerInput]:
    """Yield the files of one container, mount by mount. The files are numbered from 0."""
    mounts = [
        _Mount(number, _mount_path(mount), text(mount, "name"))
        for number, mount in enumerate(objects(container, "volumeMounts"))
    ]
    count = 0
    for own_mount, mount in zip(mounts, objects(container, "volumeMounts"), strict=True):
        shown = volume_of(volumes.get(own_mount.volume, {}), keys_of)
        notes = _notes(mount)
        for file in _mounted(shown, own_mount.path, mount):
            top_mount = _above(mounts, file.path)
            is_hidden = file.state == "set" and top_mount is not None and top_mount.number != own_mount.number
            mode = (f"mode {file.mode:04o}",) if file.mode != _USUAL_MODE else ()
            yield ContainerInput(
                container=text(container, "name"),
                number=count,
                name=file.path,
                way=shown.way,
                source=file.source,
                state="hidden" if is_hidden else file.state,
                by=f"mount {top_mount.path} of volume {top_mount.volume}"
                if is_hidden and top_mount
                else file.by,
                notes=(*notes, *mode),
                volume=own_mount.volume,
            )
            count += 1


def _mounted(volume: _Volume, mount_path: str, mount: Obj) -> Iterator[VolumeFile]:
    expression = text(mount, "subPathExpr")
    sub_path = text(mount, "subPath") or expression
    if not sub_path or not volume.is_of_files:
        for file in volume.files:
            yield file._replace(path=_joined(mount_path, file.path))
        return
    sub_path, is_sure = posixpath.normpath(sub_path), "$(" not in expression
    shown = list[VolumeFile]()
    for file in volume.files:
        inner = file.path if sub_path == "." else _below(file.path, sub_path)
        if is_sure and inner is not None:
            shown.append(file._replace(path=_joined(mount_path, inner)))
        elif file.state == "missing":  # without this file, the whole volume cannot be set up
            shown.append(file._replace(path=mount_path))
    if not shown:
        first = volume.files[0].source if volume.files else InputSource("volume", volume.way)
        is_sure = is_sure and all(file.state != "not known" for file in volume.files)
        source = replace(first, key=sub_path)
        shown.append(VolumeFile(mount_path, source, "empty" if is_sure else "not known"))
    yield from shown


def _below(path: str, sub_path: str) -> str | None:
    if path == sub_path:
        return ""
    return path.removeprefix(f"{sub_path}/") if path.startswith(f"{sub_path}/") else None


def _joined(mount_path: str, path: str) -> str:
    return posixpath.join(mount_path, path) if path else mount_path


def _mount_path(mount: Obj) -> str:
    path = posixpath.normpath(posixpath.join("/", text(mount, "mountPath")))
    return f"/{path.lstrip('/')}"


def _above(mounts: Sequence[_Mount], path: str) -> _Mount | None:
    """Return the mount with the longest mountPath that contains `path`; of equal mountPaths, the last."""
    covering = [mount for mount in mounts if mount.path == "/" or f"{path}/".startswith(f"{mount.path}/")]
    return max(covering, key=lambda mount: (len(mount.path), mount.number), default=None)


def _notes(mount: Obj) -> tuple[str, ...]:
    is_part = text(mount, "subPath") or text(mount, "subPathExpr")
    return (*((SUB_PATH,) if is_part else ()), *(("ro",) if is_true(mount, "readOnly") else ()))


def _of_object(
    kind: SourceKind, field: str, volume_source: Obj, keys_of: KeysOf, mode: int
) -> Iterator[VolumeFile]:
    name, is_optional = text(volume_source, field), is_true(volume_source, "optional")
    keys = keys_of(kind, name)
    items = objects(volume_source, "items")
    if not items or keys is None:
        for found_key in every_key(keys, is_optional=is_optional, is_variable=False):
            yield VolumeFile(
                found_key.key or ALL,
                InputSource(kind, name, found_key.key, is_optional),
                found_key.state,
                mode,
            )
        return
    for item in items:
        key, path = text(item, "key"), posixpath.normpath(text(item, "path"))
        state = one_key(keys, key, is_optional=is_optional, is_variable=False)
        own_mode = _mode(item.get("mode"), mode)
        yield VolumeFile(path, InputSource(kind, name, key, is_optional), state, own_mode)


def _of_fields(volume_source: Obj, mode: int) -> Iterator[VolumeFile]:
    for item in objects(volume_source, "items"):
        if (source := field_source(item)) is not None:
            yield VolumeFile(
                posixpath.normpath(text(item, "path")), source, "set", _mode(item.get("mode"), mode)
            )


def _of_projected(volume_source: Obj, keys_of: KeysOf) -> Iterator[VolumeFile]:
    mode = _mode(volume_source.get("defaultMode"), _USUAL_MODE)
    for source in objects(volume_source, "sources"):
        if isinstance(secret := source.get("secret"), dict):
            yield from _of_object("Secret", "name", secret, keys_of, mode)
        elif isinstance(config_map := source.get("configMap"), dict):
            yield from _of_object("ConfigMap", "name", config_map, keys_of, mode)
        elif isinstance(fields := source.get("downwardAPI"), dict):
            yield from _of_fields(fields, mode)
        else:
            for name, paths in _TOKENS.items():
                for field, usual in paths if name in source else ():
                    if path := text(source, f"{name}.{field}", usual):
                        yield VolumeFile(posixpath.normpath(path), InputSource("volume", name), "set", mode)


def _replaced(files: Sequence[VolumeFile]) -> Sequence[VolumeFile]:
    """Mark a file as "overridden" if its state is "set", and a later "set" file has the same path."""
    last = {file.path: number for number, file in enumerate(files) if file.state == "set"}
    return [
        file._replace(state="overridden", by=str(files[last[file.path]].source))
        if file.state == "set" and last[file.path] != number
        else file
        for number, file in enumerate(files)
    ]


def _mode(given: object, usual: int) -> int:
    return given if isinstance(given, int) and not isinstance(given, bool) else usual
