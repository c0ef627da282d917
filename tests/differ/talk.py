"""One server's answers to one sequence of requests in a namespace of its own."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Sequence
from typing import Any, Final

import aiohttp

from tests.differ.case import Case
from tests.differ.normalize import Likeness
from tests.differ.steps import END

PATIENCE: Final = 10.0
"""Seconds until a watch that does not come to its end is compared as it is."""
_HEADERS: Final = ("Warning", "Content-Type", "Content-Encoding", "Cache-Control")
_PLACEHOLDER: Final = re.compile(r"\{\{([^{}]+)\}\}")

Answer = dict[str, Any]


class Talk:
    """`play` sends the requests, each after the answer to the one before; watches are read meanwhile."""

    def __init__(self, session: aiohttp.ClientSession, namespace: str) -> None:
        self._session = session
        self._saved = {"ns": namespace}

    async def play(self, cases: Sequence[Case]) -> list[Answer]:
        """The answers in a form that can be compared with another server's."""
        answers: list[Answer] = []
        async with asyncio.TaskGroup() as watches:
            for case in cases:
                answers.append(await self._ask(case, watches))
        likeness = Likeness()
        for answer in answers:
            body = answer["body"]
            answer["body"] = likeness.of(body.result() if isinstance(body, asyncio.Task) else body)
            answer["headers"] = likeness.of(answer["headers"])
        return answers

    async def _ask(self, case: Case, watches: asyncio.TaskGroup) -> Answer:
        response = await self._session.request(
            case.method,
            self._filled(case.path),
            headers={"Content-Type": "application/json", **case.headers},
            data=_encoded(self._filled(case.body)),
            allow_redirects=False,
        )
        shown = {name.lower(): response.headers.getall(name) for name in _HEADERS if name in response.headers}
        body: Any
        if case.is_watch and response.status == 200:
            body = watches.create_task(_events(response))
        else:
            body = _decoded(await response.read())
            self._save(body, case.save)
        return {"status": response.status, "headers": shown, "body": body}

    def _save(self, body: Any, save: str) -> None:
        """What later requests may say of this answer."""
        metadata = body.get("metadata") if isinstance(body, dict) else None
        if not isinstance(metadata, dict) or not metadata.get("resourceVersion"):
            return
        version = metadata["resourceVersion"]
        if name := metadata.get("name"):
            self._saved[f"{name}_old_rv"] = self._saved.get(f"{name}_rv", "")
            self._saved |= {f"{name}_rv": version, f"{name}_uid": metadata["uid"]}
        else:
            self._saved |= {"list_rv": version, "list_continue": metadata.get("continue", "")}
            if save:
                self._saved[f"{save}_rv"] = version

    def _filled(self, value: Any) -> Any:
        if isinstance(value, str):
            return _PLACEHOLDER.sub(lambda found: self._saved.get(found[1], ""), value)
        if isinstance(value, dict):
            return {key: self._filled(part) for key, part in value.items()}
        return [self._filled(part) for part in value] if isinstance(value, list) else value


async def _events(response: aiohttp.ClientResponse) -> list[Any]:
    """All events up to the one about the object that a sequence makes at its end."""
    events: list[Any] = []
    try:
        async with asyncio.timeout(PATIENCE):
            async for line in response.content:
                event = json.loads(line)
                if events:
                    # Two watches of the real server share what it encoded: columns may come once more.
                    event["object"].pop("columnDefinitions", None)
                events.append(event)
                if _is_end(event):
                    return events
            events.append("the server ended the watch")
    except TimeoutError:
        events.append("the watch told nothing of what was made last")
    finally:
        response.close()
    return events


def _is_end(event: Any) -> bool:
    obj = event["object"]
    if obj.get("kind") == "Table":
        obj = obj["rows"][0]["object"] if obj["rows"] else {}
    return END in ((obj.get("metadata") or {}).get("annotations") or {})


def _encoded(body: Any) -> bytes | None:
    if body is None:
        return None
    return body.encode() if isinstance(body, str) else json.dumps(body, ensure_ascii=False).encode()


def _decoded(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except ValueError:
        return raw.decode("utf-8", "replace")
