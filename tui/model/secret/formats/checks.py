"""What a changed value no longer is: JSON, YAML, PEM, a docker config, a URL. To add a format, add an entry.

The sentences name the key, and lines by number; they quote nothing of a value.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

import yaml
from msgspec import Struct

from tui.model.secret.formats import docker, pem
from tui.model.secret.formats.limits import MAX_INPUT, NotReadable
from tui.model.secret.value import Value, facts

_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_CAUGHT: Final = (ValueError, RecursionError)
"""What a decoder raises for what it cannot read."""


class Flaw(NamedTuple):
    """What is wrong with a value."""

    words: str
    line: int = 0
    """Counted from 1; 0 if it is of no line."""


class FormatCheck(Struct, frozen=True):
    name: str
    """In words that follow "was": "valid JSON"."""
    recognizes: Callable[[str, bytes], bool]
    """Was the value of this key in the format? By the key's name and the bytes."""
    flaw: Callable[[bytes], Flaw | None]
    """What is wrong with the new value, in words that follow "it"."""


def changed_problem(key: str, before: Value, after: Value) -> Flaw | None:
    """What is wrong with the new value of a key, in a sentence. Takes some milliseconds."""
    if max(before.size, after.size) > MAX_INPUT:
        return None
    was, now = before.reveal(), after.reveal()
    for check in CHECKS:
        if check.recognizes(key, was):
            if (flaw := check.flaw(now)) is not None:
                where = f" (line {flaw.line:,})" if flaw.line else ""
                return Flaw(f"{key} was {check.name}; it {flaw.words}{where}.", flaw.line)
            break
    is_text = facts(before).is_text and facts(after).is_text
    is_same = is_text and b"".join(was.split()) == b"".join(now.split())
    return Flaw(f"In {key} only whitespace changed.") if is_same else None


def _is_not_now(data: bytes = b"", line: int = 0) -> Flaw:
    """A parser tells where it could not go on: for what ends too early that is past the last line."""
    return Flaw("is not now", min(line, data.count(b"\n", 0, -1) + 1))


# Docker configs: the server demands JSON of them only

_DOCKER_KEYS: Final = (".dockerconfigjson", ".dockercfg")


def _is_docker(key: str, data: bytes) -> bool:
    return key in _DOCKER_KEYS and _has_logins(data)


def _has_logins(data: bytes) -> bool:
    try:
        return bool(docker.logins(data))
    except NotReadable:
        return False


def _docker_flaw(data: bytes) -> Flaw | None:
    if _has_logins(data):
        return None
    return _json_flaw(data) or Flaw("has no registry login now")


# JSON


def _is_json(key: str, data: bytes) -> bool:
    try:
        found = json.loads(data.decode())
    except _CAUGHT:
        return False
    return key.endswith(".json") or isinstance(found, dict | list)


def _json_flaw(data: bytes) -> Flaw | None:
    try:
        json.loads(data.decode())
    except json.JSONDecodeError as error:
        return _is_not_now(data, error.lineno)
    except _CAUGHT:
        return _is_not_now()
    return None


# YAML: any line is valid YAML, so only what has keys or items counts


def _has_items(data: bytes) -> bool:
    """Is there a mapping or a sequence? Raises yaml.YAMLError."""
    events = list(yaml.parse(data.decode(), Loader=_LOADER))  # a list, for what comes last counts too
    return any(isinstance(event, yaml.CollectionStartEvent) for event in events)


def yaml_parts(data: bytes) -> list[tuple[object, ...]] | None:
    """What a reader finds, the last of each part its text or None; None for what is no YAML or too long."""
    if len(data) > MAX_INPUT:
        return None
    try:
        events = list(yaml.parse(data.decode(), Loader=_LOADER))
    except (yaml.YAMLError, *_CAUGHT):
        return None
    return [(type(one), *(getattr(one, name, None) for name in ("anchor", "tag", "value"))) for one in events]


def _is_yaml(key: str, data: bytes) -> bool:
    if not key.endswith((".yaml", ".yml")) and len(data.splitlines()) < 2:
        return False
    try:
        return _has_items(data)
    except (yaml.YAMLError, *_CAUGHT):
        return False


def _yaml_flaw(data: bytes) -> Flaw | None:
    try:
        return None if _has_items(data) else Flaw("is plain text now")
    except yaml.MarkedYAMLError as error:
        return _is_not_now(data, error.problem_mark.line + 1 if error.problem_mark is not None else 0)
    except (yaml.YAMLError, *_CAUGHT):
        return _is_not_now()


# PEM

_BEGIN: Final = re.compile(rb"^-----BEGIN ([A-Z0-9 ]+)-----\s*$", re.MULTILINE)


def _blocks(data: bytes) -> Mapping[int, tuple[bytes, bool]]:
    """By its line: the label of each block, and has it an end before the next begins?"""
    starts = list(_BEGIN.finditer(data))
    ends = [start.start() for start in starts[1:]] + [len(data)] * bool(starts)
    return {
        data.count(b"\n", 0, start.start()) + 1: (
            start[1],
            b"-----END " + start[1] + b"-----" in data[start.end() : end],
        )
        for start, end in zip(starts, ends, strict=True)
    }


def _is_pem(key: str, data: bytes) -> bool:
    blocks = _blocks(data)
    return bool(blocks) and all(is_whole for _, is_whole in blocks.values()) and _pem_unread(data) is None


def _pem_flaw(data: bytes) -> Flaw | None:
    blocks = _blocks(data)
    if not blocks:
        return _is_not_now()
    if cut := [line for line, (_, is_whole) in blocks.items() if not is_whole]:
        return Flaw("is cut short now: a block has no end", cut[0])
    return _pem_unread(data)


def _pem_unread(data: bytes) -> Flaw | None:
    """What cannot be read of whole blocks; of an encrypted key nothing can be told."""
    labels = [label for label, _ in _blocks(data).values()]
    if any(label.endswith(b"CERTIFICATE") for label in labels):
        try:
            pem.certificate_facts(data)
        except NotReadable:
            return Flaw("has a certificate now that cannot be read")
    is_key = any(label.endswith(b"PRIVATE KEY") for label in labels)
    return Flaw("has a private key now that cannot be read") if is_key and pem.is_broken_key(data) else None


# URLs: "postgres://…", "jdbc:postgresql://…"

_URL: Final = re.compile(rb"\s*(?:[A-Za-z][A-Za-z0-9+.-]*:)+//\S+\s*")


def _is_url(key: str, data: bytes) -> bool:
    return _URL.fullmatch(data) is not None


def _url_flaw(data: bytes) -> Flaw | None:
    return None if _URL.fullmatch(data) else _is_not_now()


CHECKS: Final = (
    FormatCheck("a docker config", _is_docker, _docker_flaw),
    FormatCheck("PEM", _is_pem, _pem_flaw),
    FormatCheck("valid JSON", _is_json, _json_flaw),
    FormatCheck("valid YAML", _is_yaml, _yaml_flaw),
    FormatCheck("a URL", _is_url, _url_flaw),
)
