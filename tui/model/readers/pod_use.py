"""Uses of Secrets by a pod: their descriptions, and the effects of a change.

An `Effect` may quote the message that the kubelet will write. The caller must replace the unprintable
characters of this message.

Sources: Kubernetes' page concepts/configuration/secret; kubelet's kubelet_pods.go (variables), secret.go
(MakePayload, the files) and subpath_linux.go.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Final, Literal, NamedTuple, TypeAlias

from msgspec.structs import replace

from tui.model.readers import pod_spec
from tui.model.readers.pod_spec import (
    ContainerShape,
    KeyToPath,
    PodSpec,
    ReferenceField,
    SecretReference,
    VolumeMount,
    VolumeShape,
)
from tui.model.readers.reader import ARRIVES, FAILS, MAY_FAIL, NOTHING, STAYS_OLD, ChangeKind, Effect, Use
from tui.model.secret.secret import SecretRef

ContainerKind: TypeAlias = Literal["container", "init", "sidecar", "ephemeral"]

VARIABLES: Final = frozenset(("env", "env_from"))
FILES: Final = frozenset(("volume", "projected"))
_UNMOUNTED: Final = "no container mounts the volume"
_LEFT_OUT: Final = "no container mounts the key"
_INIT: Final = "new value at next start (init container)"
_PULL_KEYS: Final = frozenset((".dockerconfigjson", ".dockercfg"))


class PodUse(Use, frozen=True, gc=False, kw_only=True):
    """A place where a pod uses a Secret. A volume that two containers mount is two uses."""

    container_kind: ContainerKind | None = None
    is_read_only: bool = False
    is_sub_path: bool = False
    is_mounted: bool = False
    """True if a container mounts the volume and sees the key in it."""
    is_left_out: bool = False
    """True if containers mount the volume, but the subPath of each mount leaves out the key."""
    is_listed: bool = False
    """True if the volume's `items` list the key. If the Secret lacks this key, the mount may fail."""

    @property
    def is_unmounted_volume(self) -> bool:
        """True for a volume that no container mounts. The kubelet ignores it.

        Source: Kubernetes, desired_state_of_world_populator.go, processPodVolumes.
        """
        return self.container is None and self.way != "image_pull" and not self.is_left_out

    @property
    def is_read_at_start(self) -> bool:
        """True for variables and subPath files. A running container never sees their changes."""
        return self.way in VARIABLES or self.is_sub_path

    def reads(self, key: str) -> bool:
        """True if the use may read `key`. An image pull reads only the keys in `_PULL_KEYS`."""
        return key in _PULL_KEYS if self.way == "image_pull" else super().reads(key)

    def when_seen(self) -> str:
        if self.way in FILES and not self.is_mounted:
            return _LEFT_OUT if self.is_left_out else _UNMOUNTED
        if self.container_kind == "init":
            return pod_spec.AT_START
        if self.is_sub_path:
            return f"{pod_spec.AT_START} (subPath)"
        return next((way.update for way in pod_spec.WAYS if way.id == self.way), "not known")

    def how(self) -> str:
        """Describe the use: "env DB_PASSWORD", "file /etc/db/pass (ro)", "envFrom (prefix DB_)"."""
        if self.way == "env":
            return f"env {self.target}"
        if self.way == "env_from":
            return f"envFrom (prefix {self.target})" if self.target else "envFrom"
        if self.way == "image_pull":
            return "image pulls"
        if self.way in FILES:
            if not self.is_mounted:
                return "volume, key not mounted" if self.is_left_out else "volume, not mounted"
            note = " (ro)" if self.is_read_only else ""
            return f"file {self.target}{note}" if self.key is not None else f"files in {self.target}{note}"
        title = next((way.title for way in pod_spec.WAYS if way.id == self.way), self.way)
        return f"{title} {self.target}" if self.target else f"{title}, not mounted"

    def how_without_place(self) -> str:
        return f"{self.how()} (init)" if self.container_kind == "init" else self.how()

    def effect(self, change: ChangeKind, ref: SecretRef, key: str | None) -> Effect:
        if change != "deleted" and key is not None and not self.reads(key):
            return Effect(NOTHING, "does not read this key")
        if self.is_unmounted_volume:
            return Effect(NOTHING, _UNMOUNTED)
        if self.way in VARIABLES:
            return _on_variable(self, change, ref, key)
        if self.way in FILES:
            return _on_files(self, change, ref, key)
        if self.way == "image_pull":
            if change == "deleted":
                why = f"Unable to retrieve some image pull secrets ({ref.name})"
                return Effect(MAY_FAIL, f"next image pull may FAIL: {why}")
            if change == "removed":
                return Effect(
                    MAY_FAIL, "next image pull may FAIL: the registry gets no login from this Secret"
                )
            return Effect(ARRIVES, "used at the next image pull")
        if change == "deleted":
            return Effect(FAILS, _missing(ref))
        if change == "removed":
            return Effect(MAY_FAIL, "next start may FAIL: the volume's driver may need this key")
        return Effect(ARRIVES, "the volume's driver reads the Secret at the next mount")

    @property
    def place(self) -> str:
        if self.container and self.container_kind not in (None, "container"):
            return f"{self.container} ({self.container_kind})"
        return super().place

    @property
    def key_word(self) -> str:
        """Text for the column of keys: "-" for an image pull, because the kubelet chooses the key."""
        return "-" if self.way == "image_pull" else super().key_word

    @property
    def notes(self) -> tuple[str, ...]:
        flags = (
            (self.is_read_only, "read-only"),
            (self.is_sub_path, "subPath"),
            (self.is_optional, "optional"),
            (self.is_unmounted_volume, "not mounted"),
        )
        return tuple(word for is_so, word in flags if is_so)


def _on_variable(use: PodUse, change: ChangeKind, ref: SecretRef, key: str | None) -> Effect:
    is_init = use.container_kind == "init"
    variable = use.target if use.way == "env" else f"{use.target}{key}"
    if change == "changed":
        return Effect(ARRIVES, _INIT) if is_init else Effect(STAYS_OLD, "old value until a restart")
    if change == "added":
        if use.way == "env" and not use.is_optional:
            return Effect(ARRIVES, "next start works: the missing key now exists")
        skipped = "; kubelets before 1.34 skip this name" if variable[:1].isdigit() else ""
        return Effect(ARRIVES, f"new variable {variable} at next start{skipped}")
    if change == "deleted" and not use.is_optional:
        return Effect(FAILS, _missing(ref))
    if change == "deleted" and use.way == "env_from":
        return Effect(STAYS_OLD, "variables from this Secret are gone at next start")
    if use.way == "env" and not use.is_optional:
        return Effect(
            FAILS, f"next start FAILS: couldn't find key {key} in Secret {ref.namespace}/{ref.name}"
        )
    return Effect(STAYS_OLD, f"variable {variable} is gone at next start")


def _on_files(use: PodUse, change: ChangeKind, ref: SecretRef, key: str | None) -> Effect:
    if change == "deleted" and not use.is_optional:
        return Effect(FAILS, _missing(ref))
    if change == "removed" and use.is_listed and not use.is_optional:
        return Effect(FAILS, f"next start FAILS: references non-existent secret key: {key}")
    if change == "added" and use.is_listed and not use.is_optional:
        return Effect(ARRIVES, "next start works: the missing key now exists")
    if use.is_left_out:
        return Effect(NOTHING, _LEFT_OUT)
    if use.container_kind == "init":
        return Effect(ARRIVES, _INIT)
    if use.is_sub_path:
        return _on_sub_path(change)
    if change == "changed":
        return Effect(ARRIVES, use.when_seen())
    if change == "added":
        return Effect(ARRIVES, f"file {key} appears within 2 min")
    loss = "files from this Secret disappear" if change == "deleted" else f"file {key} disappears"
    return Effect(STAYS_OLD, f"{loss} within 2 min")


def _on_sub_path(change: ChangeKind) -> Effect:
    if change == "changed":
        return Effect(STAYS_OLD, "old file until next start (subPath)")
    if change == "added":
        return Effect(ARRIVES, "new file at next start (subPath)")
    return Effect(MAY_FAIL, "next start may FAIL: an empty directory replaces the file (subPath)")


def _missing(ref: SecretRef) -> str:
    return f'next start FAILS: secret "{ref.name}" not found'


class _TypedContainer(NamedTuple):
    shape: ContainerShape
    kind: ContainerKind


def uses_of(spec: PodSpec) -> tuple[PodUse, ...]:
    """Return every use of a Secret, in the order of WAYS."""
    containers = containers_of(spec)
    uses: list[PodUse] = []
    for way in pod_spec.WAYS:
        if way.path.startswith("containers[]"):
            for container in containers:
                uses += [_use(way, named, container) for named in way.find(container.shape)]
        elif way.path.startswith("volumes[]"):
            for volume in spec.volumes or ():
                for named in way.find(volume):
                    uses += _volume_uses(way, named, volume, containers)
        else:
            uses += [_use(way, named, None) for named in way.find(spec)]
    return tuple(use for use in uses if use.secret)


def containers_of(spec: PodSpec) -> list[_TypedContainer]:
    """Return all containers with their kinds. An init container with restartPolicy Always is a sidecar."""
    containers = [_TypedContainer(shape, "container") for shape in spec.containers or ()]
    for shape in spec.init_containers or ():
        containers.append(_TypedContainer(shape, "sidecar" if shape.restart_policy == "Always" else "init"))
    return containers + [_TypedContainer(shape, "ephemeral") for shape in spec.ephemeral_containers or ()]


def _use(way: ReferenceField, named: SecretReference, container: _TypedContainer | None) -> PodUse:
    return PodUse(
        secret=named.secret or "",
        way=way.id,
        key=named.key,
        container=container.shape.name if container else None,
        container_kind=container.kind if container else None,
        target=named.target,
        is_optional=named.is_optional,
    )


def _volume_uses(
    way: ReferenceField, named: SecretReference, volume: VolumeShape, containers: list[_TypedContainer]
) -> Iterator[PodUse]:
    has_files = way.id in FILES  # in other volumes, keys are no files: a driver reads them
    mounts = [
        (container, mount)
        for container in containers
        for mount in container.shape.volume_mounts or ()
        if mount.name == volume.name
    ]
    entries: tuple[KeyToPath | None, ...] = named.items if named.items and has_files else (None,)
    for entry in entries:
        is_reached = False
        for container, mount in mounts:
            place = _place(entry, mount) if has_files else _Place(None, mount.mount_path, False)
            if place is not None:
                is_reached = True
                yield replace(
                    _use(way, named, container),
                    key=place.key,
                    target=place.target,
                    is_read_only=bool(mount.read_only),
                    is_sub_path=place.is_sub_path,
                    is_mounted=True,
                    is_listed=entry is not None,
                )
        if not is_reached:
            key = entry.key if entry else None
            use = replace(_use(way, named, None), key=key, is_listed=entry is not None)
            yield replace(use, is_left_out=bool(mounts))


class _Place(NamedTuple):
    """Path of a key's file in the container, or of a folder with all keys if `key` is None."""

    key: str | None
    target: str
    is_sub_path: bool


def _place(entry: KeyToPath | None, mount: VolumeMount) -> _Place | None:
    """Find the path at which `mount` shows `entry`, or all keys if `entry` is None.

    Return None if the subPath of `mount` leaves `entry` out.

    A subPath that is the path of a file puts the file at the mountPath itself. A subPathExpr with variables
    may be the path of any file, so it counts as the path of `entry`.
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
        # A key cannot contain "/", so a deeper subPath exists only in a volume with `items`.
        return _Place(sub, mount.mount_path, True) if "/" not in sub else None
    if path == sub:
        return _Place(key, mount.mount_path, True)
    if path.startswith(sub + "/"):
        return _Place(key, posixpath.join(mount.mount_path, path.removeprefix(sub + "/")), True)
    return None
