"""Leaf: a value within a value, with its path: "auths.ghcr.io.password", "users[2]", "DB_PASSWORD"."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from string import ascii_letters, digits
from typing import Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from tui.model.secret.value import Value
from tui.model.text.printable import printable

LeafKind = Literal["", "number", "boolean", "null", "time", "empty object", "empty list", "object"]
WHOLE: Final = "change the whole value"
"""End of NotWritable's words if only a new value of the whole key helps."""
MOST_LEAVES: Final = 2000
"""Leaves of a value that are listed."""


class Leaf(Struct, frozen=True, eq=False):
    """A value within a value. Its repr shows the path alone, as a Value shows nothing."""

    path: str
    """Names and indexes on the way to it; they are public."""
    value: Value
    kind: LeafKind = ""
    """Kind of the leaf; "" for a text."""
    within: str = ""
    """Path of the leaf whose value was decoded to this one; "" for a leaf of the whole value."""
    level: int = 0
    """Number of packed leaves above it."""
    stops: str = ""
    """Reason why the leaves in it are not listed: "two levels"; "" if they are, or if there are none."""

    @property
    def name(self) -> str:
        """Rest of its path, below the leaf that contains it."""
        if not self.within:
            return self.path
        return self.path.removeprefix(self.within).removeprefix(".") or self.path


class NotWritable(Exception):
    """Reason why a leaf cannot be changed alone, in words that follow its path; they quote no value."""


class Number(str):
    """A number as it is written."""

    __slots__ = ()


def inner_path(path: str, name: object) -> str:
    """Path of a part: by its name, or by its index in a list."""
    return joined_path(path, f"[{name}]" if isinstance(name, int) else str(name))


def joined_path(path: str, inner: str) -> str:
    """Join a path and the path below it."""
    return f"{path}.{inner}" if path and not inner.startswith("[") else f"{path}{inner}"


_LETTERS: Final = ascii_letters + digits + "+="
"""Characters of a token."""
_LONG: Final = re.compile(r"[A-Za-z0-9+=]{16,}")
_NO_NAME: Final = '""'
"""Path shown instead of an empty path, which is that of the whole value."""
_MOST_PATH: Final = 200
_MOST_READ: Final = 1000
"""Characters of a path in which tokens are looked for."""


class ShownPaths:
    """Paths fit for the screen: each is unique, and a name that may be a token is "…"."""

    def __init__(self) -> None:
        self._counts, self._taken = Counter[str](), set[str]()

    def add(self, path: str) -> str:
        """The path as it is shown."""
        shown = path = _shown_path(path)
        while shown in self._taken:
            self._counts[path] += 1
            shown = f"{path} ({self._counts[path] + 1})"
        self._taken.add(shown)
        return shown


def with_shown_paths(leaves: Iterable[Leaf], paths: ShownPaths) -> Iterator[Leaf]:
    """Leaves with paths fit for the screen, unique among those in `paths`."""
    for leaf in leaves:
        yield replace(leaf, path=paths.add(leaf.path))


def _shown_path(path: str) -> str:
    if len(path) > _MOST_READ:  # half a token may not look like one
        path = path[:_MOST_READ].rstrip(_LETTERS) + "…"
    if printable(path) != path:  # which is drawn as printable again
        path = "".join(char if printable(char) == char else "…" for char in path)
    path = _LONG.sub(lambda name: "…" if _is_token(name[0]) else name[0], path)
    return path[:_MOST_PATH] or _NO_NAME


def _is_token(name: str) -> bool:
    return any(map(str.isdigit, name)) and any(map(str.isalpha, name))


def text_leaf(path: str, text: str, kind: LeafKind = "") -> Leaf:
    return Leaf(path, Value(text.encode("utf-8", "surrogatepass")), kind)


def text_and_kind(scalar: object) -> tuple[str, LeafKind]:
    """Text and kind for a decoded value that holds no others."""
    if isinstance(scalar, bool):
        return str(scalar).lower(), "boolean"
    if scalar is None:
        return "null", "null"
    if isinstance(scalar, str):
        return scalar, "number" if isinstance(scalar, Number) else ""
    return str(scalar), "number" if isinstance(scalar, int | float) else "time"
