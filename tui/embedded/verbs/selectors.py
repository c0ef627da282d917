"""Selectors of a list or watch, labels and fields, parsed once and then asked for each object.

Source: apimachinery, pkg/fields/selector.go; kubernetes, pkg/apis/core/v1/conversion.go for the fields.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from tui.embedded.causes import quote
from tui.embedded.objects.kinds import Kind
from tui.embedded.status import Obj, bad_request
from tui.embedded.verbs import label_selectors

Match = Callable[[Obj], bool]


def _same(*names: str) -> dict[str, str]:
    return {name: name for name in names}


_FIELDS: Final[Mapping[str, Mapping[str, str]]] = {
    "secrets": _same("type"),
    "namespaces": _same("status.phase"),
    "serviceaccounts": {},
    "pods": {
        **_same("spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName"),
        **_same("spec.hostNetwork", "status.phase", "status.podIP", "status.nominatedNodeName"),
        "status.podIPs": "status.podIP",
        "spec.host": "spec.nodeName",
    },
    "events": {
        **_same("involvedObject.kind", "involvedObject.namespace", "involvedObject.name"),
        **_same("involvedObject.uid", "involvedObject.apiVersion", "involvedObject.resourceVersion"),
        **_same("involvedObject.fieldPath", "reason", "reportingComponent", "type"),
        "source": "source.component",
    },
}
"""A kind's own field labels -> where their values are."""


def matcher(kind: Kind, label_selector: str, field_selector: str) -> Match | None:
    """The test for both selectors, or None if neither restricts anything. Raises ApiError (400)."""
    about_labels = label_selectors.tests(label_selector)
    about_fields = list(_requirements(kind, field_selector))
    if not about_labels and not about_fields:
        return None

    def match(obj: Obj) -> bool:
        held = obj["metadata"].get("labels") or {}
        return all((_at(obj, path) == value) is is_equal for path, value, is_equal in about_fields) and all(
            test(held) for test in about_labels
        )

    return match


def _requirements(kind: Kind, text: str) -> Iterator[tuple[str, str, bool]]:
    """(path, value, whether equal) for each term of a field selector."""
    for term in re.split(r"(?<!\\),", text):
        if not term:
            continue
        found = re.match(r"((?:[^=!]|!(?!=))*)(==|!=|=)(.*)$", term, re.DOTALL)
        if found is None:
            raise bad_request(f"invalid selector: '{text}'; can't understand '{term}'")
        value = _unescaped(found[3])
        if found[1] == "" and value == "":
            continue
        yield _path(kind, found[1]), value, found[2] != "!="


def _unescaped(text: str) -> str:
    bad = re.search(r"\\(?![\\,=])(.?)", text)
    if bad is not None:
        raise bad_request(f"invalid field selector: invalid escape sequence: \\{bad[1]}")
    bare = re.search(r"(?<!\\)[=,]", text)
    if bare is not None:
        raise bad_request(f"invalid field selector: unescaped character in value: {ord(bare[0])}")
    return re.sub(r"\\(.)", r"\1", text)


def _path(kind: Kind, label: str) -> str:
    if label == "metadata.name" or (label == "metadata.namespace" and kind.is_namespaced):
        return label
    known = _FIELDS[kind.plural]
    if label in known:
        return known[label]
    if kind.plural == "serviceaccounts":
        only = 'only "metadata.name", "metadata.namespace"'
        raise bad_request(f"{quote(label)} is not a known field selector: {only}")
    raise bad_request(f"field label not supported: {label}")


def _at(obj: Obj, path: str) -> str:
    node: object = obj
    for part in path.split("."):
        node = node.get(part) if isinstance(node, dict) else None
    if isinstance(node, bool):
        return "true" if node else "false"
    return "" if node is None else str(node)
