"""Leaf: a value inside a Secret's value, such as a password in JSON."""

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
"""Advice at the end of many UnwritableLeaf messages."""
MOST_LEAVES: Final = 2000


class Leaf(Struct, frozen=True, eq=False):
    path: str
    """Names and indexes that lead to the leaf, such as "users[2].name"."""
    value: Value
    kind: LeafKind = ""
    within: str = ""
    """Path of the leaf that contains this leaf; "" if none does."""
    level: int = 0
    stops: str = ""
    """Reason why the leaves inside this leaf are not listed, such as "limit of two levels"."""

    @property
    def name(self) -> str:
        """Path inside the leaf at `within`; the whole path if `within` is ""."""
        if not self.within:
            return self.path
        return self.path.removeprefix(self.within).removeprefix(".") or self.path


class UnwritableLeaf(Exception):
    """Raised if a leaf cannot be changed alone, or cannot hold the new text.

    The message has no subject, because the caller puts the leaf's path before it.
    """


class Number(str):
    """A number in its original spelling."""

    __slots__ = ()


def inner_path(path: str, name: object) -> str:
    """Path of the item `name` inside `path`, such as "users.ann" or "users[2]"."""
    return joined_path(path, f"[{name}]" if isinstance(name, int) else str(name))


def joined_path(path: str, inner: str) -> str:
    return f"{path}.{inner}" if path and not inner.startswith("[") else f"{path}{inner}"


_LETTERS: Final = ascii_letters + digits + "+="
"""Characters of a token. A token in a path may be a secret value."""
_LONG: Final = re.compile(r"[A-Za-z0-9+=]{16,}")
_NO_NAME: Final = '""'
"""Path shown for the whole value, whose path is empty."""
_MOST_PATH: Final = 200
_MOST_READ: Final = 1000
"""Maximum number of characters of a path that are searched for tokens."""


class ShownPaths:
    """Unique paths for display, in which a name that may be a token becomes "…"."""

    def __init__(self) -> None:
        self._counts, self._taken = Counter[str](), set[str]()

    def add(self, path: str) -> str:
        shown = path = _shown_path(path)
        while shown in self._taken:
            self._counts[path] += 1
            shown = f"{path} ({self._counts[path] + 1})"
        self._taken.add(shown)
        return shown


def with_shown_paths(leaves: Iterable[Leaf], paths: ShownPaths) -> Iterator[Leaf]:
    for leaf in leaves:
        yield replace(leaf, path=paths.add(leaf.path))


def _shown_path(path: str) -> str:
    if len(path) > _MOST_READ:
        # Drop the last word: a token that is cut may be too short to be recognized as a token.
        path = path[:_MOST_READ].rstrip(_LETTERS) + "…"
    if printable(path) != path:
        # Use "…" instead of the output of printable(), because the screen would convert that output again.
        path = "".join(char if printable(char) == char else "…" for char in path)
    path = _LONG.sub(lambda name: "…" if _is_token(name[0]) else name[0], path)
    return path[:_MOST_PATH] or _NO_NAME


def _is_token(name: str) -> bool:
    return any(map(str.isdigit, name)) and any(map(str.isalpha, name))


def text_leaf(path: str, text: str, kind: LeafKind = "") -> Leaf:
    return Leaf(path, Value(text.encode("utf-8", "surrogatepass")), kind)


def text_and_kind(scalar: object) -> tuple[str, LeafKind]:
    if isinstance(scalar, bool):
        return str(scalar).lower(), "boolean"
    if scalar is None:
        return "null", "null"
    if isinstance(scalar, str):
        return scalar, "number" if isinstance(scalar, Number) else ""
    return str(scalar), "number" if isinstance(scalar, int | float) else "time"
