"""Statuses that a kubelet reports for a pod: what runs, what waits and why, what has ended."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

Json = dict[str, Any]
Decide = Callable[[Json], Json]
"""From a pod to the `status` that it shall report."""

NODE_ADDRESS = "127.0.0.1"


def running(pod: Json, at: datetime | None = None, restarts: int = 0) -> Json:
    """Every container runs since `at` (now, if not said), and the pod is ready."""
    since = _time(at)
    return {
        **_status(pod, "Running", since, ready=True),
        **_containers(pod, {"running": {"startedAt": since}}, ready=True, restarts=restarts),
    }


def waiting(pod: Json, reason: str, message: str = "", at: datetime | None = None, restarts: int = 0) -> Json:
    """Every container waits, for example with CreateContainerConfigError: what a missing key ends in."""
    state = {"waiting": {"reason": reason, "message": message}}
    return {
        **_status(pod, "Pending", _time(at), ready=False),
        **_containers(pod, state, ready=False, restarts=restarts),
    }


def ended(pod: Json, exit_code: int = 0, at: datetime | None = None) -> Json:
    """Every container has ended; a Job counts the pod as succeeded or failed."""
    when = _time(at)
    reason = "Completed" if exit_code == 0 else "Error"
    state = {"terminated": {"exitCode": exit_code, "reason": reason, "startedAt": when, "finishedAt": when}}
    return {
        **_status(pod, "Failed" if exit_code else "Succeeded", when, ready=False),
        **_containers(pod, state, ready=False, restarts=0),
    }


def _status(pod: Json, phase: str, since: str, *, ready: bool) -> Json:
    condition = "True" if ready else "False"
    kinds = {"PodScheduled": "True", "Initialized": "True", "ContainersReady": condition, "Ready": condition}
    return {
        "phase": phase,
        "startTime": since,
        "hostIP": NODE_ADDRESS,
        "podIP": NODE_ADDRESS,
        "observedGeneration": pod["metadata"].get("generation", 1),
        "conditions": [
            {"type": kind, "status": status, "lastTransitionTime": since} for kind, status in kinds.items()
        ],
    }


def _containers(pod: Json, state: Json, *, ready: bool, restarts: int) -> Json:
    is_started = "running" in state
    return {
        "containerStatuses": [
            {
                "name": container["name"],
                "image": container["image"],
                "imageID": "",
                "ready": ready,
                "started": is_started,
                "restartCount": restarts,
                "state": state,
            }
            for container in pod["spec"]["containers"]
        ]
    }


def _time(at: datetime | None) -> str:
    return (at or datetime.now(UTC)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
