"""Pods as the server stores them: what it fills in, and the little that it checks here.

Source: kubernetes, pkg/apis/core/v1/defaults.go; admission plugins Priority and DefaultTolerationSeconds.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tui.embedded.causes import Cause, required
from tui.embedded.status import Obj

_SPEC: Final = {
    "restartPolicy": "Always",
    "terminationGracePeriodSeconds": 30,
    "dnsPolicy": "ClusterFirst",
    "securityContext": {},
    "schedulerName": "default-scheduler",
    "enableServiceLinks": True,
}
_ADMITTED: Final = {"priority": 0, "preemptionPolicy": "PreemptLowerPriority"}
_MODES: Final = ("secret", "projected", "configMap", "downwardAPI")


def fill_in(pod: Obj) -> None:
    """Defaults, in place: the decoder's part, which whoever writes the pod then owns."""
    spec: Obj = pod.setdefault("spec", {})
    for name, value in _SPEC.items():
        spec.setdefault(name, dict(value) if isinstance(value, dict) else value)
    for part in ("containers", "initContainers"):
        for container in spec.get(part) or ():
            _fill_container(container)
    for volume in spec.get("volumes") or ():
        for kind in _MODES:
            if isinstance(volume.get(kind), dict):
                volume[kind].setdefault("defaultMode", 420)


def _fill_container(container: Obj) -> None:
    image = container.get("image", "")
    name = image.rpartition("/")[2]
    is_latest = "@" not in name and (":" not in name or name.endswith(":latest"))
    container.setdefault("resources", {})
    container.setdefault("terminationMessagePath", "/dev/termination-log")
    container.setdefault("terminationMessagePolicy", "File")
    container.setdefault("imagePullPolicy", "Always" if is_latest else "IfNotPresent")
    for port in container.get("ports") or ():
        port.setdefault("protocol", "TCP")


def admit(pod: Obj) -> None:
    """What admission and creation add, in place; nobody owns it."""
    spec = pod["spec"]
    for name, value in _ADMITTED.items():
        spec.setdefault(name, value)
    tolerations = spec.setdefault("tolerations", [])
    for key in ("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"):
        if not any(one.get("key") in (key, None) for one in tolerations):
            tolerations.append(
                {"key": key, "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300}
            )
    pod["metadata"]["generation"] = 1
    pod["status"] = {"phase": "Pending", "qosClass": _quality(spec)}


def _quality(spec: Obj) -> str:
    """The quality of service class: by requests and limits of all containers."""
    resources = [one.get("resources") or {} for one in spec.get("containers") or ()]
    if not any(one.get("requests") or one.get("limits") for one in resources):
        return "BestEffort"
    is_guaranteed = all(
        {"cpu", "memory"} <= set(one.get("limits") or {})
        and (one.get("requests") or one["limits"]) == one["limits"]
        for one in resources
    )
    return "Guaranteed" if is_guaranteed else "Burstable"


def causes(pod: Obj) -> Iterator[Cause]:
    if not pod["spec"].get("containers"):
        yield required("spec.containers")
