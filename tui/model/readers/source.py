"""ReaderSource: one kind of object that can read Secrets, and how the program gets to know of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec import Struct

from tui.model.api_object import ApiKind
from tui.model.readers.reader import ReaderInfo, ReaderKind


class ReaderSource(Struct, frozen=True, eq=False, kw_only=True):
    """A kind of reader: how it is listed and watched, what it reads, its words.

    Needs the rights to list and watch. What a change does to a reader, and how it restarts, are the words of
    its Use.
    """

    kind: ReaderKind
    api: ApiKind
    shape: type[Any]
    """The parts of the object that are decoded: a msgspec struct."""
    read: Callable[[Any], ReaderInfo]
    """What the program keeps of an object of that shape."""
    is_metadata: bool = False
    """Is its metadata all that is needed?"""
