"""A large cluster on a real API server: loaded once into a kept etcd folder, and used again from there."""

from __future__ import annotations

import asyncio
import base64
import json
import random
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import aiohttp

from benchmarks.generate import records
from tests.controlplane.build import CACHE
from tests.controlplane.plane import ControlPlane
from tests.controlplane.users import ADMIN, write_kubeconfig

SECRETS: Final = 10_000
PODS: Final = 10_000
NAMESPACES: Final = 50
LARGE: Final = 15_000
"""Bytes of one value, 20 kB in base64: every second Secret has one, and every tenth is a Helm release."""
HELM: Final = SECRETS // 10
IN_FLIGHT: Final = 50
_KEPT: Final = CACHE / f"large-{SECRETS}-{PODS}"
_LOADED: Final = "/api/v1/namespaces/default/configmaps/loaded"


@contextmanager
def large_cluster() -> Iterator[ControlPlane]:
    """The control plane with all objects in it. The first time, loading takes a minute or two."""
    _KEPT.parent.mkdir(parents=True, exist_ok=True)
    if not (_KEPT / "whole").exists():
        shutil.rmtree(_KEPT, ignore_errors=True)
    with ControlPlane(data=_KEPT / "etcd") as plane:
        if plane.ask("GET", _LOADED).status != 200:
            asyncio.run(_load(plane))
            plane.ask("POST", _LOADED.rpartition("/")[0], {"metadata": {"name": "loaded"}})
            (_KEPT / "whole").touch()
            plane.restart_apiserver()
        yield plane


def kubeconfig(plane: ControlPlane, home: Path) -> Path:
    """Write the administrator's kubeconfig; it names no file, so that it is trusted in any folder."""
    path = write_kubeconfig(home / "large.yaml", plane.folder, plane.url, {"token": plane.users[ADMIN].token})
    config = json.loads(path.read_text())
    authority = base64.b64encode(plane.ca_pem).decode()
    config["clusters"][0]["cluster"] = {"server": plane.url, "certificate-authority-data": authority}
    path.write_text(json.dumps(config))
    return path


async def _load(plane: ControlPlane) -> None:
    headers = {"Authorization": f"Bearer {plane.root.token}"}
    connector = aiohttp.TCPConnector(ssl=plane.tls(), limit=IN_FLIGHT)
    async with aiohttp.ClientSession(plane.url, headers=headers, connector=connector) as http:
        wanted = records(11, secrets=SECRETS, pods=PODS, namespaces=NAMESPACES)
        objects = [record.obj for record in wanted]
        for kind in ("Namespace", "Secret", "Pod"):
            todo = iter([obj for obj in objects if obj["kind"] == kind])
            # Each worker takes the next one: so many are always in flight.
            await asyncio.gather(*(_post(http, todo) for _ in range(IN_FLIGHT)))


async def _post(http: aiohttp.ClientSession, todo: Iterator[Any]) -> None:
    for obj in todo:
        sent = _enlarged(obj)
        path = _collection(sent)
        async with http.post(path, json=sent) as answer:
            assert answer.status in (201, 409), await answer.text()
        if obj["kind"] == "Pod":
            async with http.patch(
                f"{path}/{sent['metadata']['name']}/status",
                json={"status": obj["status"]},
                headers={"Content-Type": "application/merge-patch+json"},
            ) as answer:
                assert answer.status == 200, await answer.text()


def _collection(obj: Any) -> str:
    if obj["kind"] == "Namespace":
        return "/api/v1/namespaces"
    return f"/api/v1/namespaces/{obj['metadata']['namespace']}/{obj['kind'].lower()}s"


def _enlarged(obj: Any) -> Any:
    """Object as a client sends it, without what the server sets; every second Secret has a large value."""
    server_sets = ("uid", "resourceVersion", "creationTimestamp", "managedFields")
    meta = {key: value for key, value in obj["metadata"].items() if key not in server_sets}
    sent = {key: value for key, value in obj.items() if key != "status"} | {"metadata": meta}
    if obj["kind"] != "Secret":
        return sent
    number = int(meta["name"].rpartition("-")[2])
    turn = number // NAMESPACES % 10
    sent["type"] = "Opaque"
    if turn % 2 == 0:
        return sent
    value = base64.b64encode(random.Random(number).randbytes(LARGE)).decode()
    if turn != 9:
        return sent | {"data": {"archive": value}}
    labels = {"owner": "helm", "name": f"app-{number}", "status": "deployed", "version": "1"}
    named = meta | {"name": f"sh.helm.release.v1.app-{number}.v1", "labels": labels}
    return sent | {"metadata": named, "type": "helm.sh/release.v1", "data": {"release": value}}
