"""Changes inside a value, leaf by leaf, for the review.

A leaf is a field without fields inside it, such as `database.password`. The text of an outer leaf, such as
base64 of JSON, decodes to other leaves. These are the inner leaves of the outer leaf.
"""

from __future__ import annotations

import re
import weakref
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from tui.model.draft.line_diff import line_diff
from tui.model.secret.compare import forms_of
from tui.model.secret.formats.json_text import is_json
from tui.model.secret.formats.leaf import Leaf, UnwritableLeaf
from tui.model.secret.formats.leaf_edit import with_leaf
from tui.model.secret.formats.registry import decoded_value, named_value
from tui.model.secret.value import Value, facts

_MOST_LINES: Final = 2_000
"""Maximum number of line breaks in a text that `_is_all` compares by line. Two JSON texts have no limit."""
_MOST_NESTED: Final = 3
"""Maximum number of changes that `_one_edit` takes: an edited leaf and the outer leaves around it."""
_MOST_COMPARED: Final = 20_000
"""Maximum number of comparisons between changed lines and changed leaves.

Above this number, `_is_all` returns False.
"""
_NO_WORDS: Final = re.compile(r"""[\s\-:=,"'\[\]{}]+""")
_ENDS: Final = " \t\r\n,\"'"
"""Characters that are cut off at both ends of a line, and beside a leaf that is cut out of the line."""
_COMMENTS: Final = ("#", ";", "!", "//")
_BLANK: Final = re.compile(r"\s")
_NAME: Final = re.compile(r"[.\[\]]+")
_SURE: Final = 3
"""Minimum length of the second and later texts that are cut out of the same line.

The first text may be shorter. A later text that is shorter could match by chance.
"""


class LeafChange(Struct, frozen=True, eq=False):
    """Leaf that differs. The repr shows no value."""

    path: str
    how: Literal["changed", "added", "removed"]
    before: Value | None = None
    after: Value | None = None
    within: str = ""
    """Path of the outer leaf whose decoded value contains this leaf."""
    kinds: str = ""
    """Kinds before and after, such as "number → text"; "" if the kind is the same."""


class LeafChanges(Struct, frozen=True, eq=False):
    """Cached result of `changed_leaves`."""

    leaves: tuple[LeafChange, ...] | None
    """Changed leaves; None if `changed_leaves` found no leaves that explain every difference."""


_KNOWN: Final[dict[tuple[int, int, str], tuple[weakref.ref[Value], weakref.ref[Value], LeafChanges]]] = {}
"""Cache of results by (`id` of the old value, `id` of the new value, key).

An entry is removed when its old or its new value is freed.
"""


def known_leaf_changes(key: str, before: Value, after: Value) -> LeafChanges | None:
    was, now, changes = _KNOWN.get((id(before), id(after), key), (None, None, None))
    is_same = was is not None and was() is before and now is not None and now() is after
    return changes if is_same else None


def changed_leaves(key: str, before: Value, after: Value) -> tuple[LeafChange, ...] | None:
    """Find leaves whose changes explain every difference between the values; None if no leaves do.

    The result is cached, because finding it takes milliseconds.
    """
    if (known := known_leaf_changes(key, before, after)) is not None:
        return known.leaves
    changes = leaf_differences(key, before, after)
    leaves = _innermost(changes) if changes and _is_all(key, before, after, changes) else None
    leaves = leaves or _one_edit(key, before, after, changes or ())
    at = (id(before), id(after), key)

    def drop(_: object) -> None:
        _KNOWN.pop(at, None)

    _KNOWN[at] = (weakref.ref(before, drop), weakref.ref(after, drop), LeafChanges(leaves))
    return leaves


def leaf_differences(key: str, before: Value, after: Value) -> tuple[LeafChange, ...] | None:
    """List the changed, added and removed leaves, outer and inner. The removed leaves come last.

    Return None if the values are equal, or cannot be compared by leaf.
    """
    named = named_value(key, before), named_value(key, after)
    kinds = {value.name.kind if value is not None else "" for value in named}
    if before == after or len(kinds) > 1 or "" in kinds:
        return None
    decoded = decoded_value(key, before, 0), decoded_value(key, after, 0)
    was, now = ({leaf.path: leaf for leaf in value.leaves} for value in decoded)
    if not was or not now or any(value.has_more for value in decoded):
        return None
    if [path for path in was if path in now] != [path for path in now if path in was]:
        return None
    changes = [change for path, leaf in now.items() if (change := _change(was.get(path), leaf)) is not None]
    gone = (leaf for path, leaf in was.items() if path not in now)
    changes += [LeafChange(leaf.path, "removed", leaf.value, None, leaf.within) for leaf in gone]
    return tuple(changes)


def _change(was: Leaf | None, now: Leaf) -> LeafChange | None:
    if was is None:
        return LeafChange(now.path, "added", None, now.value, now.within)
    if was.value == now.value and was.kind == now.kind:
        return None
    kinds = f"{was.kind or 'text'} → {now.kind or 'text'}" if was.kind != now.kind else ""
    return LeafChange(now.path, "changed", was.value, now.value, now.within, kinds)


def _innermost(changes: Sequence[LeafChange]) -> tuple[LeafChange, ...]:
    """Replace each outer leaf by its inner leaves, if these explain all differences of the outer leaf.

    Otherwise keep the outer leaf, and drop its inner leaves.
    """
    kept = {change.path: change for change in changes}
    for outer in reversed(changes):
        inner = [change for change in kept.values() if change.within == outer.path]
        before, after = outer.before, outer.after
        if inner and before is not None and after is not None and _is_all(outer.path, before, after, inner):
            del kept[outer.path]
            kept |= {change.path: replace(change, within=outer.within) for change in inner}
        else:
            kept = {path: change for path, change in kept.items() if change not in inner}
    return tuple(kept.values())


def _one_edit(
    key: str, before: Value, after: Value, changes: Sequence[LeafChange]
) -> tuple[LeafChange, ...] | None:
    """Find a changed leaf whose new text, written into `before`, gives exactly `after`."""
    if len(changes) > _MOST_NESTED:
        return None
    for change in reversed(changes):  # inner leaves follow their outer leaf
        if change.how != "changed" or change.before is None or change.after is None:
            continue
        try:
            edited = with_leaf(key, before, change.path, _text(change.after), change.before)
        except UnwritableLeaf:
            continue
        if edited == after:
            return (replace(change, within=""),)
    return None


def _is_all(key: str, before: Value, after: Value, changes: Sequence[LeafChange]) -> bool:
    was, now = _unpacked(key, before), _unpacked(key, after)
    if not all(facts(Value(data)).is_readable for data in (was, now)):
        return False
    breaks = was.count(b"\n"), now.count(b"\n")
    if is_json(was) and is_json(now):  # JSON has no comments: outside the leaves, only the layout can differ
        return breaks[0] == breaks[1] or any(change.how != "changed" for change in changes)
    if max(breaks) > _MOST_LINES:
        return False
    blocks = list(_blocks(was.decode(), now.decode()))
    if len(changes) * sum(len(old) + len(new) for old, new in blocks) > _MOST_COMPARED:
        return False
    return all(_is_explained(*block, changes) for block in blocks)


def _unpacked(key: str, value: Value) -> bytes:
    named = named_value(key, value)
    return named.data if named is not None else value.reveal()


def _blocks(was: str, now: str) -> Iterator[tuple[list[str], list[str]]]:
    old, new = list[str](), list[str]()
    lines = [*line_diff(was, now), None]
    for line, following in pairwise(lines):
        assert line is not None
        if line.mark == "-":
            old.append(line.text)
        elif line.mark == "+":
            new.append(line.text)
        if (old or new) and (following is None or following.mark == " "):
            yield old, new
            old, new = [], []


def _is_explained(old: Sequence[str], new: Sequence[str], changes: Sequence[LeafChange]) -> bool:
    changed = [change for change in changes if change.how == "changed"]
    try:
        was = _lines_without_leaves(
            old, [change.before for change in changed], _texts_by_path(changes, "removed")
        )
        now = _lines_without_leaves(
            new, [change.after for change in changed], _texts_by_path(changes, "added")
        )
    except _CommentError:
        return False
    return was == now


class _CommentError(ValueError): ...


def _texts_by_path(changes: Sequence[LeafChange], how: Literal["added", "removed"]) -> Mapping[str, str]:
    values = ((change.path, change.after or change.before) for change in changes if change.how == how)
    return {path: _text(value) for path, value in values if value is not None}


def _lines_without_leaves(
    lines: Sequence[str], changed: Sequence[Value | None], one_sided: Mapping[str, str]
) -> Counter[str]:
    """Cut the changed leaves out of the lines, and count how often each remaining text occurs.

    `one_sided`: keys are the paths of the added or removed leaves, values are their texts.

    Lines of three kinds are not counted:

    1. lines without words, and lines whose words are a part of a path in `one_sided`, such as `database:`
    2. lines inside the text of a leaf in `changed` or `one_sided`, if the text has blanks or line breaks
    3. lines with the name and the text of a leaf in `one_sided`

    Raises `_CommentError` for a comment, unless it is a line of kind 1 or 2. Also raises it for a line of
    kind 3 that contains "#" outside the leaf's text.
    """
    texts = sorted((_text(value) for value in changed if value is not None), key=len, reverse=True)
    forms, one_sided_forms = _forms(texts), {path: _forms([text]) for path, text in one_sided.items()}
    remaining = Counter[str]()
    for line in lines:
        stripped, words = line.strip(_ENDS), _NO_WORDS.sub("", line)
        is_part_of_leaf = any(
            stripped in text for text in (*texts, *one_sided.values()) if _BLANK.search(text)
        )
        if not words or is_part_of_leaf or any(words in _NO_WORDS.sub("", path) for path in one_sided):
            continue
        if stripped.startswith(_COMMENTS):
            raise _CommentError
        names = [path for path in one_sided if _NAME.split(path)[-1] in line]
        if any((without_leaf := _without(line, one_sided_forms[path])) != stripped for path in names):
            if "#" in without_leaf:
                raise _CommentError
        else:
            remaining[_without(line, forms)] += 1
    return remaining


def _text(value: Value) -> str:
    return value.reveal().decode("utf-8", "replace")


def _forms(texts: Sequence[str]) -> list[list[str]]:
    return [
        [form.decode("utf-8", "replace") for form in forms_of(text).plain] for text in filter(None, texts)
    ]


def _without(line: str, texts: Sequence[Sequence[str]]) -> str:
    remaining = line.strip(_ENDS)
    for forms in texts:
        if len(forms[0]) < _SURE and "\0" in remaining:
            continue
        for form in forms:
            before, match, after = remaining.rpartition(form)
            if match:
                remaining = f"{before.rstrip(_ENDS)}\0{after.lstrip(_ENDS)}"
                break
    return remaining
