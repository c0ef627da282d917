"""One use of a Secret by a pod: its words, when the pod sees a change, and what breaks.

Sources: Kubernetes' page concepts/configuration/secret; kubelet's kubelet_pods.go (variables), secret.go
(MakePayload, the files) and subpath_linux.go. The kubelet's own words are quoted where it will say them.
Sentences hold names as the API sent them; the caller makes them printable.
"""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

from tui.model.readers import pod_spec
from tui.model.readers.reader import ARRIVES, FAILS, MAY_FAIL, NOTHING, STAYS_OLD, ChangeKind, Effect, Use
from tui.model.secret.secret import SecretRef

ContainerKind: TypeAlias = Literal["container", "init", "sidecar", "ephemeral"]

VARIABLES: Final = frozenset(("env", "env_from"))
FILES: Final = frozenset(("volume", "projected"))
_AT_START: Final = "new value at next start"
_INIT: Final = f"{_AT_START} (init container)"
_PULL_KEYS: Final = frozenset((".dockerconfigjson", ".dockercfg"))


class PodUse(Use, frozen=True, gc=False, kw_only=True):
    """One place where a pod uses a Secret. One volume in two containers is two uses.

    `way` is a Way.id. Without a `container` it is the pod itself, or a volume that no container mounts.
    `target` is the variable's name, the prefix of variables, the path in the container, or of image pulls
    the registries.
    """

    container_kind: ContainerKind | None = None
    is_read_only: bool = False
    is_sub_path: bool = False
    is_mounted: bool = False
    """For volumes: a volume that nobody mounts still blocks the start when its Secret is missing."""
    is_listed: bool = False
    """Is the key named in the volume's items, so that the mount fails without it?"""

    @property
    def is_unmounted_volume(self) -> bool:
        """Is it a volume that no container mounts? The kubelet's image pulls need no mount."""
        return self.container is None and self.way != "image_pull"

    @property
    def is_read_at_start(self) -> bool:
        """Does a container that runs never see a change? (Files are refreshed but for a subPath.)"""
        return self.way in VARIABLES or self.is_sub_path

    def reads(self, key: str) -> bool:
        """What a driver reads is not known, so it may."""
        return key in _PULL_KEYS if self.way == "image_pull" else super().reads(key)

    def when_seen(self) -> str:
        if self.way in FILES and not self.is_mounted:
            return "no container mounts it; needed at next start"
        if self.container_kind == "init":
            return _AT_START
        if self.is_sub_path:
            return "new file at next start (subPath)"
        return next((way.update for way in pod_spec.WAYS if way.id == self.way), "not known")

    def how(self) -> str:
        """As "env DB_PASSWORD", "file /etc/db/pass (ro)", "envFrom (prefix DB_)"."""
        if self.way == "env":
            return f"env {self.target}"
        if self.way == "env_from":
            return f"envFrom (prefix {self.target})" if self.target else "envFrom"
        if self.way == "image_pull":
            return "image pulls"
        if self.way in FILES:
            if not self.is_mounted:
                return "volume, not mounted"
            note = " (ro)" if self.is_read_only else ""
            return f"file {self.target}{note}" if self.key is not None else f"files in {self.target}{note}"
        title = next((way.title for way in pod_spec.WAYS if way.id == self.way), self.way)
        return f"{title} {self.target}" if self.target else f"{title}, not mounted"

    def how_without_place(self) -> str:
        """What an init container has read is not kept by a pod that runs."""
        return f"{self.how()} (init)" if self.container_kind == "init" else self.how()

    def effect(self, change: ChangeKind, ref: SecretRef, key: str | None) -> Effect:
        if change != "deleted" and key is not None and not self.reads(key):
            return Effect(NOTHING, "does not read this key")
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
            return Effect(MAY_FAIL, "next start may FAIL: the volume's driver decides which keys it needs")
        return Effect(ARRIVES, "its driver reads it at the next mount")

    @property
    def place(self) -> str:
        if self.container and self.container_kind not in (None, "container"):
            return f"{self.container} ({self.container_kind})"
        return super().place

    @property
    def key_word(self) -> str:
        """The kubelet reads the key of a pull secret that it needs."""
        return "-" if self.way == "image_pull" else super().key_word

    @property
    def notes(self) -> tuple[str, ...]:
        told = (
            (self.is_read_only, "read-only"),
            (self.is_sub_path, "subPath"),
            (self.is_optional, "optional"),
            (self.is_unmounted_volume, "not mounted"),
        )
        return tuple(word for is_so, word in told if is_so)


def _on_variable(use: PodUse, change: ChangeKind, ref: SecretRef, key: str | None) -> Effect:
    is_init = use.container_kind == "init"
    variable = use.target if use.way == "env" else f"{use.target}{key}"
    if change == "changed":
        return Effect(ARRIVES, _INIT) if is_init else Effect(STAYS_OLD, "old value until next start")
    if change == "added":
        if use.way == "env" and not use.is_optional:
            return Effect(ARRIVES, "next start works: the key it needs was missing")
        skipped = "; kubelets before 1.34 skip this name" if variable[:1].isdigit() else ""
        return Effect(ARRIVES, f"new variable {variable} at next start{skipped}")
    if change == "deleted" and not use.is_optional:
        return Effect(FAILS, _missing(ref))
    if change == "deleted" and use.way == "env_from":
        return Effect(STAYS_OLD, "its variables are gone at next start")
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
        return Effect(ARRIVES, "next start works: the key it needs was missing")
    if not use.is_mounted:
        return Effect(NOTHING, "no container mounts it")
    if use.container_kind == "init":
        return Effect(ARRIVES, _INIT)
    if use.is_sub_path:
        return _on_sub_path(change)
    if change == "changed":
        return Effect(ARRIVES, use.when_seen())
    if change == "added":
        return Effect(ARRIVES, f"file {key} appears within 2 min")
    what = "its files disappear" if change == "deleted" else f"file {key} disappears"
    return Effect(STAYS_OLD, f"{what} within 2 min")


def _on_sub_path(change: ChangeKind) -> Effect:
    if change == "changed":
        return Effect(STAYS_OLD, "old file until next start (subPath)")
    if change == "added":
        return Effect(ARRIVES, "new file at next start (subPath)")
    return Effect(MAY_FAIL, "next start may FAIL: an empty directory replaces the file (subPath)")


def _missing(ref: SecretRef) -> str:
    return f'next start FAILS: secret "{ref.name}" not found'
