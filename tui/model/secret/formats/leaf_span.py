"""LeafSpan: offsets of a leaf (a value inside a value), and a function that encodes a new text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, NoReturn

from msgspec import Struct

from tui.model.json_decoder import HiddenRepr
from tui.model.secret.formats.leaf import WHOLE, Leaf, LeafKind, UnwritableLeaf, inner_path, text_leaf

_BOM: Final = b"\xef\xbb\xbf"


class LeafSpan(HiddenRepr, Struct, frozen=True, eq=False):
    """Place of a leaf in the decoded value. The offsets count characters, but not the byte order mark."""

    leaf: Leaf
    start: int
    end: int
    written: Callable[[str], str]
    """Quote and escape a new text for the leaf. May raise UnwritableLeaf."""
    follows: bool = False
    """True if this span repeats the text of another span with the same path. A change is written to both.

    For example, `auth` in a docker config repeats the password of the field `password`.
    """


Spans = Callable[[str, bytes], Iterable[LeafSpan]]


def leaves_of(spans: Spans) -> Callable[[str, bytes], Iterator[Leaf]]:
    def leaves(key: str, data: bytes) -> Iterator[Leaf]:
        return (span.leaf for span in spans(key, data) if not span.follows)

    return leaves


def rewrite_of(spans: Spans) -> Callable[[str, bytes, str, str], bytes]:
    """Make a function that replaces a leaf's text in all spans of the leaf, and keeps every other byte."""

    def rewrite(key: str, data: bytes, path: str, text: str) -> bytes:
        places = [span for span in spans(key, data) if span.leaf.path == path]
        if sum(not span.follows for span in places) != 1:
            raise UnwritableLeaf(f"occurs more than once in the value; {WHOLE}")
        document, parts, at = data.decode("utf-8-sig"), list[str](), 0
        for span in sorted(places, key=lambda span: span.start):
            parts += (document[at : span.start], span.written(text))
            at = span.end
        mark = _BOM if data.startswith(_BOM) else b""
        return mark + "".join((*parts, document[at:])).encode()

    return rewrite


def refused(words: str) -> Callable[[str], NoReturn]:
    """Make a `LeafSpan.written` that raises UnwritableLeaf, for a leaf that cannot be changed alone."""

    def written(text: str) -> NoReturn:
        raise UnwritableLeaf(words)

    return written


class Scalar(HiddenRepr, Struct, frozen=True, eq=False):
    """Childless node of a `Tree`. `start` and `end` count characters as in LeafSpan."""

    text: str
    kind: LeafKind
    start: int
    end: int
    written: Callable[[str], str]


Tree = Scalar | Mapping[str, "Tree"] | Sequence["Tree"]
"""Parsed text: a scalar, an object of trees or a list of trees."""


def spans_in(tree: Tree, path: str = "") -> Iterator[LeafSpan]:
    if isinstance(tree, Scalar):
        yield LeafSpan(text_leaf(path, tree.text, tree.kind), tree.start, tree.end, tree.written)
    elif tree:
        parts = tree.items() if isinstance(tree, Mapping) else enumerate(tree)
        for name, part in parts:
            yield from spans_in(part, inner_path(path, name))
    else:
        yield empty_span(path, is_object=isinstance(tree, Mapping))


def empty_span(path: str, *, is_object: bool) -> LeafSpan:
    """Make the span of an empty object or an empty list, which cannot be changed alone."""
    leaf = text_leaf(path, "{}" if is_object else "[]", "empty object" if is_object else "empty list")
    return LeafSpan(leaf, 0, 0, refused(f"is an {leaf.kind}; {WHOLE}"))
