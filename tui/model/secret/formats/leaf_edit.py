"""Change one leaf (a value inside a Secret's value). All other bytes and leaves stay the same."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Final

from tui.model.secret.formats.encoded import packed_again, unpacked
from tui.model.secret.formats.leaf import WHOLE, Leaf, ShownPaths, UnwritableLeaf, with_shown_paths
from tui.model.secret.formats.registry import NamedValue, decoded_value, leaves_of_named, named_value
from tui.model.secret.value import Value

_MOST_LEAVES: Final = 10_000
"""Maximum number of leaves that are compared before and after a change."""


def with_leaf(key: str, value: Value, path: str, text: str, seen: Value | None = None) -> Value:
    """Return the value of `key` with `text` in the leaf at `path`. Call this function outside the event loop.

    `seen`: the leaf's value on screen; None to compare nothing. Two leaves can have the same path. If the
    leaf found at `path` does not have the value `seen`, raises UnwritableLeaf. Also raises UnwritableLeaf if
    the leaf cannot be changed alone or cannot hold `text`.
    """
    return _with_text(key, value, path, text, seen)


def why_not_writable(key: str, value: Value, path: str, seen: Value | None = None) -> str:
    """Explain why a leaf cannot be changed alone; "" if it can.

    Messages show this text after the leaf's path.
    """
    try:
        _with_text(key, value, path, None, seen)
    except UnwritableLeaf as why:
        return str(why)
    return ""


def _with_text(key: str, value: Value, path: str, text: str | None, seen: Value | None = None) -> Value:
    """Return what `with_leaf` returns.

    If `text` is None, write the leaf's old text, to test if the leaf can be changed alone.
    """
    named = named_value(key, value)
    before = _leaves(key, named)
    index = _place(before, path)
    if named is None or index is None:
        return _with_inner_leaf(key, value, path, text, seen)
    leaf = before[index]
    _check_seen(leaf, seen)
    text = _text_of(leaf.value) if text is None else text
    after_value = Value(_rewritten(key, value.reveal(), named, leaf.path, text))
    after = _leaves(key, named_value(key, after_value))
    other_leaves = (*before[:index], *before[index + 1 :])
    if not after:
        raise UnwritableLeaf(f"cannot hold that text; {WHOLE}")
    if len(after) != len(before) or not all(
        map(_is_same, other_leaves, (*after[:index], *after[index + 1 :]))
    ):
        raise UnwritableLeaf(f"cannot take that text without changing another leaf; {WHOLE}")
    is_same_kind = after[index].kind == leaf.kind and (
        leaf.kind != "null" or after[index].value == leaf.value
    )
    becomes_text = leaf.kind == "null" and not after[index].kind
    if after[index].value != Value(text.encode()) or not (is_same_kind or becomes_text):
        raise UnwritableLeaf(f"cannot hold that text; {WHOLE}")
    return after_value


def _with_inner_leaf(key: str, value: Value, path: str, text: str | None, seen: Value | None) -> Value:
    leaves = {leaf.path: leaf for leaf in decoded_value(key, value, 0).leaves}
    leaf = leaves.get(path)
    if leaf is None or not leaf.within:
        raise UnwritableLeaf(f"cannot be changed alone; {WHOLE}")
    _check_seen(leaf, seen)
    outer = _with_text(leaf.within, leaves[leaf.within].value, leaf.name, text, leaf.value)
    return _with_text(key, value, leaf.within, _text_of(outer))


def _check_seen(leaf: Leaf, seen: Value | None) -> None:
    if seen is not None and leaf.value != seen:
        raise UnwritableLeaf(f"has the same path as another leaf; {WHOLE}")


def _text_of(value: Value) -> str:
    try:
        return value.reveal().decode()
    except UnicodeDecodeError:
        raise UnwritableLeaf(f"is not valid UTF-8; {WHOLE}") from None


def _place(leaves: Iterable[Leaf], path: str) -> int | None:
    shown_leaves = with_shown_paths(leaves, ShownPaths())
    return next((at for at, leaf in enumerate(shown_leaves) if leaf.path == path), None)


def _leaves(key: str, named: NamedValue | None) -> Sequence[Leaf]:
    """Return the leaves of a value; () if `named` is None.

    Raises UnwritableLeaf if the leaves cannot be read, or are more than `_MOST_LEAVES`.
    """
    if named is None:
        return ()
    try:
        leaves = list(islice(leaves_of_named(key, named), _MOST_LEAVES + 1))
    except Exception:  # a parser's message may quote the value
        raise UnwritableLeaf(f"cannot be read; {WHOLE}") from None
    if len(leaves) > _MOST_LEAVES:
        raise UnwritableLeaf(f"is one of more than {_MOST_LEAVES:,} leaves; {WHOLE}")
    return leaves


def _rewritten(key: str, data: bytes, named: NamedValue, path: str, text: str) -> bytes:
    packed = unpacked(data) if data != named.data else None
    if packed is not None and packed.how != "base64":
        raise UnwritableLeaf(f"is in a value compressed with {packed.how}; {WHOLE}")
    if packed is not None:
        return packed_again(data, _rewritten(key, packed.data, named, path, text))
    try:
        new = text.encode()
        is_whole = named.is_packed and next(iter(named.value_format.leaves(key, data)), None) is None
        return new if is_whole else named.value_format.rewrite(key, data, path, text)
    except UnwritableLeaf:
        raise
    except Exception:  # the data is damaged, or the text has half of a surrogate pair
        raise UnwritableLeaf(f"cannot hold that text; {WHOLE}") from None


def _is_same(before: Leaf, after: Leaf) -> bool:
    return (before.path, before.kind, before.value) == (after.path, after.kind, after.value)
