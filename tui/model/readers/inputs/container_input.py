"""ContainerInput: one variable or file of a container, with its source and its state."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from tui.model.api_object import Obj, at, text
from tui.model.readers.needs import KnownKeys
from tui.model.readers.pod_use import ContainerKind
from tui.model.secret.value import Value

SourceKind: TypeAlias = Literal["Secret", "ConfigMap", "literal", "field", "resource", "file", "volume"]
InputState: TypeAlias = Literal[
    "set", "overridden", "hidden", "missing", "absent", "empty", "not mounted", "not known"
]
"""State of an input.

An input is "overridden" if a later source sets the same variable or file. A file is "hidden" if another mount
covers it. If the Secret, ConfigMap or key does not exist, an optional input is "absent" and a required one is
"missing". If an input is "missing", the container or pod does not start. An input is "empty" if the source
has no usable keys, or if the subPath names no file.
"""
ALL: Final = "*"
"""Last character of an input's name, if the input stands for all keys of a source."""
KeysOf: TypeAlias = Callable[[SourceKind, str], KnownKeys | None]
"""Function that returns the known keys of a Secret or ConfigMap; None if the object does not exist."""


class InputSource(Struct, frozen=True):
    kind: SourceKind
    name: str = ""
    """Name of the object or volume: "db", "hostPath /var/log". For a resource: name of the container."""
    key: str = ""
    """Key of the object, path of the field, name of the resource, key in the file, or subPath."""
    is_optional: bool = False
    literal: Value | None = None
    namespace: str = ""

    def __str__(self) -> str:
        """Describe the source: "Secret/db password", "field metadata.name", "literal"."""
        title = f"{self.kind}/{self.name}" if self.is_object else self.name or self.kind
        words = "literal" if self.kind == "literal" else f"{title} {self.key}"
        return words.strip()

    @property
    def is_object(self) -> bool:
        return self.kind in ("Secret", "ConfigMap")


class VariableReference(Struct, frozen=True):
    """A reference `$(NAME)` in a literal."""

    name: str
    source: InputSource | None
    """Source of the variable NAME; None if no earlier variable has this name."""
    is_known: bool = True
    """False if an earlier source with unknown keys may set the variable."""


class ContainerInput(Struct, frozen=True, kw_only=True):
    """A variable, a file, or a placeholder for all keys of a source.

    `container` is "" if the input belongs to no container, as for a volume that no container mounts.
    """

    container: str
    container_kind: ContainerKind = "container"
    number: int
    """Index among all inputs of the pod, in the order in which the kubelet applies them."""
    name: str
    """Name of the variable, path of the file, or another description: "volume certs"."""
    way: str
    """Field of the pod spec ("env", "envFrom"), or type of volume ("secret")."""
    source: InputSource
    state: InputState = "set"
    by: str = ""
    """Source that overrides this input, or mount that hides it."""
    references: tuple[VariableReference, ...] = ()
    notes: tuple[str, ...] = ()
    """Further properties: "subPath", "ro", "mode 0400", "prefix DB_"."""
    volume: str = ""

    @property
    def is_variable(self) -> bool:
        return self.way in ("env", "envFrom")

    @property
    def is_file(self) -> bool:
        return self.name.startswith("/")

    @property
    def is_set(self) -> bool:
        """True if the container gets this variable or file."""
        return self.state == "set" and not self.name.endswith(ALL)

    @property
    def is_sub_path(self) -> bool:
        return "subPath" in self.notes


class FoundKey(Struct, frozen=True):
    """A key of a source, with the state of the variable or file that the key sets.

    `key` is "" if the source is missing, has no usable keys, or may have unknown keys.
    """

    key: str
    state: InputState = "set"


def every_key(keys: KnownKeys | None, *, is_optional: bool, is_variable: bool) -> Iterator[FoundKey]:
    """Yield the usable known keys. Then yield the key "" if there are none, or if there may be more.

    If `is_variable`, binary keys are not usable, because a variable cannot have their values.
    """
    if keys is None:
        yield FoundKey("", "absent" if is_optional else "missing")
        return
    names = keys.names - keys.binary if is_variable else keys.names
    yield from (FoundKey(name) for name in sorted(names))
    if not (keys.is_there and keys.is_whole):
        yield FoundKey("", "not known")
    elif not names:
        yield FoundKey("", "empty")


def one_key(keys: KnownKeys | None, key: str, *, is_optional: bool, is_variable: bool) -> InputState:
    lacks: InputState = "absent" if is_optional else "missing"
    if keys is None:
        return lacks
    if key in keys.names and not (is_variable and key in keys.binary):
        return "set"
    return lacks if keys.is_there and keys.is_whole else "not known"


def field_source(obj: Obj) -> InputSource | None:
    if field := text(obj, "fieldRef.fieldPath"):
        return InputSource("field", key=field)
    if resource := text(obj, "resourceFieldRef.resource"):
        return InputSource("resource", text(obj, "resourceFieldRef.containerName"), resource)
    return None


def is_true(obj: Obj, path: str) -> bool:
    return at(obj, path) is True
