"""Pods for the tests, and for each of WAYS a snippet that uses it."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from tui.model.readers.pod_use import PodUse
from tui.model.readers.pods import PodInfo, PodShape, pod_info


def _volume(field: str, source: dict[str, Any]) -> dict[str, Any]:
    return {
        "containers": [{"name": "app", "volumeMounts": [{"name": "v", "mountPath": "/mnt"}]}],
        "volumes": [{"name": "v", field: source}],
    }


SNIPPETS: Final[dict[str, dict[str, Any]]] = {
    "env": {
        "containers": [
            {
                "name": "app",
                "env": [
                    {"name": "PLAIN", "value": "x"},
                    {"name": "DB_PASSWORD", "valueFrom": {"secretKeyRef": {"name": "s", "key": "password"}}},
                    {"name": "NODE", "valueFrom": {"fieldRef": {"fieldPath": "spec.nodeName"}}},
                ],
            }
        ]
    },
    "env_from": {
        "containers": [
            {
                "name": "app",
                "envFrom": [{"prefix": "DB_", "secretRef": {"name": "s"}}, {"configMapRef": {"name": "c"}}],
            }
        ]
    },
    "volume": {
        "containers": [
            {"name": "app", "volumeMounts": [{"name": "v", "mountPath": "/etc/s", "readOnly": True}]}
        ],
        "volumes": [{"name": "v", "secret": {"secretName": "s", "defaultMode": 420}}],
    },
    "projected": {
        "containers": [{"name": "app", "volumeMounts": [{"name": "v", "mountPath": "/etc/s"}]}],
        "volumes": [
            {
                "name": "v",
                "projected": {
                    "sources": [
                        {"serviceAccountToken": {"path": "token"}},
                        {"secret": {"name": "s", "items": [{"key": "password", "path": "db/pass"}]}},
                        {"configMap": {"name": "c"}},
                    ]
                },
            }
        ],
    },
    "image_pull": {"containers": [{"name": "app"}], "imagePullSecrets": [{"name": "s"}]},
    "csi": _volume("csi", {"driver": "d", "nodePublishSecretRef": {"name": "s"}}),
    "azure_file": _volume("azureFile", {"secretName": "s", "shareName": "x"}),
    "cephfs": _volume("cephfs", {"secretRef": {"name": "s"}, "secretFile": "/node/path"}),
    "rbd": _volume("rbd", {"secretRef": {"name": "s"}}),
    "iscsi": _volume("iscsi", {"secretRef": {"name": "s"}}),
    "cinder": _volume("cinder", {"secretRef": {"name": "s"}}),
    "flex": _volume("flexVolume", {"secretRef": {"name": "s"}}),
    "scale_io": _volume("scaleIO", {"secretRef": {"name": "s"}}),
    "storage_os": _volume("storageos", {"secretRef": {"name": "s"}}),
}


def info(spec: dict[str, Any], status: dict[str, Any] | None = None, **metadata: Any) -> PodInfo:
    """Read a pod from the API's own JSON, as the program does."""
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "mypod", "namespace": "default", "uid": "u", "resourceVersion": "7", **metadata},
        "spec": spec,
        "status": {"phase": "Running"} if status is None else status,
    }
    return pod_info(msgspec.json.decode(msgspec.json.encode(pod), type=PodShape))


def uses(spec: dict[str, Any]) -> tuple[PodUse, ...]:
    return info(spec).uses


def one_use(spec: dict[str, Any]) -> PodUse:
    (use,) = uses(spec)
    return use


def pod(name: str, *uses: PodUse, namespace: str = "default", **fields: Any) -> PodInfo:
    """A running pod with these uses."""
    usual: dict[str, Any] = {
        "uid": f"uid-{name}",
        "resource_version": "1",
        "phase": "Running",
        "status": "running",
        "waiting": (),
        "ready": "1/1",
        "starts": (),
        "is_terminating": False,
    }
    return PodInfo(namespace=namespace, name=name, uses=uses, **(usual | fields))
