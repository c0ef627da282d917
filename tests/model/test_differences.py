"""Words for a change: the difference comes first, in few words, with nothing of a value."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tui.model.draft.differences import differing_by, shapes
from tui.model.secret.value import Value

NARROWEST = 24
"""Cells of the column for these words on a terminal of 80 columns."""
ENDS = ("", "\n", "\r\n", "\r", "\n\n", " ", " \n")
texts = st.lists(st.tuples(st.sampled_from(("", "a", "ab c", "\ufeff", "é")), st.sampled_from(ENDS))).map(
    lambda lines: "".join(map("".join, lines)).encode()
)
values = st.one_of(texts, st.binary(max_size=40), texts.map(lambda text: b"\0" + text)).map(Value)


def change_words(before: bytes | None, after: bytes | None) -> str:
    """The words for these bytes."""
    return shapes(*(None if data is None else Value(data) for data in (before, after)))


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (b"abc", b"abd", "differs · one line"),
        (b"abc\n", b"abd\n", "differs · one line, final line break"),
        (b"a\nb\nc\n", b"a\nB\nc\n", "line 2 differs · 3 lines, final line break"),
        (b"a\r\nb\r\na", b"b\r\na\r\na", "2 lines differ · 3 lines, CRLF"),
        (b"a\nb\r\n", b"a\r\nb\n", "2 lines differ · 2 lines, mixed line endings, final line break"),
        (b"\0\1", b"\0\2", "differs · binary"),
        (b"abc", b"a\nb", "one line → 2 lines"),
        (b"abc", b"abc", "the same bytes"),
        (None, b"abc\n", "new → one line, final line break"),
        (b"", b"abc", "empty → one line"),
        (b"abc\n", b"abcY", "final line break removed · one line"),
        (b"abc", b"abc\r\n", "final line break added · one line → one line, CRLF"),
        (b"a\nb\n", b"a\r\nb\r\n", "LF → CRLF · 2 lines, final line break"),
        (b"a\r\nb", b"a\nb\n\n", "final line break added, CRLF → LF · 2 lines → 3 lines"),
        (b"abc", b"\x1f\x8b\0", "text → bytes · one line → binary (gzip)"),
        (b"\0\1\n", b"ab\r\n", "bytes → text · binary → one line, CRLF, final line break"),
        (b"abc", b"\xef\xbb\xbfabc", "byte order mark added · one line"),
        (b"abcd", b"YWJjZA==", "base64 added · one line"),
        (b"YWJjZAo=\n", b"abcd\n", "base64 removed · one line, final line break"),
        (b" abc", b"abc ", "differs · one line, leading or trailing space"),
    ],
)
def test_the_difference_is_named_before_the_shape_of_the_value(
    before: bytes | None, after: bytes | None, words: str
) -> None:
    assert change_words(before, after) == words


@given(values, values)
@example(Value(b"abc\n"), Value(b""))
@example(Value(b"a\n\0"), Value(b"a\n"))
def test_an_added_or_removed_final_line_break_is_visible_in_the_narrowest_column(
    before: Value, after: Value
) -> None:
    was, now = (value.reveal()[-1:] in (b"\n", b"\r") for value in (before, after))
    start = shapes(before, after)[:NARROWEST]
    assert ("final line break removed" in start) == (was and not now)
    assert ("final line break added" in start) == (now and not was)


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (b"a\nb\n", b"a\nb\nc\n", "line 3"),
        (b"a\nb\n", b"a\nb\nc\nd\n", "2 lines"),
        (b"a\nb\n", b"c\n", "2 lines"),
        (b"abc", b"abd", "value"),
    ],
)
def test_compared_values_differ_by_the_same_lines_from_both_sides(
    before: bytes, after: bytes, words: str
) -> None:
    assert differing_by(Value(before), Value(after)) == differing_by(Value(after), Value(before)) == words
