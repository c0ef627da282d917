"""Bodies of workloads for the real server."""

from __future__ import annotations

from typing import Any, Final

Obj = dict[str, Any]
IMAGE: Final = "made-up"


def variable(secret: str, key: str, name: str = "PASSWORD") -> Obj:
    return {"name": name, "valueFrom": {"secretKeyRef": {"name": secret, "key": key}}}


def template(app: str, *env: Obj, **spec: Any) -> Obj:
    """Pod template with one container, `main`."""
    container = {"name": "main", "image": IMAGE, "env": list(env)}
    return {"metadata": {"labels": {"app": app}}, "spec": {"containers": [container], **spec}}


def deployment(app: str, pod: Obj, replicas: int = 1) -> Obj:
    """Deployment of these pods; a rollout adds one pod at a time and keeps all available."""
    strategy = {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}}
    spec = {"replicas": replicas, "selector": {"matchLabels": {"app": app}}, "template": pod}
    return {"metadata": {"name": app}, "spec": spec | {"strategy": strategy}}


def stateful_set(app: str, pod: Obj, replicas: int = 1) -> Obj:
    """StatefulSet of these pods, created in parallel."""
    spec = {"replicas": replicas, "selector": {"matchLabels": {"app": app}}, "template": pod}
    return {"metadata": {"name": app}, "spec": spec | {"podManagementPolicy": "Parallel"}}


def daemon_set(app: str, pod: Obj) -> Obj:
    """DaemonSet: a pod on each node."""
    spec = {"selector": {"matchLabels": {"app": app}}, "template": pod}
    return {"metadata": {"name": app}, "spec": spec}
