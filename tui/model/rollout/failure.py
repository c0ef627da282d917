"""Reasons why a new pod does not start, in the kubelet's own words if they are about Secrets.

Source: kubelet's kuberuntime_container.go, secret.go.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from tui.model.api_object import Obj
from tui.model.readers.pods import FAILING, NOT_STARTED, PodInfo
from tui.model.why import parse

_PASSING: Final = ("not registered", "failed to sync secret cache")
"""Messages of the kubelet while its cache is filled."""
_EVENTS: Final = frozenset(("FailedMount", "Failed", "FailedCreate", "FailedCreatePodSandBox"))


class Failure(NamedTuple):
    """Reason of a failure."""

    said: str
    """A reason, or a sentence that holds names alone; without a full stop."""
    detail: str
    """The whole message, only to be drawn: a volume driver or a runtime may put anything there."""


def pod_failure(info: PodInfo) -> Failure | None:
    """Reason why a pod fails; None if it does not, as far as its status tells."""
    return _failure(info, FAILING)


def start_failure(pods: Iterable[PodInfo]) -> str:
    """Reason why pods of a workload's newest template do not start; "" if none is known.

    The names of pods of one template differ in their last part alone.
    """
    made: dict[str, list[PodInfo]] = {}
    for pod in pods:
        made.setdefault(pod.name.rpartition("-")[0], []).append(pod)
    newest = max(made.values(), key=lambda some: min(pod.created or 0.0 for pod in some), default=[])
    return next((why.said for pod in newest if (why := _failure(pod, NOT_STARTED)) is not None), "")


def _failure(info: PodInfo, reasons: frozenset[str]) -> Failure | None:
    for container, reason, message in info.waiting:
        if reason in reasons and not _passes(message):
            return Failure(_sentence(message) or f"{container} waits ({reason})", message)
    return None


def event_failure(events: Iterable[Obj]) -> Failure | None:
    """Reason of a failure from Warning events, the latest first: only these tell of a volume without its
    Secret."""
    latest = sorted(events, key=lambda event: str(event.get("lastTimestamp") or ""), reverse=True)
    for event in latest:
        message = str(event.get("message") or "").removeprefix("Error: ")
        if event.get("reason") in _EVENTS and message and not _passes(message):
            return Failure(_sentence(message) or f"{event['reason']}, by its events", message)
    return None


def latest_warning(events: Iterable[Obj]) -> str:
    """The newest of the Warning events of a pod that is not known to fail: "Unhealthy: …"; "" for none."""
    latest = max(events, key=lambda event: str(event.get("lastTimestamp") or ""), default={})
    return f"{latest.get('reason')}: {latest.get('message')}" if latest else ""


def _sentence(message: str) -> str:
    """The kubelet's own sentence about a Secret in it; "" if there is none."""
    asked = parse(message)
    return asked.fault if asked is not None else ""


def _passes(message: str) -> bool:
    return any(words in message for words in _PASSING)


def is_ready(info: PodInfo) -> bool:
    """True if every container runs and is ready."""
    ready, _, all_of_them = info.ready.partition("/")
    return ready == all_of_them and info.phase == "Running" and not info.is_terminating
