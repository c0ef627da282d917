"""The variables of a container in the kubelet's order, and which variable overrides another.

Source: kubernetes pkg/kubelet/kubelet_pods.go, makeEnvironmentVariables.

The kubelet reads `envFrom` from its first entry to its last, then `env`. A later variable replaces an earlier
one. `envFrom` reads only the `data` of a ConfigMap, not its `binaryData`. If an entry of `env` has a `value`,
its `valueFrom` is ignored. An optional object or key that does not exist sets no variable, so that an earlier
variable stays.

The kubelet replaces `$(NAME)` in a `value` if an earlier entry sets the variable NAME, or if the kubelet sets
it for a Service. Every other `$(NAME)` stays as written (third_party/forked/golang/expansion/expand.go,
Expand). Values from `valueFrom` and `envFrom` are not expanded.

Since Kubernetes 1.34 `envFrom` skips no name (RelaxedEnvironmentVariableValidation). Earlier kubelets skip
the names that IsEnvVarName of k8s.io/apimachinery pkg/util/validation refuses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from msgspec.structs import replace

from tui.model.api_object import Obj, at, objects, text
from tui.model.readers.inputs.container_input import (
    ALL,
    ContainerInput,
    FoundKey,
    InputSource,
    InputState,
    KeysOf,
    SourceKind,
    VariableReference,
    every_key,
    field_source,
    is_true,
    one_key,
)
from tui.model.secret.value import Value

SKIPPED: Final = "kubelets before 1.34 skip this name"
_OLD_NAME: Final = re.compile(r"(?!\.\.?$|\.\.)[-._a-zA-Z][-._a-zA-Z0-9]*")
_REFERENCE: Final = re.compile(r"\$(?:\(([^)]*)\)|.)", re.DOTALL)
"""Pattern of a reference `$(NAME)`.

It also matches the escape `$$`, so that `$$(NAME)` is not read as a reference.
"""
_FROM: Final[tuple[tuple[str, SourceKind], ...]] = (("configMapRef", "ConfigMap"), ("secretRef", "Secret"))
_KEY_FROM: Final[tuple[tuple[str, SourceKind], ...]] = (
    ("configMapKeyRef", "ConfigMap"),
    ("secretKeyRef", "Secret"),
)


class _Variable(NamedTuple):
    name: str
    way: str
    source: InputSource
    state: InputState
    notes: tuple[str, ...] = ()


def variables_of(container: Obj, keys_of: KeysOf) -> Iterator[ContainerInput]:
    """Yield the variables of one container, numbered from 0."""
    inputs = list[ContainerInput]()
    is_sure = True
    for variable in (*_env_from(container, keys_of), *_env(container, keys_of)):
        references = tuple(_references(variable.source, inputs, is_sure=is_sure))
        is_sure = is_sure and variable.state != "not known"
        inputs.append(
            ContainerInput(
                container=text(container, "name"),
                number=len(inputs),
                name=variable.name,
                way=variable.way,
                source=variable.source,
                state=variable.state,
                references=references,
                notes=variable.notes,
            )
        )
    winners = {item.name: item for item in inputs if item.is_set}
    for item in inputs:
        winner = winners.get(item.name, item)
        if item.is_set and winner is not item:
            item = replace(item, state="overridden", by=f"{winner.way} {winner.source}")
        yield item


def _env_from(container: Obj, keys_of: KeysOf) -> Iterator[_Variable]:
    for entry in objects(container, "envFrom"):
        prefix = text(entry, "prefix")
        notes = (f"prefix {prefix}",) if prefix else ()
        field, kind = next(((field, kind) for field, kind in _FROM if field in entry), ("", None))
        if kind is None:
            continue
        name, is_optional = text(entry, f"{field}.name"), is_true(entry, f"{field}.optional")
        for key in every_key(keys_of(kind, name), is_optional=is_optional, is_variable=True):
            variable, source = prefix + (key.key or ALL), InputSource(kind, name, key.key, is_optional)
            skipped = () if not key.key or _OLD_NAME.fullmatch(variable) else (SKIPPED,)
            yield _Variable(variable, "envFrom", source, key.state, (*notes, *skipped))


def _env(container: Obj, keys_of: KeysOf) -> Iterator[_Variable]:
    for entry in objects(container, "env"):
        name, value = text(entry, "name"), text(entry, "value")
        origin = at(entry, "valueFrom")
        if value or not isinstance(origin, dict):
            source = InputSource("literal", literal=Value(value.encode()))
            yield _Variable(name, "env", source, "set")
            continue
        if (field := field_source(origin)) is not None:
            yield _Variable(name, "env", field, "set")
            continue
        yield from (_Variable(name, "env", source, key.state) for source, key in _from_key(origin, keys_of))


def _from_key(origin: Obj, keys_of: KeysOf) -> Iterator[tuple[InputSource, FoundKey]]:
    for field, kind in _KEY_FROM:
        if field in origin:
            name, key = text(origin, f"{field}.name"), text(origin, f"{field}.key")
            is_optional = is_true(origin, f"{field}.optional")
            state = one_key(keys_of(kind, name), key, is_optional=is_optional, is_variable=True)
            yield InputSource(kind, name, key, is_optional), FoundKey(key, state)
            return
    if "fileKeyRef" in origin:
        volume, path = text(origin, "fileKeyRef.volumeName"), text(origin, "fileKeyRef.path")
        key = text(origin, "fileKeyRef.key")
        is_optional = is_true(origin, "fileKeyRef.optional")
        yield InputSource("file", f"{volume}:{path}", key, is_optional), FoundKey(key)


def _references(
    source: InputSource, before: list[ContainerInput], *, is_sure: bool
) -> Iterator[VariableReference]:
    """Yield the references `$(NAME)` in a literal.

    If no variable in `before` sets NAME, `VariableReference.source` is None, even if the kubelet sets
    NAME for a Service.
    """
    if source.literal is None:
        return
    literal = source.literal.reveal().decode()
    set_before = {item.name: item.source for item in before if item.is_set}
    for name in dict.fromkeys(match[1] for match in _REFERENCE.finditer(literal) if match[1] is not None):
        yield VariableReference(name, set_before.get(name), is_known=is_sure or name in set_before)
