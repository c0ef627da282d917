"""python -m benchmarks.generate: a large embedded cluster in a process of its own.

Its seeded Secrets and Pods are made when somebody looks at them.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import random
import signal
import sys
import uuid
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from tests.faulty_cluster.server import FaultyCluster
from tui.embedded.objects.kinds import NAMESPACE_KIND, POD_KIND, SECRET_KIND, Kind
from tui.embedded.objects.store import Record, Store
from tui.embedded.status import Obj
from tui.model.text.times import rfc3339

_BORN: Final = 1_760_000_000
_KEYS: Final = ("password", "token", "ca.crt", "config.yaml", "username", "url")
_TYPES: Final = ("Opaque",) * 8 + ("helm.sh/release.v1", "kubernetes.io/basic-auth")


@lru_cache(maxsize=4)
def _values(seed: int) -> tuple[str, ...]:
    """The pool of base64 values that all secrets of a seed share: memory stays small."""
    dice = random.Random(f"values {seed}")
    return tuple(base64.b64encode(dice.randbytes(480)).decode() for _ in range(512))


class Sketch(Record):
    """A record of a few bytes whose object is made each time it is asked for, always the same."""

    __slots__ = ("number", "seed")

    def __init__(self, kind: Kind, namespace: str, name: str, version: int, seed: int, number: int) -> None:
        super().__init__(kind, namespace, name, version, {})
        self.seed = seed
        self.number = number

    @property
    def obj(self) -> Obj:
        meta: Obj = {
            "name": self.name,
            "uid": str(uuid.UUID(int=(self.seed << 64 | self.version))),
            "resourceVersion": str(self.version),
            "creationTimestamp": rfc3339(_BORN - 61 * self.number % 40_000_000),
        }
        if self.kind is NAMESPACE_KIND:
            meta["labels"] = {"kubernetes.io/metadata.name": self.name}
            spec = {"finalizers": ["kubernetes"]}
            return {"kind": "Namespace", "apiVersion": "v1", "metadata": meta, "spec": spec} | _ACTIVE
        meta["namespace"] = self.namespace
        meta["labels"] = {"app.kubernetes.io/name": f"app-{self.number % 97}", "tier": f"t{self.number % 3}"}
        return self._pod(meta) if self.kind is POD_KIND else self._secret(meta)

    def _secret(self, meta: Obj) -> Obj:
        pool, at = _values(self.seed), self.number
        data = {key: pool[(at * 7 + i * 131) % len(pool)] for i, key in enumerate(_KEYS[: 3 + at % 3])}
        meta["managedFields"] = [
            {
                "manager": "kubectl-create",
                "operation": "Update",
                "apiVersion": "v1",
                "time": meta["creationTimestamp"],
                "fieldsType": "FieldsV1",
                "fieldsV1": {"f:data": {".": {}} | {f"f:{key}": {} for key in data}, "f:type": {}},
            }
        ]
        kind = _TYPES[at % len(_TYPES)]
        return {"kind": "Secret", "apiVersion": "v1", "metadata": meta, "data": data, "type": kind}

    def _pod(self, meta: Obj) -> Obj:
        wanted = f"secret-{self.number % 1000:06d}"
        owner = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": f"app-{self.number % 97}-5d8f9c"}
        meta["ownerReferences"] = [owner | {"uid": meta["uid"], "controller": True}]
        containers = [_container(f"c{i}", wanted) for i in range(3)]
        volumes = [
            {"name": "creds", "secret": {"secretName": wanted, "defaultMode": 420}},
            {"name": "more", "projected": {"sources": [{"secret": {"name": wanted}}], "defaultMode": 420}},
        ]
        spec = {"containers": containers, "volumes": volumes, "nodeName": f"node-{self.number % 40}"}
        statuses = [_running(item["name"], meta["creationTimestamp"]) for item in containers]
        status = {"phase": "Running", "containerStatuses": statuses, "conditions": _CONDITIONS}
        return {"kind": "Pod", "apiVersion": "v1", "metadata": meta, "spec": spec, "status": status}


_ACTIVE: Final[Obj] = {"status": {"phase": "Active"}}
_CONDITIONS: Final = [
    {"type": name, "status": "True", "lastProbeTime": None, "lastTransitionTime": "2026-10-01T08:00:00Z"}
    for name in ("PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled")
]


def _container(name: str, secret: str) -> Obj:
    plain = [{"name": f"SETTING_{i}", "value": f"value of setting {i} for {name}"} for i in range(15)]
    key: Obj = {"secretKeyRef": {"name": secret, "key": "password"}}
    return {
        "name": name,
        "image": f"example.invalid/team/{name}:1.{len(name)}.0",
        "args": [f"--option-{i}=something-long-enough-{i}" for i in range(8)],
        "env": [*plain, {"name": "PASSWORD", "valueFrom": key}],
        "envFrom": [{"prefix": "ALL_", "secretRef": {"name": secret, "optional": True}}],
        "volumeMounts": [
            {"name": "creds", "mountPath": "/etc/creds", "readOnly": True},
            {"name": "more", "mountPath": "/etc/one", "subPath": "token"},
        ],
        "resources": {"limits": {"cpu": "1", "memory": "1Gi"}, "requests": {"cpu": "100m", "memory": "1Gi"}},
        "terminationMessagePath": "/dev/termination-log",
        "imagePullPolicy": "IfNotPresent",
    }


def _running(name: str, since: str) -> Obj:
    return {
        "name": name,
        "ready": True,
        "started": True,
        "restartCount": 0,
        "image": f"example.invalid/team/{name}:1.2.0",
        "imageID": f"example.invalid/team/{name}@sha256:" + "0" * 64,
        "containerID": "containerd://" + "0" * 64,
        "state": {"running": {"startedAt": since}},
    }


def records(seed: int, *, secrets: int = 0, pods: int = 0, namespaces: int = 1) -> Iterator[Sketch]:
    """Generate so many objects, spread over namespaces team-00 ..., at versions from 1,000 on."""
    version = 1000
    names = [f"team-{i:02d}" for i in range(max(namespaces, 1))] if secrets or pods or namespaces > 1 else []
    for number, name in enumerate(names):
        version += 1
        yield Sketch(NAMESPACE_KIND, "", name, version, seed, number)
    counts: tuple[tuple[Kind, int], ...] = ((SECRET_KIND, secrets), (POD_KIND, pods))
    for kind, count in counts:
        for number in range(count):
            version += 1
            namespace = names[number % len(names)]
            yield Sketch(kind, namespace, f"{kind.name.lower()}-{number:06d}", version, seed, number)


def load(store: Store, records: Iterable[Record]) -> None:
    """Place many records at once, unseen by watches: what a cluster held before it started."""
    for record in records:
        store.of_kind(record.kind).records[record.key] = record
        store.version = max(store.version, record.version)
    for stored in store.by_resource.values():
        stored.keys = sorted(stored.records)


def touched(obj: Obj, dice: random.Random) -> Any:
    """The object with one thing changed, for watch traffic: a value of a Secret, a restart of a Pod."""
    changed = dict(obj) | {"metadata": dict(obj["metadata"])}
    if obj["kind"] == "Secret":
        value = base64.b64encode(dice.randbytes(480)).decode()
        changed["data"] = dict(obj["data"]) | {dice.choice(sorted(obj["data"])): value}
    else:
        changed["metadata"]["annotations"] = {"example.invalid/seen": str(dice.randrange(1 << 30))}
    return changed


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.generate", description=__doc__)
    parser.add_argument("--kubeconfig", type=Path, required=True, help="written here, token included, 0600")
    parser.add_argument("--secrets", type=int, default=0, help="generated Secrets of 2 kB")
    parser.add_argument("--pods", type=int, default=0, help="generated Pods of 7 kB")
    parser.add_argument("--events-per-second", type=float, default=0.0, help="changes of generated objects")
    return parser


async def serve(options: argparse.Namespace) -> None:
    """Serve until SIGTERM or SIGINT. Print one line, "ready URL", and never the token."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with FaultyCluster([]) as cluster:
        load(cluster.store, records(0, secrets=options.secrets, pods=options.pods))
        cluster.write_kubeconfig(options.kubeconfig)
        sys.stdout.write(f"ready {cluster.url}\n")
        sys.stdout.flush()
        changing = asyncio.create_task(_change(cluster.store, options))
        await stop.wait()
        changing.cancel()


async def _change(store: Store, options: argparse.Namespace) -> None:
    """Change generated objects at the rate asked for."""
    if not options.events_per_second:
        return
    dice = random.Random(0)
    generated = records(0, secrets=options.secrets, pods=options.pods)
    names = [(item.kind, item.key) for item in generated if item.kind.is_namespaced]
    while names:
        await asyncio.sleep(1 / options.events_per_second)
        kind, key = dice.choice(names)
        record = store.of_kind(kind).records.get(key)
        if record is not None:
            store.commit(kind, touched(record.obj, dice))


if __name__ == "__main__":
    asyncio.run(serve(_parser().parse_args()))
