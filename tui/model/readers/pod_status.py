"""The fields of a pod for its status. Lists may be null; unknown fields are skipped."""

from __future__ import annotations

from typing import Final

from tui.model.readers.object_shape import Part

JUST_STARTING: Final = frozenset(("ContainerCreating", "PodInitializing"))
"""Why a container waits, in the kubelet's words: nothing is wrong yet."""
PULLING: Final = frozenset(("ErrImagePull", "ImagePullBackOff"))
"""Its image cannot be pulled; the first is said whenever the pull is tried again."""
NOT_STARTED: Final = PULLING | {
    "CreateContainerConfigError",
    "CreateContainerError",
    "InvalidImageName",
    "RunContainerError",
}
"""It did not start at all."""
FAILING: Final = NOT_STARTED | {"CrashLoopBackOff"}
"""The same, or it ended again and again."""


class Waiting(Part, frozen=True):
    reason: str | None = None
    message: str | None = None


class Running(Part, frozen=True):
    started_at: str | None = None


class Terminated(Part, frozen=True):
    reason: str | None = None
    exit_code: int = 0
    signal: int = 0


class ContainerState(Part, frozen=True):
    waiting: Waiting | None = None
    running: Running | None = None
    terminated: Terminated | None = None


class ContainerStatus(Part, frozen=True):
    name: str = ""
    ready: bool = False
    state: ContainerState | None = None


class PodStatus(Part, frozen=True):
    phase: str = ""
    reason: str | None = None
    container_statuses: list[ContainerStatus] | None = None
    init_container_statuses: list[ContainerStatus] | None = None
    ephemeral_container_statuses: list[ContainerStatus] | None = None
