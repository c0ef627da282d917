"""Find every use of a Secret in a pod: walk WAYS, and follow each volume into the containers."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import NamedTuple

from msgspec.structs import replace

from tui.model.readers import pod_spec
from tui.model.readers.pod_spec import (
    ContainerShape,
    KeyToPath,
    Named,
    PodSpec,
    VolumeMount,
    VolumeShape,
    Way,
)
from tui.model.readers.pod_use import FILES, ContainerKind, PodUse


class _Home(NamedTuple):
    """A container and its kind."""

    shape: ContainerShape
    kind: ContainerKind


def uses_of(spec: PodSpec) -> tuple[PodUse, ...]:
    """Every use, container by container in the order of WAYS. A place with an empty name names none."""
    homes = containers_of(spec)
    found: list[PodUse] = []
    for way in pod_spec.WAYS:
        if way.path.startswith("containers[]"):
            for home in homes:
                found += [_use(way, named, home) for named in way.find(home.shape)]
        elif way.path.startswith("volumes[]"):
            for volume in spec.volumes or ():
                for named in way.find(volume):
                    found += _volume_uses(way, named, volume, homes)
        else:
            found += [_use(way, named, None) for named in way.find(spec)]
    return tuple(use for use in found if use.secret)


def containers_of(spec: PodSpec) -> list[_Home]:
    """All containers with their kinds; an init container that restarts always is a sidecar."""
    homes = [_Home(shape, "container") for shape in spec.containers or ()]
    for shape in spec.init_containers or ():
        homes.append(_Home(shape, "sidecar" if shape.restart_policy == "Always" else "init"))
    return homes + [_Home(shape, "ephemeral") for shape in spec.ephemeral_containers or ()]


def _use(way: Way, named: Named, home: _Home | None) -> PodUse:
    return PodUse(
        secret=named.secret or "",
        way=way.id,
        key=named.key,
        container=home.shape.name if home else None,
        container_kind=home.kind if home else None,
        target=named.target,
        is_optional=named.is_optional,
    )


def _volume_uses(way: Way, named: Named, volume: VolumeShape, homes: list[_Home]) -> Iterator[PodUse]:
    has_files = way.id in FILES  # else a driver logs in with its keys
    mounts = [
        (home, mount)
        for home in homes
        for mount in home.shape.volume_mounts or ()
        if mount.name == volume.name
    ]
    entries: tuple[KeyToPath | None, ...] = named.items if named.items and has_files else (None,)
    for entry in entries:
        is_reached = False
        for home, mount in mounts:
            place = _place(entry, mount) if has_files else _Place(None, mount.mount_path, False)
            if place is not None:
                is_reached = True
                yield replace(
                    _use(way, named, home),
                    key=place.key,
                    target=place.target,
                    is_read_only=bool(mount.read_only),
                    is_sub_path=place.is_sub_path,
                    is_mounted=True,
                    is_listed=entry is not None,
                )
        if not is_reached:
            key = entry.key if entry else None
            yield replace(_use(way, named, None), key=key, is_listed=entry is not None)


class _Place(NamedTuple):
    """The path at which a mount shows part of a volume."""

    key: str | None
    target: str
    is_sub_path: bool


def _place(entry: KeyToPath | None, mount: VolumeMount) -> _Place | None:
    """Where a listed key (or without one, all keys) is seen through a mount; None if it is not.

    A subPath that is a file's path is that file itself. Of a subPathExpr with variables in it the program
    does not know the value, so whatever the volume holds may be what it shows.
    """
    key, path = (entry.key, posixpath.normpath(entry.path)) if entry else (None, "")
    expression = mount.sub_path_expr or ""
    if "$(" in expression:
        return _Place(key, mount.mount_path, True)
    sub = mount.sub_path or expression
    if not sub:
        return _Place(key, posixpath.join(mount.mount_path, path) if path else mount.mount_path, False)
    sub = posixpath.normpath(sub)
    if sub == ".":
        return _Place(key, posixpath.join(mount.mount_path, path) if path else mount.mount_path, True)
    if entry is None:
        # A key has no "/", so a deeper path shows nothing of a Secret without items.
        return _Place(sub, mount.mount_path, True) if "/" not in sub else None
    if path == sub:
        return _Place(key, mount.mount_path, True)
    if path.startswith(sub + "/"):
        return _Place(key, posixpath.join(mount.mount_path, path.removeprefix(sub + "/")), True)
    return None
