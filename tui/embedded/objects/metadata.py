"""Rules for metadata: names, labels, annotations, owners, finalizers; and what an update may change.

Source: apimachinery, pkg/api/validation/objectmeta.go and pkg/util/validation/validation.go.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from tui.embedded.causes import Cause, forbidden_field, invalid, quote, required, too_long
from tui.embedded.objects.kinds import NAMESPACE, Kind
from tui.embedded.status import Obj

MOST_ANNOTATIONS: Final = 256 * 1024
_LABEL: Final = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_SUBDOMAIN: Final = rf"{_LABEL}(\.{_LABEL})*"
_SUBDOMAIN_RULE: Final = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must "
    "start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is "
    r"'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
)
_LABEL_RULE: Final = (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start "
    "and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is "
    "'[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
)
_QUALIFIED: Final = r"([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"
_QUALIFIED_RULE: Final = (
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an "
    "alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
    "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
)
_VALUE_RULE: Final = (
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must "
    "start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used "
    "for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
)


def _too_many(limit: int) -> str:
    return f"must be no more than {limit} characters"


def subdomain_problems(text: str) -> Iterator[str]:
    if len(text.encode()) > 253:
        yield _too_many(253)
    if not re.fullmatch(_SUBDOMAIN, text):
        yield _SUBDOMAIN_RULE


def label_problems(text: str) -> Iterator[str]:
    if len(text.encode()) > 63:
        yield _too_many(63)
    if not re.fullmatch(_LABEL, text):
        yield _LABEL_RULE


def qualified_problems(text: str) -> Iterator[str]:
    """Rules of label and annotation keys: an optional DNS prefix, a slash, a name."""
    prefix, slash, name = text.rpartition("/")
    if text.count("/") > 1:
        yield (
            f"a valid label key {_QUALIFIED_RULE.removeprefix('name part ')} with an optional DNS subdomain "
            "prefix and '/' (e.g. 'example.com/MyName')"
        )
        return
    if slash and not prefix:
        yield "prefix part must be non-empty"
    elif slash:
        yield from (f"prefix part {why}" for why in subdomain_problems(prefix))
    if not name:
        yield "name part must be non-empty"
    elif len(name.encode()) > 63:
        yield "name part must be no more than 63 bytes"
    if not re.fullmatch(_QUALIFIED, name):
        yield _QUALIFIED_RULE


def value_problems(text: str) -> Iterator[str]:
    if len(text.encode()) > 63:
        yield "must be no more than 63 bytes"
    if not re.fullmatch(f"({_QUALIFIED})?", text):
        yield _VALUE_RULE


def metadata_causes(kind: Kind, meta: Obj) -> Iterator[Cause]:
    """What is wrong with the metadata of an object, new or not."""
    problems = label_problems if kind is NAMESPACE else subdomain_problems
    generate, name = meta.get("generateName", ""), meta.get("name", "")
    if generate:
        masked = generate[:-1] + "a" if generate.endswith("-") and len(generate) > 1 else generate
        yield from (invalid("metadata.generateName", generate, why) for why in problems(masked))
    if not name:
        yield required("metadata.name", "name or generateName is required")
    else:
        yield from (invalid("metadata.name", name, why) for why in problems(name))
    yield from common_causes(meta)


def common_causes(meta: Obj) -> Iterator[Cause]:
    """What is wrong with all but the name."""
    for key, value in (meta.get("labels") or {}).items():
        yield from (invalid("metadata.labels", key, why) for why in qualified_problems(key))
        yield from (invalid("metadata.labels", value, why) for why in value_problems(value))
    yield from _annotation_causes(meta.get("annotations") or {})
    yield from _owner_causes(meta.get("ownerReferences") or [])
    yield from _finalizer_causes(meta.get("finalizers") or [])


def _annotation_causes(annotations: Obj) -> Iterator[Cause]:
    for key in annotations:
        yield from (invalid("metadata.annotations", key, why) for why in qualified_problems(key.lower()))
    size = sum(len(key.encode()) + len(value.encode()) for key, value in annotations.items())
    if size > MOST_ANNOTATIONS:
        yield too_long("metadata.annotations", MOST_ANNOTATIONS)


def _owner_causes(owners: list[Obj]) -> Iterator[Cause]:
    controller = ""
    for at, owner in enumerate(owners):
        for name in ("apiVersion", "kind", "name", "uid"):
            if not owner.get(name):
                yield required(f"metadata.ownerReferences[{at}].{name}", "must not be empty")
        if not owner.get("controller"):
            continue
        this = f"{owner.get('kind', '')}/{owner.get('name', '')}"
        if controller:
            why = 'Only one reference can have Controller set to true. Found "true" in references for'
            yield invalid("metadata.ownerReferences", owners, f"{why} {controller} and {this}")
        controller = controller or this


def _finalizer_causes(names: list[str]) -> Iterator[Cause]:
    for at, name in enumerate(names):
        path = f"metadata.finalizers[{at}]"
        yield from (invalid("metadata.finalizers", name, why) for why in qualified_problems(name))
        if "/" not in name and name not in _STANDARD:
            why = "name is neither a standard finalizer name nor is it fully qualified"
            yield invalid(path, name, why)


_STANDARD: Final = frozenset({"kubernetes", "orphan", "foregroundDeletion"})


def metadata_update_causes(meta: Obj, old: Obj) -> Iterator[Cause]:
    """What an update may not change."""
    added = sorted(set(meta.get("finalizers") or ()) - set(old.get("finalizers") or ()))
    if old.get("deletionTimestamp") and added:
        names = ", ".join(quote(name) for name in added)
        why = "no new finalizers can be added if the object is being deleted, found new finalizers"
        yield forbidden_field("metadata.finalizers", f"{why} []string{{{names}}}")
    for name in ("name", "namespace", "uid", "creationTimestamp", "deletionTimestamp"):
        given, held = meta.get(name), old.get(name)
        if given != held:
            yield invalid(f"metadata.{name}", given if given is not None else "", "field is immutable")
