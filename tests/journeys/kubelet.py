"""A played scheduler and kubelet for one namespace: binds its pods and reports their status.

Messages are from kubelet_pods.go (variables), secret.go (files), kuberuntime_container.go (reasons).
"""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from tests.controlplane.plane import ControlPlane
from tests.journeys.beat import repeated

NODE: Final = "node-1"
Obj = dict[str, Any]


class Trouble(Exception):
    """Failed start of a container: reason and message of its status, and the message of a mount event."""

    def __init__(self, reason: str, message: str = "", event: str = "") -> None:
        super().__init__(reason)
        self.reason, self.message, self.event = reason, message, event


@dataclass
class Kubelet:
    """Played kubelet of one namespace.

    While `is_still` is set, it starts no pods. It reports containers as started `ago` before now.
    """

    plane: ControlPlane
    namespace: str
    is_still: threading.Event = field(default_factory=threading.Event)
    ago: timedelta = timedelta()
    _told: set[str] = field(default_factory=set)

    def look(self) -> None:
        """Tend all pods once. The server may be unreachable for a while."""
        with suppress(OSError, http.client.HTTPException):
            if not self.is_still.is_set():
                self._look()

    def _look(self) -> None:
        pods, secret_objects = (self._ask("GET", what)["items"] for what in ("pods", "secrets"))
        secrets = {one["metadata"]["name"]: one.get("data", {}) for one in secret_objects}
        for pod in pods:
            self._tend(pod, secrets)

    def _tend(self, pod: Obj, secrets: dict[str, Obj]) -> None:
        meta, spec, status = pod["metadata"], pod["spec"], pod["status"]
        if meta.get("deletionTimestamp"):
            self._ask("DELETE", f"pods/{meta['name']}", {"gracePeriodSeconds": 0}, may_be_gone=True)
            return
        if "nodeName" not in spec:
            target = {"kind": "Node", "name": NODE}
            self._ask("POST", f"pods/{meta['name']}/binding", {"metadata": meta_of(pod), "target": target})
        if status.get("phase") in ("Running", "Succeeded"):
            return
        told = self._status(pod, secrets)
        if any(told[name] != status.get(name) for name in ("phase", "containerStatuses")):
            self._ask("PATCH", f"pods/{meta['name']}/status", {"status": told}, may_be_gone=True)

    def _status(self, pod: Obj, secrets: dict[str, Obj]) -> Obj:
        now = (datetime.now(UTC) - self.ago).strftime("%Y-%m-%dT%H:%M:%SZ")
        states = [self._state(pod, one, secrets, now) for one in pod["spec"]["containers"]]
        is_ready = all("running" in state for state in states)
        return {
            "phase": "Running" if is_ready else "Pending",
            "startTime": pod["status"].get("startTime", now),
            "conditions": [{"type": "Ready", "status": str(is_ready), "lastTransitionTime": now}],
            "containerStatuses": [
                {
                    "name": one["name"],
                    "image": one["image"],
                    "imageID": "",
                    "restartCount": 0,
                    "ready": "running" in state,
                    "started": "running" in state,
                    "state": state,
                }
                for one, state in zip(pod["spec"]["containers"], states, strict=True)
            ],
        }

    def _state(self, pod: Obj, container: Obj, secrets: dict[str, Obj], now: str) -> Obj:
        try:
            for volume in pod["spec"].get("volumes", ()):
                _mount(volume, secrets)
            _variables(container, secrets, self.namespace)
        except Trouble as trouble:
            self._tell(pod, trouble)
            waiting = {"reason": trouble.reason, "message": trouble.message}
            return {"waiting": {name: text for name, text in waiting.items() if text}}
        return {"running": {"startedAt": now}}

    def _tell(self, pod: Obj, trouble: Trouble) -> None:
        """Send a warning event, once for each pod and message."""
        meta = pod["metadata"]
        message = trouble.event or f"Error: {trouble.message}"
        if f"{meta['uid']} {message}" in self._told:
            return
        self._told.add(f"{meta['uid']} {message}")
        about = {"kind": "Pod", "apiVersion": "v1", "namespace": self.namespace, **meta_of(pod)}
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        event = {
            "metadata": {"generateName": f"{meta['name']}."},
            "involvedObject": about | {"uid": meta["uid"]},
            "type": "Warning",
            "reason": "FailedMount" if trouble.event else "Failed",
            "message": message,
            "firstTimestamp": now,
            "lastTimestamp": now,
            "count": 1,
            "source": {"component": "kubelet", "host": NODE},
        }
        self._ask("POST", "events", event)

    def _ask(self, method: str, rest: str, body: Obj | None = None, *, may_be_gone: bool = False) -> Any:
        path = f"/api/v1/namespaces/{self.namespace}/{rest}"
        answer = self.plane.ask(method, path, body)
        assert answer.status < 300 or (may_be_gone and answer.status in (404, 409)), answer.text
        return answer.body


def meta_of(obj: Obj) -> Obj:
    """Metadata with the object's name alone."""
    return {"name": obj["metadata"]["name"]}


def _mount(volume: Obj, secrets: dict[str, Obj]) -> None:
    parts = [(volume["secret"], "secretName")] if "secret" in volume else []
    sources = volume.get("projected", {}).get("sources", ())
    parts += [(one["secret"], "name") for one in sources if "secret" in one]
    for part, name in parts:
        lacks = _lacks_for_files(part[name], part, secrets)
        if lacks and not part.get("optional"):
            event = f'MountVolume.SetUp failed for volume "{volume["name"]}" : {lacks}'
            raise Trouble("ContainerCreating", event=event)


def _lacks_for_files(name: str, part: Obj, secrets: dict[str, Obj]) -> str:
    if name not in secrets:
        return f'secret "{name}" not found'
    absent = [item["key"] for item in part.get("items", ()) if item["key"] not in secrets[name]]
    return f"references non-existent secret key: {absent[0]}" if absent else ""


def _variables(container: Obj, secrets: dict[str, Obj], namespace: str) -> None:
    refs: list[tuple[Obj, str | None]] = [
        (one["secretRef"], None) for one in container.get("envFrom", ()) if "secretRef" in one
    ]
    sources = (one.get("valueFrom", {}) for one in container.get("env", ()))
    refs += [(one["secretKeyRef"], one["secretKeyRef"]["key"]) for one in sources if "secretKeyRef" in one]
    for ref, key in refs:
        if ref.get("optional"):
            continue
        if ref["name"] not in secrets:
            raise Trouble("CreateContainerConfigError", f'secret "{ref["name"]}" not found')
        if key is not None and key not in secrets[ref["name"]]:
            message = f"couldn't find key {key} in Secret {namespace}/{ref['name']}"
            raise Trouble("CreateContainerConfigError", message)


@contextmanager
def kubelet(plane: ControlPlane, namespace: str) -> Iterator[Kubelet]:
    """Run a played kubelet on a thread until the block ends."""
    played = Kubelet(plane, namespace)
    with repeated(played.look, "kubelet"):
        yield played
