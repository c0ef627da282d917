"""Label and field selectors: parsed once, then asked for each object."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from tui.embedded.kinds import Kind
from tui.embedded.status import Obj, bad_request, quote

Match = Callable[[Obj], bool]

_FIELDS: Final[Mapping[str, Mapping[str, str]]] = {
    "secrets": {"type": "type"},
    "namespaces": {"status.phase": "status.phase"},
    "serviceaccounts": {},
    "pods": {
        "spec.nodeName": "spec.nodeName",
        "spec.restartPolicy": "spec.restartPolicy",
        "spec.schedulerName": "spec.schedulerName",
        "spec.serviceAccountName": "spec.serviceAccountName",
        "spec.hostNetwork": "spec.hostNetwork",
        "status.phase": "status.phase",
        "status.podIP": "status.podIP",
        "status.podIPs": "status.podIP",
        "status.nominatedNodeName": "status.nominatedNodeName",
    },
    "events": {
        "involvedObject.kind": "involvedObject.kind",
        "involvedObject.namespace": "involvedObject.namespace",
        "involvedObject.name": "involvedObject.name",
        "involvedObject.uid": "involvedObject.uid",
        "involvedObject.apiVersion": "involvedObject.apiVersion",
        "involvedObject.resourceVersion": "involvedObject.resourceVersion",
        "involvedObject.fieldPath": "involvedObject.fieldPath",
        "reason": "reason",
        "reportingComponent": "reportingComponent",
        "source": "source.component",
        "type": "type",
    },
}


def _everything(_: Obj) -> bool:
    return True


def matcher(kind: Kind, labels: str, fields: str) -> Match | None:
    """The test for both selectors, or None if neither restricts. Raises ApiError (400)."""
    tests = [test for test in (label_test(labels), field_test(kind, fields)) if test is not _everything]
    if not tests:
        return None
    return lambda obj: all(test(obj) for test in tests)


def field_test(kind: Kind, text: str) -> Match:
    """`metadata.name=a,type!=b`. An unknown field is 400 with the server's words."""
    wanted: list[tuple[str, str, bool]] = []
    for term in _split(text):
        found = re.match(r"([^=!]*)(==|!=|=)(.*)$", term, re.DOTALL)
        if found is None:
            raise bad_request(
                f"Unable to find {quote(_gvk(kind))} that match label selector {quote('')}, field selector "
                f"{quote(text)}: invalid selector: {quote(text)}; can't understand {quote(term)}"
            )
        path = _field_path(kind, found[1])
        wanted.append((path, _unescaped(found[3]), found[2] != "!="))
    if not wanted:
        return _everything
    return lambda obj: all((_at(obj, path) == value) is is_equal for path, value, is_equal in wanted)


def _gvk(kind: Kind) -> str:
    return f"{kind.api_version}, Kind={kind.name}"


def _field_path(kind: Kind, label: str) -> str:
    if label == "metadata.name" or (label == "metadata.namespace" and kind.is_namespaced):
        return label
    known = _FIELDS[kind.plural]
    if label not in known:
        raise bad_request(f"field label not supported: {label}")
    return known[label]


def _unescaped(value: str) -> str:
    return re.sub(r"\\(.)", r"\1", value)


def _split(text: str) -> list[str]:
    """The terms between commas that no backslash escapes."""
    return [term for term in re.split(r"(?<!\\),", text) if term]


def _at(obj: Obj, path: str) -> str:
    node: object = obj
    for part in path.split("."):
        node = node.get(part) if isinstance(node, dict) else None
    if isinstance(node, bool):
        return "true" if node else "false"
    return "" if node is None else str(node)


_KEY: Final = r"[A-Za-z0-9](?:[-A-Za-z0-9_./]*[A-Za-z0-9])?"
_SET: Final = re.compile(rf"\s*({_KEY})\s+(in|notin)\s*\(([^)]*)\)\s*$")
_COMPARE: Final = re.compile(rf"\s*({_KEY})\s*(==|!=|=|>|<)\s*([-A-Za-z0-9_.]*)\s*$")
_EXISTS: Final = re.compile(rf"\s*(!?)\s*({_KEY})\s*$")


def label_test(text: str) -> Match:
    """`app=web,tier in (a,b),!old`. What does not parse is 400."""
    terms = [term for term in re.split(r",(?![^(]*\))", text) if term.strip()]
    if not terms:
        return _everything
    tests = [_requirement(term, text) for term in terms]

    def test(obj: Obj) -> bool:
        labels = obj["metadata"].get("labels") or {}
        return all(one(labels) for one in tests)

    return test


def _requirement(term: str, whole: str) -> Callable[[Mapping[str, str]], bool]:
    if found := _EXISTS.match(term):
        is_wanted, key = not found[1], found[2]
        return lambda labels: (key in labels) is is_wanted
    if found := _SET.match(term):
        key, values = found[1], {value.strip() for value in found[3].split(",")}
        if found[2] == "in":
            return lambda labels: key in labels and labels[key] in values
        return lambda labels: key not in labels or labels[key] not in values
    if found := _COMPARE.match(term):
        return _comparison(found[1], found[2], found[3])
    raise bad_request(f"unable to parse requirement: found {quote(term.strip())} in {quote(whole)}")


def _comparison(key: str, operator: str, value: str) -> Callable[[Mapping[str, str]], bool]:
    if operator in {"=", "=="}:
        return lambda labels: labels.get(key) == value
    if operator == "!=":
        return lambda labels: labels.get(key) != value
    bound = int(value) if re.fullmatch(r"-?\d+", value) else 0
    sign = 1 if operator == ">" else -1

    def test(labels: Mapping[str, str]) -> bool:
        held = labels.get(key, "")
        return bool(re.fullmatch(r"-?\d+", held)) and sign * (int(held) - bound) > 0

    return test
