"""ContainerInput: one variable or file of a container, its source, and what becomes of it."""

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

"overridden": a later source sets the same name. "hidden": another mount lies over the file. "missing": the
container or the pod does not start. "absent": optional and not there. "empty": the source has no key, or a
subPath names nothing. "not known": the keys of its source are not known.
"""
ALL: Final = "*"
"""Ends the name of an input that stands for all keys of a source, whichever they are."""
KeysOf: TypeAlias = Callable[[SourceKind, str], KnownKeys | None]
"""The keys of a Secret or ConfigMap, as far as they are known; None if the object does not exist."""


class InputSource(Struct, frozen=True):
    """Source of a variable or file."""

    kind: SourceKind
    name: str = ""
    """The object; of a volume its type and what it names."""
    key: str = ""
    """The key; else the field's path, the resource or the path in a file."""
    is_optional: bool = False
    literal: Value | None = None
    """Text as the pod spec has it."""
    namespace: str = ""
    """The object's; "" for the pod's own."""

    def __str__(self) -> str:
        """ "Secret/db password", "field metadata.name", "literal"."""
        title = f"{self.kind}/{self.name}" if self.is_object else self.name or self.kind
        words = "literal" if self.kind == "literal" else f"{title} {self.key}"
        return words.strip()

    @property
    def is_object(self) -> bool:
        return self.kind in ("Secret", "ConfigMap")


class VariableReference(Struct, frozen=True):
    """A `$(NAME)` in a literal."""

    name: str
    source: InputSource | None
    """Source of the value; None if the reference stays as it is written."""
    is_known: bool = True
    """False if a source whose keys are not known may set it."""


class ContainerInput(Struct, frozen=True, kw_only=True):
    """A variable, a file, or what stands in the place of several.

    Without a `container` it is a volume that no container mounts.
    """

    container: str
    container_kind: ContainerKind = "container"
    number: int
    """Place among all inputs of the pod, in the order in which the kubelet applies them."""
    name: str
    """The variable, or the file's path."""
    way: str
    """The field: "env", "envFrom", "secret", "configMap", "projected", "downwardAPI" or another volume's."""
    source: InputSource
    state: InputState = "set"
    by: str = ""
    """Input that overrides it, or mount that hides it."""
    references: tuple[VariableReference, ...] = ()
    notes: tuple[str, ...] = ()
    """"subPath", "ro", "mode 0400", "prefix DB_", …"""
    volume: str = ""

    @property
    def is_variable(self) -> bool:
        return self.way in ("env", "envFrom")

    @property
    def is_file(self) -> bool:
        return self.name.startswith("/")

    @property
    def is_set(self) -> bool:
        """True if the container gets exactly this."""
        return self.state == "set" and not self.name.endswith(ALL)

    @property
    def is_sub_path(self) -> bool:
        return "subPath" in self.notes


class FoundKey(Struct, frozen=True):
    """A key of a source, and what is known of it; `key` is "" for all keys."""

    key: str
    state: InputState = "set"


def every_key(keys: KnownKeys | None, *, is_optional: bool, is_variable: bool) -> Iterator[FoundKey]:
    """All keys of a source, sorted: the kubelet walks a map, in which no name comes twice."""
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
    """The source of what names a field of the pod or a resource of a container."""
    if field := text(obj, "fieldRef.fieldPath"):
        return InputSource("field", key=field)
    if resource := text(obj, "resourceFieldRef.resource"):
        return InputSource("resource", text(obj, "resourceFieldRef.containerName"), resource)
    return None


def is_true(obj: Obj, path: str) -> bool:
    return at(obj, path) is True
