"""The cells of a pod's row: ready, status and restarts, told from its containers.

Source: kubernetes, pkg/printers/internalversion/printers.go printPod.
"""

from __future__ import annotations

from typing import Any

from tui.embedded.objects import times
from tui.embedded.status import Obj


def cells(pod: Obj, now: float) -> list[Any]:
    meta, spec, status = pod["metadata"], pod.get("spec") or {}, pod.get("status") or {}
    told = _Told(spec, status)
    reason = told.reason
    if meta.get("deletionTimestamp"):
        if status.get("reason") == "NodeLost":
            reason = "Unknown"
        elif status.get("phase") not in {"Succeeded", "Failed"}:
            reason = "Terminating"
    restarts = str(told.restarts)
    if told.restarts and told.last_restart:
        restarts = f"{told.restarts} ({times.age(told.last_restart, now)} ago)"
    addresses = status.get("podIPs") or [{}]
    return [
        meta["name"],
        f"{told.ready}/{told.total}",
        reason,
        restarts,
        times.age(meta.get("creationTimestamp"), now),
        addresses[0].get("ip") or "<none>",
        spec.get("nodeName") or "<none>",
        status.get("nominatedNodeName") or "<none>",
        _gates(spec, status),
    ]


def row_conditions(pod: Obj) -> list[Obj]:
    """Completed pods carry a condition on their row."""
    phase = (pod.get("status") or {}).get("phase")
    if phase == "Succeeded":
        message = "The pod has completed successfully."
    elif phase == "Failed":
        message = "The pod failed."
    else:
        return []
    return [{"type": "Completed", "status": "True", "reason": phase, "message": message}]


class _Told:
    """What the statuses of all containers add up to."""

    def __init__(self, spec: Obj, status: Obj) -> None:
        self.ready = 0
        self.restarts = 0
        self.last_restart = ""
        self.total = len(spec.get("containers") or ())
        self.reason: str = status.get("reason") or status.get("phase") or ""
        conditions = {c.get("type"): c for c in status.get("conditions") or ()}
        if conditions.get("PodScheduled", {}).get("reason") == "SchedulingGated":
            self.reason = "SchedulingGated"
        inits = spec.get("initContainers") or []
        sidecars = {c["name"] for c in inits if c.get("restartPolicy") == "Always"}
        self.total += len(sidecars)
        is_initializing = self._inits(status.get("initContainerStatuses") or [], sidecars, len(inits))
        if not is_initializing or conditions.get("Initialized", {}).get("status") == "True":
            self._containers(status, sidecars, conditions)

    def _inits(self, statuses: list[Obj], sidecars: set[str], count: int) -> bool:
        for at, one in enumerate(statuses):
            self._restarted(one)
            state = one.get("state") or {}
            ended, waiting = state.get("terminated"), state.get("waiting")
            if ended is not None and not ended.get("exitCode"):
                continue
            if one["name"] in sidecars and one.get("started"):
                self.ready += bool(one.get("ready"))
                continue
            if ended is not None:
                self.reason = "Init:" + _end_of(ended)
            elif (waiting or {}).get("reason", "PodInitializing") not in {"", "PodInitializing"}:
                self.reason = "Init:" + (waiting or {})["reason"]
            else:
                self.reason = f"Init:{at}/{count}"
            return True
        return False

    def _containers(self, status: Obj, sidecars: set[str], conditions: dict[str, Obj]) -> None:
        self.restarts, self.last_restart = 0, ""
        for one in status.get("initContainerStatuses") or ():
            if one["name"] in sidecars:
                self._restarted(one)
        has_running, failure = False, ""
        for one in reversed(status.get("containerStatuses") or []):
            self._restarted(one)
            state = one.get("state") or {}
            ended = state.get("terminated")
            if (state.get("waiting") or {}).get("reason"):
                self.reason = state["waiting"]["reason"]
            elif ended is not None:
                self.reason = _end_of(ended)
                failure = self.reason if ended.get("exitCode") else failure
            elif one.get("ready") and state.get("running") is not None:
                has_running = True
                self.ready += 1
        if self.reason != "Completed":
            return
        if has_running and conditions.get("Ready", {}).get("status") == "True":
            self.reason = "Running"
        elif failure or has_running:
            self.reason = failure or "NotReady"

    def _restarted(self, one: Obj) -> None:
        self.restarts += one.get("restartCount") or 0
        ended = ((one.get("lastState") or {}).get("terminated") or {}).get("finishedAt") or ""
        self.last_restart = max(self.last_restart, ended)


def _end_of(ended: Obj) -> str:
    if ended.get("reason"):
        return str(ended["reason"])
    return f"Signal:{ended['signal']}" if ended.get("signal") else f"ExitCode:{ended.get('exitCode', 0)}"


def _gates(spec: Obj, status: Obj) -> str:
    gates = spec.get("readinessGates") or []
    if not gates:
        return "<none>"
    states = {c.get("type"): c.get("status") for c in status.get("conditions") or ()}
    return f"{sum(states.get(g.get('conditionType')) == 'True' for g in gates)}/{len(gates)}"
