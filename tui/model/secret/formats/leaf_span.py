"""LeafSpan: place of a leaf in a text, and the way to write another text there.

A format's leaves and its rewriting come from the same scanner, which yields these.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, NoReturn

from msgspec import Struct

from tui.model.json_decoder import Hidden
from tui.model.secret.formats.leaf import WHOLE, Leaf, LeafKind, NotWritable, inner_path, text_leaf

_BOM: Final = b"\xef\xbb\xbf"


class LeafSpan(Hidden, Struct, frozen=True, eq=False):
    """Characters of a text, without its byte order mark, that are a leaf."""

    leaf: Leaf
    start: int
    end: int
    written: Callable[[str], str]
    """Function that encodes a new text of the leaf for its place. It may raise NotWritable."""
    follows: bool = False
    """True for a repetition of a leaf, which is written with it."""


Spans = Callable[[str, bytes], Iterable[LeafSpan]]
"""Leaves of the value of a key, with their places."""


def leaves_of(spans: Spans) -> Callable[[str, bytes], Iterator[Leaf]]:
    def leaves(key: str, data: bytes) -> Iterator[Leaf]:
        return (span.leaf for span in spans(key, data) if not span.follows)

    return leaves


def rewrite_of(spans: Spans) -> Callable[[str, bytes, str, str], bytes]:
    """Replace a leaf at all its places; every other byte is the same."""

    def rewrite(key: str, data: bytes, path: str, text: str) -> bytes:
        places = [span for span in spans(key, data) if span.leaf.path == path]
        if sum(not span.follows for span in places) != 1:
            raise NotWritable(f"is written more than once in it; {WHOLE}")
        whole, parts, at = data.decode("utf-8-sig"), list[str](), 0
        for span in sorted(places, key=lambda span: span.start):
            parts += (whole[at : span.start], span.written(text))
            at = span.end
        head = _BOM if data.startswith(_BOM) else b""
        return head + "".join((*parts, whole[at:])).encode()

    return rewrite


def refused(words: str) -> Callable[[str], NoReturn]:
    """Refuse as `written` for a leaf that cannot be changed alone."""

    def written(text: str) -> NoReturn:
        raise NotWritable(words)

    return written


class Scalar(Hidden, Struct, frozen=True, eq=False):
    """Value that holds no others, and its place in the text."""

    text: str
    kind: LeafKind
    start: int
    end: int
    written: Callable[[str], str]


Tree = Scalar | Mapping[str, "Tree"] | Sequence["Tree"]


def spans_in(tree: Tree, path: str = "") -> Iterator[LeafSpan]:
    """Leaves in their order."""
    if isinstance(tree, Scalar):
        yield LeafSpan(text_leaf(path, tree.text, tree.kind), tree.start, tree.end, tree.written)
    elif tree:
        parts = tree.items() if isinstance(tree, Mapping) else enumerate(tree)
        for name, part in parts:
            yield from spans_in(part, inner_path(path, name))
    else:
        yield empty_span(path, is_object=isinstance(tree, Mapping))


def empty_span(path: str, *, is_object: bool) -> LeafSpan:
    """An object or a list without parts."""
    leaf = text_leaf(path, "{}" if is_object else "[]", "empty object" if is_object else "empty list")
    return LeafSpan(leaf, 0, 0, refused(f"holds nothing; {WHOLE}"))
