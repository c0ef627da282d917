"""A cluster full of given texts, served as the story is: MAKER COUNT --kubeconfig PATH.

Whatever shows a text on screen gets every one of them: keys, whole values, annotations, what the kubelet says
of pods; and, since a server may keep no rule of its own, names, types, writers and owners.
"""

from __future__ import annotations

import base64
import sys
from collections.abc import Sequence
from typing import Any, Final, TypeVar

from tests.faulty_cluster import __main__ as embedded
from tests.terminal.hostile_texts import hostile, is_text, plain
from tui.embedded.demo import story

T = TypeVar("T")

MAKERS: Final = {"hostile": hostile, "plain": plain}
PER_POD: Final = 100
ODD: Final = 60
"""Secrets with odd types, writers and owners."""


def world(values: Sequence[bytes]) -> list[dict[str, Any]]:
    """Build the objects of a cluster that holds these values."""
    words = [value.decode("utf-8", "replace") for value in values]
    texts = [value for value in values if is_text(value)]
    others = [value for value in values if not is_text(value)]
    return [
        _secret("rows", dict(enumerate(values))),
        _secret("notes", {0: b"made up"}, notes=words),
        _secret("whole-text", {0: b"\n".join(texts)}),
        _secret("whole-bytes", {0: b"\n".join(others)}),
        *(_odd(n, word) for n, word in enumerate(words[:: len(words) // ODD // 2 * 2 + 1])),
        _secret("odd-keys", dict.fromkeys(words[:400], b"made up")),
        *(_pod(n, part) for n, part in enumerate(_parts(words, PER_POD))),
    ]


def _parts(values: Sequence[T], size: int) -> list[Sequence[T]]:
    return [values[at : at + size] for at in range(0, len(values), size)]


def _secret(name: str, data: dict[Any, bytes], notes: Sequence[str] = ()) -> dict[str, Any]:
    named = {key if isinstance(key, str) else f"k{key:05}": value for key, value in data.items()}
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {
            "name": name,
            "namespace": "default",
            "annotations": {f"n{number:05}": note for number, note in enumerate(notes)},
            "managedFields": [],
        },
        "type": "Opaque",
        "data": {key: base64.b64encode(value).decode() for key, value in named.items()},
    }


def _odd(number: int, word: str) -> dict[str, Any]:
    """A Secret in which everything but its name is this word."""
    secret = _secret(f"odd-{number:03}", {word or "empty": b"made up"})
    writer = {
        "manager": word,
        "operation": "Update",
        "apiVersion": "v1",
        "time": "2026-11-03T09:20:00Z",
        "fieldsType": "FieldsV1",
        "fieldsV1": {"f:data": {".": {}, f"f:{word or 'empty'}": {}}},
    }
    owner = {"apiVersion": "v1", "kind": word, "name": word, "uid": word, "controller": True}
    about = {"labels": {"app": word, word: "x"}, "managedFields": [writer], "ownerReferences": [owner]}
    secret["metadata"] |= about
    return secret | {"type": word or "Opaque"}


def _pod(number: int, words: Sequence[str]) -> dict[str, Any]:
    """A pod whose containers wait, each with one of these words for its reason."""
    first = words[0] or "empty"
    containers = [
        {
            "name": f"c{at:03}",
            "image": "made-up",
            **({"env": [_variable(first)], "volumeMounts": [_mount(first)]} if at == 0 else {}),
        }
        for at, _ in enumerate(words)
    ]
    waiting = [
        {
            "name": f"c{at:03}",
            "ready": False,
            "state": {"waiting": {"reason": "ImagePullError", "message": word}},
        }
        for at, word in enumerate(words)
    ]
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": f"pod-{number:03}", "namespace": "default", "managedFields": []},
        "spec": {"containers": containers, "volumes": [{"name": "v", "secret": {"secretName": "odd-keys"}}]},
        "status": {"phase": "Pending", "reason": first, "containerStatuses": waiting},
    }


def _variable(word: str) -> dict[str, Any]:
    return {"name": word, "valueFrom": {"secretKeyRef": {"name": "odd-keys", "key": word}}}


def _mount(word: str) -> dict[str, Any]:
    return {"name": "v", "mountPath": f"/{word}"}


def main(maker: str, count: str, *arguments: str) -> int:
    """Serve until SIGTERM."""
    objects = world(MAKERS[maker](int(count)))
    story.load_story = lambda: objects
    return embedded.main(["--demo", *arguments])


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
