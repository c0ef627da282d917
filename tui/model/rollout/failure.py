"""Reasons why a new pod does not start, in the kubelet's words if a Secret is the reason."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from tui.model.api_object import Obj
from tui.model.readers.pods import FAILING, NOT_STARTED, PodInfo
from tui.model.why import parse

_TEMPORARY: Final = ("not registered", "failed to sync secret cache")
"""Parts of messages from a kubelet whose cache is not filled yet."""
_EVENTS: Final = frozenset(("FailedMount", "Failed", "FailedCreate", "FailedCreatePodSandBox"))


class Failure(NamedTuple):
    message: str
    """Reason without a full stop: the kubelet's sentence about a Secret, if `detail` has such a sentence.

    Otherwise a text that quotes nothing from `detail`: "container app waits (CrashLoopBackOff)" or "event
    FailedMount".
    """
    detail: str
    """Whole message of the kubelet or of the event.

    The message can be any text, so the record of a restart, which users paste into tickets, leaves it out.
    """


def pod_failure(info: PodInfo) -> Failure | None:
    return _failure(info, FAILING)


def start_failure(pods: Iterable[PodInfo]) -> str:
    """Return the reason why a pod of the newest template did not start; "" if no pod has such a reason.

    The pods are grouped by template: names of pods of one template differ only after the last hyphen.
    """
    by_template: dict[str, list[PodInfo]] = {}
    for pod in pods:
        by_template.setdefault(pod.name.rpartition("-")[0], []).append(pod)
    newest = max(by_template.values(), key=lambda group: min(pod.created or 0.0 for pod in group), default=[])
    return next(
        (failure.message for pod in newest if (failure := _failure(pod, NOT_STARTED)) is not None), ""
    )


def _failure(info: PodInfo, reasons: frozenset[str]) -> Failure | None:
    for container, reason, message in info.waiting:
        if reason in reasons and not _is_temporary(message):
            return Failure(_sentence(message) or f"container {container} waits ({reason})", message)
    return None


def event_failure(events: Iterable[Obj]) -> Failure | None:
    """Return the failure from the latest event that reports a failure.

    If the Secret of a volume is missing, only an event says so. The pod's status does not.
    """
    latest = sorted(events, key=lambda event: str(event.get("lastTimestamp") or ""), reverse=True)
    for event in latest:
        message = str(event.get("message") or "").removeprefix("Error: ")
        if event.get("reason") in _EVENTS and message and not _is_temporary(message):
            return Failure(_sentence(message) or f"event {event['reason']}", message)
    return None


def latest_warning(events: Iterable[Obj]) -> str:
    latest = max(events, key=lambda event: str(event.get("lastTimestamp") or ""), default={})
    return f"{latest.get('reason')}: {latest.get('message')}" if latest else ""


def _sentence(message: str) -> str:
    reason = parse(message)
    return reason.fault if reason is not None else ""


def _is_temporary(message: str) -> bool:
    return any(words in message for words in _TEMPORARY)


def is_ready(info: PodInfo) -> bool:
    ready, _, total = info.ready.partition("/")
    return ready == total and info.phase == "Running" and not info.is_terminating
