"""Changes of a value leaf by leaf, by their paths: what the review shows in place of one long line."""

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
from tui.model.secret.formats.leaf import Leaf, NotWritable
from tui.model.secret.formats.leaf_edit import with_leaf
from tui.model.secret.formats.registry import decoded_value, named_value
from tui.model.secret.value import Value, facts

_MOST_LINES: Final = 2_000
"""Lines of texts that are compared: of more the review shows the lines."""
_MOST_NESTED: Final = 3
"""A leaf within a leaf within a leaf: all three differ by an edit of the innermost."""
_MOST_COMPARED: Final = 20_000
"""Pairs of a line that differs and a changed leaf."""
_NO_WORDS: Final = re.compile(r"""[\s\-:=,"'\[\]{}]+""")
_ENDS: Final = " \t\r\n,\"'"
"""Around a leaf in its line: a blank, a comma, quotes."""
_COMMENTS: Final = ("#", ";", "!", "//")
_BLANK: Final = re.compile(r"\s")
_NAME: Final = re.compile(r"[.\[\]]+")
_SURE: Final = 3
"""Characters of a leaf that is looked for where another one was found in the line."""


class LeafChange(Struct, frozen=True, eq=False):
    """A leaf that differs. Its repr shows the path alone."""

    path: str
    how: Literal["changed", "added", "removed"]
    before: Value | None = None
    after: Value | None = None
    within: str = ""
    """Path of the leaf whose value was decoded to this one; "" for a leaf of the whole value."""
    kinds: str = ""
    """ "number → text" if its kind differs; else ""."""


class LeafChanges(Struct, frozen=True, eq=False):
    """Differences in a value: leaves alone, or anything else as well."""

    leaves: tuple[LeafChange, ...] | None
    """None where the difference of lines says more."""


_KNOWN: Final[dict[tuple[int, int, str], tuple[weakref.ref[Value], weakref.ref[Value], LeafChanges]]] = {}
"""Changes by the identity of both values and their key, while both values live."""


def known_leaf_changes(key: str, before: Value, after: Value) -> LeafChanges | None:
    """Changes that `changed_leaves` found before; None if it did not look yet."""
    was, now, changes = _KNOWN.get((id(before), id(after), key), (None, None, None))
    is_same = was is not None and was() is before and now is not None and now() is after
    return changes if is_same else None


def changed_leaves(key: str, before: Value, after: Value) -> tuple[LeafChange, ...] | None:
    """Find leaves that differ; None if other parts differ too: the format, a comment, the order.

    Takes milliseconds: call it off the loop.
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
    """Find leaves that differ, also leaves that hold such leaves; removed ones come last.

    None for another format, without leaves or in another order.
    """
    named = named_value(key, before), named_value(key, after)
    kinds = {each.name.kind if each is not None else "" for each in named}
    if before == after or len(kinds) > 1 or "" in kinds:
        return None
    decoded = decoded_value(key, before, 0), decoded_value(key, after, 0)
    was, now = ({leaf.path: leaf for leaf in each.leaves} for each in decoded)
    if not was or not now or any(each.has_more for each in decoded):
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
    """Changes without a leaf whose inner ones say all that differs in it, or without these."""
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
    """The leaf whose edit is all that differs, however its format quotes and escapes it."""
    if len(changes) > _MOST_NESTED:
        return None
    for change in reversed(changes):  # an inner one comes after that which holds it
        if change.how != "changed" or change.before is None or change.after is None:
            continue
        try:
            edited = with_leaf(key, before, change.path, _text(change.after), change.before)
        except NotWritable:
            continue
        if edited == after:
            return (replace(change, within=""),)
    return None


def _is_all(key: str, before: Value, after: Value, changes: Sequence[LeafChange]) -> bool:
    """True if these changes are all that differs."""
    was, now = _unpacked(key, before), _unpacked(key, after)
    if not all(facts(Value(data)).is_readable for data in (was, now)):
        return False
    breaks = was.count(b"\n"), now.count(b"\n")
    if is_json(was) and is_json(now):  # which has nothing but leaves; its line breaks are its layout
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
    """Stretches of lines that differ: the old lines and the new ones."""
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
    """True if these lines differ in leaves alone: without them both are the same."""
    changed = [change for change in changes if change.how == "changed"]
    try:
        was = _rest(old, [change.before for change in changed], _alone(changes, "removed"))
        now = _rest(new, [change.after for change in changed], _alone(changes, "added"))
    except _CommentError:
        return False
    return was == now


class _CommentError(ValueError):
    """A comment came or went."""


def _alone(changes: Sequence[LeafChange], how: Literal["added", "removed"]) -> Mapping[str, str]:
    """Leaves of one side: the text of each, by its path."""
    values = ((change.path, change.after or change.before) for change in changes if change.how == how)
    return {path: _text(value) for path, value in values if value is not None}


def _rest(lines: Sequence[str], changed: Sequence[Value | None], alone: Mapping[str, str]) -> Counter[str]:
    """Lines without the changed leaves, but for those of leaves that one side alone has.

    Raises `_CommentError` for a comment.
    """
    texts = sorted((_text(value) for value in changed if value is not None), key=len, reverse=True)
    forms, forms_alone = _forms(texts), {path: _forms([text]) for path, text in alone.items()}
    rest = Counter[str]()
    for line in lines:
        bare, words = line.strip(_ENDS), _NO_WORDS.sub("", line)
        is_of_long = any(bare in text for text in (*texts, *alone.values()) if _BLANK.search(text))
        if not words or is_of_long or any(words in _NO_WORDS.sub("", path) for path in alone):
            continue
        if bare.startswith(_COMMENTS):
            raise _CommentError
        names = [path for path in alone if _NAME.split(path)[-1] in line]
        if any((left := _without(line, forms_alone[path])) != bare for path in names):
            if "#" in left:
                raise _CommentError
        else:
            rest[_without(line, forms)] += 1
    return rest


def _text(value: Value) -> str:
    return value.reveal().decode("utf-8", "replace")


def _forms(texts: Sequence[str]) -> list[list[str]]:
    """The ways in which each text may be written."""
    return [
        [form.decode("utf-8", "replace") for form in forms_of(text).plain] for text in filter(None, texts)
    ]


def _without(line: str, texts: Sequence[Sequence[str]]) -> str:
    """Line without these texts, each in the form that it contains, and without quotes around them."""
    left = line.strip(_ENDS)
    for forms in texts:
        if len(forms[0]) < _SURE and "\0" in left:
            continue
        for form in forms:
            before, match, after = left.rpartition(form)
            if match:
                left = f"{before.rstrip(_ENDS)}\0{after.lstrip(_ENDS)}"
                break
    return left
