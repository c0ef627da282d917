"""Clusters for the figures of readers: of pods and workloads, and of custom kinds. Made once and kept."""

from __future__ import annotations

import random
import shutil
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from itertools import islice
from typing import Any, Final, NamedTuple

from benchmarks.crowd import commit, put
from benchmarks.generate import records
from tests.controlplane.build import CACHE
from tests.controlplane.custom_kinds import CustomKind, having, install, many, text
from tests.controlplane.plane import ControlPlane

Obj = dict[str, Any]
_IN_ONE: Final = 64
_APPS: Final = (
    *(("apps/v1", "Deployment"), ("apps/v1", "Deployment"), ("apps/v1", "ReplicaSet")),
    *(("apps/v1", "StatefulSet"), ("apps/v1", "DaemonSet"), ("batch/v1", "CronJob")),
)
"""Kinds of workloads, taken by turns."""


class Size(NamedTuple):
    """Number of objects in the two clusters."""

    pods: int = 10_000
    workloads: int = 3_000
    kinds: int = 60
    objects: int = 5_000
    secrets: int = 1_000
    namespaces: int = 50


@contextmanager
def of_pods(size: Size) -> Iterator[ControlPlane]:
    """Cluster of pods and workloads."""
    with kept_cluster(f"readers-{size.pods}-{size.workloads}", partial(_fill_pods, size)) as plane:
        yield plane


@contextmanager
def of_custom_kinds(size: Size) -> Iterator[ControlPlane]:
    """Cluster of custom kinds; their objects in all namespaces each read a Secret and mention another."""
    named = f"named-{size.kinds}-{size.objects}-{size.secrets}"
    with kept_cluster(named, partial(_fill_kinds, size)) as plane:
        yield plane


@contextmanager
def kept_cluster(name: str, fill: Callable[[ControlPlane], Iterator[Obj]]) -> Iterator[ControlPlane]:
    """A control plane with these objects; they are written once into an etcd folder of that name."""
    kept = CACHE / name
    is_there = (kept / "whole").exists()
    if not is_there:
        shutil.rmtree(kept, ignore_errors=True)
        kept.mkdir(parents=True)
    with ControlPlane(data=kept / "etcd") as plane:
        if not is_there:
            puts = map(put, fill(plane))
            with ThreadPoolExecutor(4) as pool:
                parts = iter(lambda: list(islice(puts, _IN_ONE)), [])
                for status in pool.map(partial(commit, plane), parts):
                    assert status == 200
            plane.restart_apiserver()
            (kept / "whole").touch()
        yield plane


def _fill_pods(size: Size, plane: ControlPlane) -> Iterator[Obj]:
    wanted = records(11, pods=size.pods, namespaces=size.namespaces)
    for number, record in enumerate(wanted):
        obj = record.obj
        yield obj
        if obj["kind"] == "Pod" and number < size.workloads + size.namespaces:
            yield _workload(number, obj)


def _workload(number: int, pod: Obj) -> Obj:
    """Workload with the pod as its template."""
    api, kind = _APPS[number % len(_APPS)]
    labels = {"app": f"app-{number}"}
    template = {"metadata": {"labels": labels}, "spec": pod["spec"] | {"nodeName": ""}}
    spec: Obj = {"selector": {"matchLabels": labels}, "template": template}
    if kind == "CronJob":
        spec = {"schedule": "0 0 1 1 *", "jobTemplate": {"spec": {"template": template}}}
    return {
        "apiVersion": api,
        "kind": kind,
        "metadata": pod["metadata"]
        | {"name": f"app-{number:06d}", "ownerReferences": [], "uid": _uid(number)},
        "spec": spec,
    }


def _fill_kinds(size: Size, plane: ControlPlane) -> Iterator[Obj]:
    kinds = [_kind(number) for number in range(size.kinds)]
    install(plane, kinds)
    for record in records(11, secrets=size.secrets, namespaces=size.namespaces):
        yield record.obj
    for number in range(size.objects):
        yield _object(number, kinds[number % size.kinds], size)


def _object(number: int, kind: CustomKind, size: Size) -> Obj:
    settings = {f"setting{nth}": "made-up " * 8 for nth in range(40)}
    settings["setting7"] = f"vault://kv/secret-{(number + size.namespaces) % size.secrets:06d}#password"
    auth = {"passwordSecretRef": {"name": f"secret-{number % size.secrets:06d}", "key": "password"}}
    made = kind.body(f"object-{number:06d}", spec={"settings": settings, "endpoints": [{"auth": auth}]})
    made["metadata"] |= {
        "namespace": f"team-{number % size.namespaces:02d}",
        "uid": _uid(number),
        "creationTimestamp": "2026-01-02T03:04:05Z",
        "generation": 1,
    }
    return made | {"path": f"{kind.group}/{kind.plural}"}


def _kind(number: int) -> CustomKind:
    auth = having(passwordSecretRef=having(name=text(), key=text()), url=text())
    settings = having(**{f"setting{nth}": text("Made up, and of no use.") for nth in range(40)})
    spec = having(settings=settings, endpoints=many(having(auth=auth)))
    group = f"group{number // 4:02d}.example"
    return CustomKind(group, "v1", f"things{number:02d}", f"Thing{number:02d}", spec)


def _uid(number: int) -> str:
    return str(uuid.UUID(int=random.Random(number).getrandbits(128)))
