"""Simulated kubelet: starts a pending pod when its Secrets exist.

The messages are the real kubelet's (kubernetes, pkg/kubelet/kubelet_pods.go and pkg/volume/secret).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from tui.embedded.demo.object_tools import hashed, objects
from tui.embedded.objects.kinds import SECRET_KIND
from tui.embedded.objects.store import Store
from tui.embedded.status import Obj
from tui.model.text.times import rfc3339

_PARTS: Final = (("initContainers", "initContainerStatuses"), ("containers", "containerStatuses"))


class _Gate(NamedTuple):
    """Fault that keeps all containers of a pod waiting, such as a missing Secret of a volume.

    `reason` is the reason in the containers' statuses. `event` and `message` are the reason and the message
    of the pod's event.
    """

    reason: str
    event: str
    message: str


def start_pods(store: Store) -> None:
    for pod in objects(store, "pods"):
        if pod["status"].get("phase") == "Pending" and "deletionTimestamp" not in pod["metadata"]:
            _start(store, pod)


def _start(store: Store, pod: Obj) -> None:
    status: Obj = {"startTime": rfc3339(store.now())} | pod["status"]
    gate = next(_gates(store, pod), None)
    warnings = [gate[1:]] if gate else []
    is_held = False
    for containers_field, statuses_field in _PARTS:
        before = {each["name"]: each for each in status.get(statuses_field, ())}
        statuses = []
        for container in pod["spec"].get(containers_field, ()):
            known = {"name": container["name"], "image": container["image"], "restartCount": 0}
            known |= before.get(container["name"], {})
            state: Obj = {"waiting": {"reason": "PodInitializing"}}
            if not is_held:
                state = _held_back(gate, known) if gate else _state(store, pod, known, container)
            is_held = is_held or (containers_field == "initContainers" and "waiting" in state)
            if state.get("waiting", {}).get("reason") == "CreateContainerConfigError":
                warnings.append(("Failed", f"Error: {state['waiting']['message']}"))
            is_ready = "running" in state or state.get("terminated", {}).get("exitCode") == 0
            statuses.append(known | {"state": state, "ready": is_ready, "started": "running" in state})
        if statuses:
            status[statuses_field] = statuses
    if all("running" in each["state"] for each in status["containerStatuses"]):
        status["phase"] = "Running"
    if status != pod["status"]:
        store.put(pod | {"status": status}, "kubelet")
    for reason, message in warnings:
        _warn(store, pod, reason, message)


def _state(store: Store, pod: Obj, known: Obj, container: Obj) -> Obj:
    missing = next(_missing_variables(store, pod["metadata"]["namespace"], container), "")
    if missing:
        return {"waiting": {"reason": "CreateContainerConfigError", "message": missing}}
    before: Obj = known.get("state", {"waiting": {}})
    if "waiting" not in before:
        return before
    now = rfc3339(store.now())
    is_sidecar = container.get("restartPolicy") == "Always"
    if is_sidecar or container in pod["spec"]["containers"]:
        return {"running": {"startedAt": now}}
    return {"terminated": {"exitCode": 0, "reason": "Completed", "startedAt": now, "finishedAt": now}}


def _held_back(gate: _Gate, known: Obj) -> Obj:
    state: Obj = {"reason": gate.reason}
    if gate.reason == "ImagePullBackOff":
        state["message"] = f'Back-off pulling image "{known["image"]}"'
    return {"waiting": state}


def _gates(store: Store, pod: Obj) -> Iterator[_Gate]:
    namespace, spec = pod["metadata"]["namespace"], pod["spec"]
    for volume in spec.get("volumes", ()):
        for message in _missing_files(store, namespace, volume):
            text = f'MountVolume.SetUp failed for volume "{volume["name"]}" : {message}'
            yield _Gate("ContainerCreating", "FailedMount", text)
    names = [secret["name"] for secret in spec.get("imagePullSecrets", ())]
    if names and not any(store.find(SECRET_KIND, namespace, name) for name in names):
        text = f"Unable to retrieve some image pull secrets ({', '.join(names)}); "
        text += "attempting to pull the image may not succeed."
        yield _Gate("ImagePullBackOff", "FailedToRetrieveImagePullSecret", text)


def _missing_files(store: Store, namespace: str, volume: Obj) -> Iterator[str]:
    sources = [each["secret"] for each in volume.get("projected", {}).get("sources", ()) if "secret" in each]
    for source in [volume["secret"]] if "secret" in volume else sources:
        name = source.get("secretName") or source.get("name")
        keys = _keys(store, namespace, name)
        if source.get("optional"):
            continue
        if keys is None:
            yield f'secret "{name}" not found'
            continue
        for item in source.get("items", ()):
            if item["key"] not in keys:
                yield f"references non-existent secret key: {item['key']}"


def _missing_variables(store: Store, namespace: str, container: Obj) -> Iterator[str]:
    whole = [source["secretRef"] for source in container.get("envFrom", ()) if "secretRef" in source]
    single = [variable.get("valueFrom", {}).get("secretKeyRef") for variable in container.get("env", ())]
    for reference in (*whole, *filter(None, single)):
        keys = _keys(store, namespace, reference["name"])
        if reference.get("optional"):
            continue
        if keys is None:
            yield f'secret "{reference["name"]}" not found'
        elif "key" in reference and reference["key"] not in keys:
            yield f"couldn't find key {reference['key']} in Secret {namespace}/{reference['name']}"


def _keys(store: Store, namespace: str, name: str) -> set[str] | None:
    record = store.find(SECRET_KIND, namespace, name)
    return set(record.obj.get("data", ())) if record else None


def _warn(store: Store, pod: Obj, reason: str, message: str) -> None:
    meta = pod["metadata"]
    for event in store.by_resource["events"].within(meta["namespace"]):
        if (event.obj["involvedObject"]["name"], event.obj.get("message")) == (meta["name"], message):
            return
    about = {"apiVersion": "v1", "kind": "Pod"} | {part: meta[part] for part in ("namespace", "name", "uid")}
    warning: Obj = {
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": {"name": f"{meta['name']}.{hashed(8, message)}", "namespace": meta["namespace"]},
        "type": "Warning",
        "reason": reason,
        "message": message,
        "involvedObject": about,
        "lastTimestamp": rfc3339(store.now()),
    }
    store.put(warning, "kubelet")
