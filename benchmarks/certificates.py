"""Certificates and a search of all values on a real API server, beside kubectl, jq, base64 and openssl."""

from __future__ import annotations

import base64
import gzip
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from benchmarks.beside import Ran
from benchmarks.fetching import MIB
from benchmarks.figures import Figure, ratio
from benchmarks.generate import records
from benchmarks.large import kubeconfig
from benchmarks.reader_clusters import kept_cluster
from benchmarks.searching import SOUGHT
from benchmarks.surroundings import PROGRAM, environment, folder
from tests.controlplane.build import find_kubectl
from tests.controlplane.plane import ControlPlane
from tests.model.authorities import Issued, issued
from tui.model.secret.types.registry import HELM_RELEASE, TLS

SECRETS: Final = 10_000
CERTIFICATES: Final = 2_000
HELM: Final = 1_000
NAMESPACES: Final = 50
RSA_KEYS: Final = 40
"""Half of the certificates are RSA 2048; that many keys take a few seconds to make."""
LABEL: Final = (
    f"Certificates: {CERTIFICATES:,} of them and {HELM:,} Helm records in {SECRETS:,} Secrets"
    " on a real API server"
)
MOST_MEMORY: Final = 150
_CERTIFICATES: Final = """
kubectl get secrets -A -o json |
jq -r '.items[] | select(.type == "kubernetes.io/tls")
    | .metadata.namespace, .metadata.name, .data["tls.crt"]' |
while read -r namespace && read -r name && read -r data; do
    printf "%s/%s " "$namespace" "$name"
    printf %s "$data" | base64 -d | openssl x509 -noout -subject -enddate
done
"""
_SEARCH: Final = f"""
kubectl get secrets -A -o json > all.json
jq -r '.items[] | select(.type != "helm.sh/release.v1") | .data // {{}} | .[] | @base64d' all.json |
grep -c {SOUGHT}
jq -r '.items[] | select(.type == "helm.sh/release.v1") | .data.release' all.json |
while read -r data; do
    printf %s "$data" | base64 -d | base64 -d | gunzip
    echo
done |
grep -c {SOUGHT}
"""
_ONCE: Final = ("openssl", "grep")
"""Commands that are measured once: they take minutes."""
Obj = dict[str, Any]


def measure(times: int) -> list[Figure]:
    """Measure by turns, so that all see the same machine; a first turn fills caches and is not counted."""
    runs: dict[str, list[Ran]] = {name: [] for name in ("board", "search", "json", "openssl", "grep")}
    with folder() as home, kept_cluster(f"certificates-{CERTIFICATES}-{SECRETS}", _fill) as plane:
        config = kubeconfig(plane, home)
        commands: dict[str, Sequence[str]] = {
            "board": (PROGRAM, "report", "certificates", "-A", "-o", "json", "--kubeconfig", str(config)),
            "search": (sys.executable, "-m", "benchmarks.searching", str(config)),
            "json": ("sh", "-c", "kubectl get secrets -A -o json > /dev/null"),
            "openssl": ("sh", "-c", _CERTIFICATES),
            "grep": ("sh", "-c", _SEARCH),
        }
        for turn in range(times + 1):
            for name, command in commands.items():
                if name not in _ONCE or turn == 1:
                    ran, printed = _run(home, config, command)
                    _check(name, printed)
                    if turn:
                        runs[name].append(ran)
    return [
        *_against(runs, "board", "report certificates -A"),
        *_against(runs, "search", "search"),
        *_plain(runs),
    ]


def _check(name: str, printed: str) -> None:
    """Check that a command found everything: a faster way that finds less is no comparison."""
    if name == "board":
        found = sum(row["secret"].startswith("tls-") for row in json.loads(printed)["rows"])
        assert found == CERTIFICATES, found
    elif name == "openssl":
        assert printed.count("notAfter=") == CERTIFICATES
    elif name == "search":
        assert json.loads(printed) == {"read": SECRETS, "found": 2}, printed
    elif name == "grep":
        assert printed.split() == ["1", "1"], printed


def _against(runs: dict[str, list[Ran]], name: str, title: str) -> Iterator[Figure]:
    ours = runs[name]
    yield ratio(
        f"{title}: processor time, of `kubectl get secrets -A -o json` alone",
        [ran.worked for ran in ours],
        [ran.worked for ran in runs["json"]],
        1.0,
    )
    yield Figure(f"{title}: most memory", tuple(ran.peak / MIB for ran in ours), "MiB", MOST_MEMORY)


def _plain(runs: dict[str, list[Ran]]) -> Iterator[Figure]:
    titles = {
        "board": "secret-tui report certificates -A",
        "search": "a search of all values, leaves and Helm records",
        "json": "kubectl get secrets -A -o json",
        "openssl": "kubectl, jq, base64 and openssl, one for each certificate",
        "grep": "kubectl, jq, base64, gunzip and grep, one for each record",
    }
    of: dict[str, Callable[[Ran], float]] = {
        "": lambda ran: ran.wall,
        ": processor time": lambda ran: ran.worked,
    }
    for name, title in titles.items():
        for what, figure in of.items():
            yield Figure(f"{title}{what}", tuple(map(figure, runs[name])), "s")
        yield Figure(f"{title}: most memory", tuple(ran.peak / MIB for ran in runs[name]), "MiB")


def _run(home: Path, config: Path, command: Sequence[str]) -> tuple[Ran, str]:
    """Run a command and all that it starts to the end; the memory is that of the largest process."""
    printed = home / "printed"
    began = time.monotonic()
    with printed.open("wb") as out:
        variables = environment(home)
        path = f"{find_kubectl().parent}:{variables['PATH']}"
        with_kubectl = variables | {"PATH": path, "KUBECONFIG": str(config)}
        process = subprocess.Popen(command, stdout=out, cwd=home, env=with_kubectl)
        _, code, usage = os.wait4(process.pid, 0)
        process.returncode = code
    ran = Ran(time.monotonic() - began, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024)
    return ran, printed.read_text()


def _fill(plane: ControlPlane) -> Iterator[Obj]:
    """Secrets of 2 kB by turns with those of certificates; a tenth is records of Helm."""
    authorities = [issued(f"made-up root {kind}", kind=kind, days=(-400, 4000)) for kind in ("EC", "RSA2048")]
    for number, record in enumerate(records(11, secrets=SECRETS, namespaces=NAMESPACES)):
        obj, at = dict(record.obj), number - NAMESPACES
        if obj["kind"] == "Secret":
            del obj["type"]
            if at % 5 == 0:
                obj |= _certificate(at // 5, authorities)
            elif at % 10 == 1:
                obj |= _release(at)
            elif at == 2:
                settings = json.dumps({"database": {"url": f"postgres://app:{SOUGHT}@db.test/app"}})
                obj["data"] = obj["data"] | {"config.json": _text(settings.encode())}
            if obj.get("type") in (TLS, HELM_RELEASE):
                prefix = "tls" if obj["type"] == TLS else "sh.helm.release.v1.app"
                obj["metadata"] = obj["metadata"] | {"name": f"{prefix}-{at:06d}"}
        yield {"apiVersion": "v1"} | obj


def _certificate(number: int, authorities: Sequence[Issued]) -> Obj:
    kind = ("EC", "RSA2048")[number % 2]
    host = f"host-{number}.test"
    leaf = issued(
        host,
        authorities[number % 2],
        host,
        f"www.{host}",
        kind=kind,
        number=1 + number % (2 * RSA_KEYS),
        days=(-30 - number % 300, 5 + number % 400),
    )
    data = {
        "tls.crt": leaf.pem + authorities[number % 2].pem,
        "tls.key": leaf.key_pem,
    }
    return {"type": TLS, "data": {key: _text(value) for key, value in data.items()}}


def _release(number: int) -> Obj:
    """A record as Helm writes it, of about 4 kB."""
    dice = random.Random(number)
    config = {f"setting{nth}": dice.randbytes(40).hex() for nth in range(30)}
    config["password"] = SOUGHT if number == 1 else dice.randbytes(12).hex()
    manifest = "".join(
        f"---\n# Source: app/templates/{nth}.yaml\napiVersion: v1\nkind: ConfigMap\n"
        f"metadata:\n  name: app-{nth}\ndata:\n  setting: {dice.randbytes(60).hex()}\n"
        for nth in range(10)
    )
    record = {
        "name": f"app-{number}",
        "info": {"status": "deployed", "last_deployed": "2026-10-01T08:00:00Z"},
        "chart": {"metadata": {"name": "app", "version": "1.2.3"}, "values": {"replicas": 1}},
        "config": config,
        "manifest": manifest,
        "version": 1,
        "namespace": "team-00",
    }
    packed = base64.b64encode(gzip.compress(json.dumps(record).encode(), mtime=0))
    return {"type": HELM_RELEASE, "data": {"release": _text(packed)}}


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
