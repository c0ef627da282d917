"""Why a new pod does not start, in the kubelet's words.

Source: kubelet's kuberuntime_container.go, secret.go.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from tui.model.readers.pods import PodInfo

_FAILING: Final = frozenset(
    (
        "CreateContainerConfigError",
        "CreateContainerError",
        "CrashLoopBackOff",
        "ImagePullBackOff",
        "InvalidImageName",
        "RunContainerError",
    )
)
_STARTS: Final = (_FAILING | {"ErrImagePull"}) - {"CrashLoopBackOff"}
"""Those with which no container starts at all, and the one with which a pull that fails begins anew."""
_PASSING: Final = ("not registered", "failed to sync secret cache")
"""What the kubelet says while its cache is filled."""
_EVENTS: Final = frozenset(("FailedMount", "Failed", "FailedCreate", "FailedCreatePodSandBox"))


def pod_failure(info: PodInfo) -> str:
    """Why it fails, without a full stop; "" if it does not, as far as its status tells."""
    return _failure(info, _FAILING)


def start_failure(pods: Iterable[PodInfo]) -> str:
    """Why pods of a workload's newest template do not start, in the same words; "" if nothing tells that.

    The names of pods of one template differ in their last part alone.
    """
    made: dict[str, list[PodInfo]] = {}
    for pod in pods:
        made.setdefault(pod.name.rpartition("-")[0], []).append(pod)
    newest = max(made.values(), key=lambda some: min(pod.created or 0.0 for pod in some), default=[])
    return next((why for pod in newest if (why := _failure(pod, _STARTS))), "")


def _failure(info: PodInfo, reasons: frozenset[str]) -> str:
    for container, reason, message in info.waiting:
        if reason in reasons and not _passes(message):
            told = message or f"{container} waits"
            return told if reason == "CreateContainerConfigError" else f"{told} ({reason})"
    return ""


def event_failure(events: Iterable[dict[str, Any]]) -> str:
    """The same from its Warning events, the latest first: a volume without its Secret is told only there."""
    latest = sorted(events, key=lambda event: str(event.get("lastTimestamp") or ""), reverse=True)
    for event in latest:
        message = str(event.get("message") or "").removeprefix("Error: ")
        if event.get("reason") in _EVENTS and message and not _passes(message):
            return message
    return ""


def latest_warning(events: Iterable[dict[str, Any]]) -> str:
    """The newest of the Warning events of a pod that is not known to fail: "Unhealthy: …"; "" for none."""
    latest = max(events, key=lambda event: str(event.get("lastTimestamp") or ""), default={})
    return f"{latest.get('reason')}: {latest.get('message')}" if latest else ""


def _passes(message: str) -> bool:
    return any(words in message for words in _PASSING)


def is_ready(info: PodInfo) -> bool:
    """Does every container of it run and serve?"""
    ready, _, all_of_them = info.ready.partition("/")
    return ready == all_of_them and info.phase == "Running" and not info.is_terminating
