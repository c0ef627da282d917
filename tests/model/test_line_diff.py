"""Differences of two texts: nothing of either is lost, equal lines are folded, long texts have a limit."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tui.model.draft import line_diff as line_diff_module
from tui.model.draft.line_diff import DiffLine, OmittedLines, both_changes, folded, line_diff

texts = st.lists(
    st.sampled_from(("a", "b", "ab", " ", "é", "e\u0301", "\t", "\n", "\r\n", "\r", "x" * 300))
).map("".join)


def sides(lines: list[DiffLine]) -> tuple[str, str]:
    """The two texts, put together again."""
    return tuple("".join(line.text for line in lines if line.mark in (" ", mark)) for mark in "-+")  # type: ignore[return-value]


def drawn(before: str, after: str) -> list[str]:
    """Each line with its mark, what differs in it in brackets; what is folded as its number."""
    rows = []
    for line in folded(line_diff(before, after)):
        if isinstance(line, OmittedLines):
            rows.append(f"{line.count} {line.unit}")
            continue
        text = line.text
        for start, end in reversed(line.changed):
            text = f"{text[:start]}[{text[start:end]}]{text[end:]}"
        rows.append(f"{line.mark}{text}")
    return rows


@given(texts, texts)
@example("a\r\n", "a\n")
@example("a\n", "a")
@example("", "a")
def test_both_texts_can_be_put_together_again(before: str, after: str) -> None:
    lines = line_diff(before, after)
    assert sides(lines) == (before, after)
    assert all(line.text for line in lines)
    for line in lines:
        last = 0
        for start, end in line.changed:
            assert last <= start < end <= len(line.text)
            last = end


@given(texts)
def test_the_same_text_has_no_mark(text: str) -> None:
    assert {line.mark for line in line_diff(text, text)} <= {" "}


@given(texts, texts)
def test_folding_leaves_out_only_what_is_the_same(before: str, after: str) -> None:
    lines, shown = line_diff(before, after), list(folded(line_diff(before, after)))
    left_out = sum(one.count for one in shown if isinstance(one, OmittedLines) and one.unit == "line")
    assert left_out + len({id(one) for one in shown if isinstance(one, DiffLine)}) >= len(lines)
    assert {line.mark for line in lines} - {" "} == {
        one.mark for one in shown if isinstance(one, DiffLine)
    } - {" "}


def test_characters_that_differ_are_marked_in_lines_that_are_alike() -> None:
    assert drawn("host=db-1\nuser=ann\n", "host=db-2\nuser=ann\n") == [
        "-host=db-[1]\n",
        "+host=db-[2]\n",
        " user=ann\n",
    ]
    assert drawn("made up", "quite another") == ["-made up", "+quite another"], "nothing is marked"


def test_a_difference_that_is_hardly_visible_is_marked() -> None:
    assert drawn("user=ann", "user=ann ") == ["-user=ann", "+user=ann[ ]"]
    assert drawn("user=ann\n", "user=ann") == ["-user=ann[\n]", "+user=ann"]
    assert drawn("user=ann\r\n", "user=ann\n") == ["-user=ann[\r\n]", "+user=ann\n"]
    assert drawn("a user: e", "a user: e\u0301") == ["-a user: e", "+a user: [e\u0301]"]


def test_three_lines_are_kept_around_a_difference() -> None:
    lines = [f"line {number}\n" for number in range(50)]
    changed = [*lines[:20], "another one\n", *lines[21:]]
    assert drawn("".join(lines), "".join(changed)) == [
        "17 line",
        *(f" line {number}\n" for number in (17, 18, 19)),
        "-line 20\n",
        "+another one\n",
        *(f" line {number}\n" for number in (21, 22, 23)),
        "26 line",
    ]


def test_the_part_of_a_long_line_that_differs_is_kept() -> None:
    before = f'{{"made": "{"x" * 2_000}", "up": 1, "more": "{"y" * 1_000}"}}'
    rows = drawn(before, before.replace('"up": 1', '"up": 2'))
    assert rows[0] == rows[3] == "1959 character"
    assert "[1]" in rows[1] and "[2]" in rows[4] and len(rows[1]) < 150
    assert rows[2].endswith("character") and len(rows) == 6


LARGE = {
    "one line": ("x" * 1_000_000, "y" * 1_000_000),
    "lines in turn": ("a\nb\n" * 200_000, "b\na\n" * 200_000),
    "characters in turn": ("ab" * 500_000, "ba" * 500_000),
    "as many as are compared": ("ab\n" * 480, "ba\n" * 500),
    "lines of words": (("a b c d " * 200 + "\n") * 150, ("b d a c " * 200 + "\n") * 150),
    "as long as are compared": (("x" * 180 + "y\n") * 500, ("y" * 180 + "x\n") * 500),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", LARGE)
def test_difflib_compares_a_bounded_number_of_pairs_in_a_mebibyte(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pairs = list[int]()

    class Counting(SequenceMatcher[str]):
        def __init__(self, junk: None, old: Sequence[str], new: Sequence[str], *, autojunk: bool) -> None:
            pairs.append(len(old) * len(new))
            super().__init__(junk, old, new, autojunk=autojunk)

    monkeypatch.setattr(line_diff_module, "SequenceMatcher", Counting)
    before, after = LARGE[name]
    assert sides(line_diff(before, after)) == (before, after)
    assert sum(pairs) < 10_000_000, "difflib alone would compare up to 10 ** 12"


def test_each_word_that_differs_in_a_long_line_is_marked() -> None:
    before = ", ".join(f'"robot-{number}": "made-up-{number}"' for number in range(40))
    after = before.replace('made-up-3"', 'made-up-x"').replace("made-up-30", "made-up-y")
    rows = drawn(before, after)
    assert [row.count("[") for row in rows if row.startswith("-")] == [1, 1]
    assert "[3]" in rows[1] and "[30]" in rows[3] and rows[2].endswith("character")


def test_the_repr_of_a_line_shows_none_of_it() -> None:
    assert "made-up" not in repr(line_diff("made-up-1\n", "made-up-2\n"))


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        ("A\nb\nc\nd\n", "a\nb\nc\nD\n", "A\nb\nc\nD\n"),
        ("a\nb\nc\nd", "a\nb\nc\nd\n", "a\nb\nc\nd"),
        ("b\nc\nd\n", "a\nb\nc\nd\ne\n", "b\nc\nd\ne\n"),
        ("a\nX\nb\nc\nd\n", "a\nX\nb\nc\nD\n", "a\nX\nb\nc\nD\n"),
        ("a\nB\nc\nd\n", "a\nB2\nc\nd\n", None),
        ("a\nB\nc\nd\n", "a\nb\nC\nd\n", None),
        ("a\nb\nc\nd\nmine", "a\nb\nc\nd\ntheirs", None),
    ],
)
def test_changes_of_different_lines_are_merged(one: str, other: str, both: str | None) -> None:
    assert both_changes("a\nb\nc\nd\n", one, other) == both
    assert both_changes("a\nb\nc\nd\n", other, one) == both


@given(texts, texts)
def test_a_change_of_one_side_alone_is_the_merged_text(before: str, after: str) -> None:
    assert both_changes(before, before, after) == both_changes(before, after, after) == after
