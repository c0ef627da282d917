"""Plays a script against one server, and makes its answers comparable with another server's."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import aiohttp

from tests.embedded.script import asking, others, reading, validating, watching, writing
from tests.embedded.script.case import Case
from tui.embedded.server import EmbeddedCluster
from tui.embedded.users import Rule

SCRIPTS: Final = {
    "writing": writing.CASES,
    "validating": validating.CASES,
    "reading": reading.CASES,
    "watching": watching.CASES,
    "asking": asking.CASES,
    "others": others.CASES,
}
RECORDED: Final = Path(__file__).with_name("recorded.json")
AGENT: Final = "script/1.0"
_HEADERS: Final = ("Warning", "Content-Type", "Content-Encoding", "Retry-After", "Vary", "Cache-Control")

_WRITTEN: Final = re.compile(rb'"time":"([^"]+)"')

Answer = dict[str, Any]


@dataclass
class Player:
    """One server, and what was saved of its answers. `tokens` by user."""

    session: aiohttp.ClientSession
    tokens: dict[str, str]
    saved: dict[str, str] = field(default_factory=lambda: {"fresh": f"tmp-{uuid4().hex[:12]}"})

    newest: str = "2026-01-01T00:00:00Z"
    """When the last write was, by the managedFields seen so far."""

    def __post_init__(self) -> None:
        self.alike = Alike(self.saved["fresh"])

    async def play(self, cases: Sequence[Case]) -> list[Answer]:
        """The answers to all cases that are compared, in order; watches in a row run side by side."""
        answers: list[Answer] = []
        at = 0
        while at < len(cases):
            end = at + 1
            while cases[at].is_watch and end < len(cases) and cases[end].is_watch:
                end += 1
            together = await asyncio.gather(*(self._ask(case) for case in cases[at:end]))
            for case, answer in zip(cases[at:end], together, strict=True):
                if not case.is_quiet:
                    answers.append(without(self.alike.made(answer), case.ignored))
            at = end
        return answers

    async def _ask(self, case: Case) -> Answer:
        headers = {"Authorization": f"Bearer {self.tokens[case.user]}", "User-Agent": AGENT}
        headers |= self._filled(dict(case.headers))
        body = self._filled(case.body)
        if body is not None and not isinstance(body, str | bytes):
            body = json.dumps(body)
        if isinstance(body, str):
            headers.setdefault("Content-Type", "application/json")
            body = body.encode()
        path = self._filled(case.path)
        async with self.session.request(
            case.method, path, headers=headers, data=body, allow_redirects=False
        ) as response:
            raw = await response.read()
        self.newest = max([self.newest, *(one.decode() for one in _WRITTEN.findall(raw))])
        found = _decoded(raw, is_stream=case.is_watch and response.status == 200)
        if case.save and isinstance(found, dict):
            self._save(case.save, found.get("metadata") or {})
        shown = {name.lower(): response.headers.getall(name) for name in _HEADERS if name in response.headers}
        return {"asked": case.label, "status": response.status, "headers": shown, "body": found}

    def _save(self, name: str, metadata: dict[str, Any]) -> None:
        for part, key in (("rv", "resourceVersion"), ("uid", "uid"), ("continue", "continue")):
            self.saved[f"{name}_{part}"] = metadata.get(key, "")

    def _filled(self, value: Any) -> Any:
        if isinstance(value, str):
            return re.sub(r"\{\{(\w+)\}\}", lambda found: self.saved.get(found[1], ""), value)
        if isinstance(value, dict):
            return {key: self._filled(part) for key, part in value.items()}
        return [self._filled(part) for part in value] if isinstance(value, list) else value


def _decoded(raw: bytes, *, is_stream: bool) -> Any:
    try:
        return [json.loads(line) for line in raw.splitlines()] if is_stream else json.loads(raw)
    except ValueError:
        return raw.decode("utf-8", "replace")


_TIMES: Final = frozenset({"time", "creationTimestamp", "deletionTimestamp"})
_REPLACED: Final = (
    (re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"), "UID"),
    (re.compile(r"20[23]\d-\d\d-\d\dT[\d:]+Z"), "TIME"),
    (re.compile(r"^(\d+[smhdy])+$"), "AGE"),
    (re.compile(r"(127\.0\.0\.1|localhost):\d+"), "HOST"),
    (re.compile(r"(too old resource version:|Too large resource version:|current:) \d+"), r"\1 N"),
    (re.compile(r'(resourceVersion\\*": ?\\*")\d+'), r"\1N"),
    (re.compile(r"(ResourceVersion in \w+(?: meta)? \()\d+"), r"\1N"),
    (re.compile(r"(.)\1{79,}"), r"\1..."),
)


class Alike:
    """Makes answers comparable: what differs between two servers that behave alike is replaced.

    An object's version becomes its place among the versions seen so far: a write that should have changed
    nothing, or should have, shows.
    """

    def __init__(self, fresh: str) -> None:
        self._fresh = fresh
        self._versions: dict[str, str] = {}

    def made(self, value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            found = {name: self.made(part, name) for name, part in value.items() if name != "description"}
            version = value.get("resourceVersion", "")
            if "name" in value and isinstance(version, str) and version.isdecimal():
                found["resourceVersion"] = self._versions.setdefault(version, f"v{len(self._versions)}")
            return found
        if isinstance(value, list):
            parts = [self.made(part) for part in value]
            # Their order is by time, and the two servers are not equally fast.
            return sorted(parts, key=str) if key == "managedFields" else parts
        return self._text(value, key) if isinstance(value, str) else value

    def _text(self, value: str, key: str) -> str:
        if key in _TIMES and value:
            return "TIME"
        if key == "continue" and value:
            return "TOKEN"
        if key == "resourceVersion" and value.isdecimal():
            return "N"
        value = value.replace(self._fresh, "FRESH")
        for pattern, stand_in in _REPLACED:
            value = pattern.sub(stand_in, value)
        return value


def without(answer: Any, ignored: str, path: str = "") -> Any:
    """The answer without the parts whose path matches."""
    if not ignored:
        return answer
    if isinstance(answer, dict):
        return {
            name: without(part, ignored, f"{path}.{name}")
            for name, part in answer.items()
            if not re.search(ignored, f"{path}.{name}")
        }
    if isinstance(answer, list):
        return [without(part, ignored, path) for part in answer]
    return answer


def differences(wanted: Any, found: Any, path: str = "") -> Iterable[str]:
    """Where two comparable answers differ, a line each."""
    if isinstance(wanted, dict) and isinstance(found, dict):
        for name in sorted(wanted.keys() | found.keys()):
            yield from differences(
                wanted.get(name, "<absent>"), found.get(name, "<absent>"), f"{path}.{name}"
            )
    elif isinstance(wanted, list) and isinstance(found, list):
        for at, (one, other) in enumerate(zip(wanted, found, strict=False)):
            yield from differences(one, other, f"{path}[{at}]")
        if len(wanted) != len(found):
            yield f"{path} wanted {len(wanted)} items, found {len(found)}"
    elif wanted != found:
        yield f"{path}\n      wanted {str(wanted)[:600]}\n      found  {str(found)[:600]}"


def with_same_users(cluster: EmbeddedCluster) -> dict[str, str]:
    """Gives the embedded cluster the namespaces and users of the control plane; their tokens."""
    for name in ("shop", "attic"):
        cluster.store.put({"kind": "Namespace", "metadata": {"name": name}})
    core = ("secrets", "configmaps", "pods", "services", "serviceaccounts", "replicationcontrollers")
    read = ("get", "list", "watch")
    edit = (*read, "create", "update", "patch", "delete", "deletecollection")
    cluster.users.add("reader", rules=[Rule(read, (*core, "namespaces"))])
    cluster.users.add("editor", rules=[Rule(edit, core, namespaces=("shop",))])
    cluster.users.add("single", rules=[Rule(("get",), ("secrets",), names=("till",), namespaces=("shop",))])
    cluster.users.add("nobody")
    return {user.name: user.token for user in cluster.users}
