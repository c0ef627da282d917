"""Bytes through a text editor: they stay the same, or are refused with a reason."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tui.model.draft.editor_text import (
    EditText,
    exact_bytes,
    keep_problem,
    parse_hex,
    paste_problem,
    to_edit,
)

PIECES = st.sampled_from(
    [b"a", b"\n", b"\r", b"\r\n", b"\t", b" ", b"\xef\xbb\xbf", "ä漢".encode(), b"\xff", b"\x00", b"\x0c"]
    + [text.encode() for text in "\x0b\x1c\x1d\x1e\x85\u2028\u2029\x1b\x7f\x9b\u202e\u0301"]
)
DATA = st.one_of(st.binary(max_size=40), st.lists(PIECES, max_size=12).map(b"".join))


@given(DATA)
def test_an_editor_returns_the_same_bytes_or_the_value_is_refused_with_a_reason(data: bytes) -> None:
    reason = keep_problem(data)
    if reason is not None:
        with pytest.raises(ValueError, match=r"This value|These bytes"):
            to_edit(data)
        return
    edit = to_edit(data)
    assert exact_bytes(edit.text, edit.line_end, edit.final_newline, edit.bom) == data
    # What the editor shows has only the line breaks that it keeps.
    assert edit.text.split("\n") == (edit.text + "\n").splitlines()
    assert "\r" not in edit.text


@pytest.mark.slow
@given(DATA, st.sampled_from(["\n", "\r\n", "\r"]), st.booleans())
def test_a_typed_text_is_turned_into_bytes_with_the_given_line_endings(
    data: bytes, line_end: str, final: bool
) -> None:
    assume(keep_problem(data) is None and not data.startswith(b"\xef\xbb\xbf"))
    typed = to_edit(data).text
    made = exact_bytes(typed, line_end, final, False)
    assert made.decode().removesuffix(line_end if final else "").replace(line_end, "\n") == typed


@pytest.mark.parametrize(
    ("data", "edit"),
    [
        (b"", EditText("", "\n", False, False)),
        (b"\n", EditText("", "\n", True, False)),
        (b"admin\n", EditText("admin", "\n", True, False)),
        (b"a\n\n", EditText("a\n", "\n", True, False)),
        (b"a\r\nb", EditText("a\nb", "\r\n", False, False)),
        (b"a\rb\r", EditText("a\nb", "\r", True, False)),
        (b"\xef\xbb\xbfa\n", EditText("a", "\n", True, True)),
        (b"\xef\xbb\xbf\xef\xbb\xbf", EditText("\ufeff", "\n", False, True)),
    ],
)
def test_line_endings_byte_order_mark_and_final_break_are_recognized(data: bytes, edit: EditText) -> None:
    assert to_edit(data) == edit
    assert exact_bytes(edit.text, edit.line_end, edit.final_newline, edit.bom) == data


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"\xff\xfe", "not UTF-8"),
        (b"a\nb\r\n", "mixes"),
        (b"a\x00b", "control"),
        (b"\x1b[31m", "control"),
        ("\x9b".encode(), "control"),
        *((f"a{char}b".encode(), "line breaks") for char in "\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"),
    ],
)
def test_bytes_that_an_editor_cannot_keep_are_refused(data: bytes, why: str) -> None:
    assert why in (keep_problem(data) or "")


@pytest.mark.parametrize("text", ["a\r\nb\rc\n", "", "tab\t", "漢\u202e"])
def test_text_with_tabs_and_any_line_endings_may_be_pasted(text: str) -> None:
    assert paste_problem(text) is None


@pytest.mark.parametrize("text", ["\x00", "\x0c", "\u2028", "\x1b", "\ud800", "\x85"])
def test_text_with_characters_that_an_editor_cannot_keep_is_not_pasted(text: str) -> None:
    assert (paste_problem(text) or "").startswith("Not pasted:")


def test_lone_surrogates_are_refused_without_being_quoted() -> None:
    with pytest.raises(ValueError, match="lone surrogates") as raised:
        exact_bytes("marker\ud800", "\n", False, False)
    assert "marker" not in str(raised.value) and raised.value.__cause__ is None
    assert raised.value.__suppress_context__


@pytest.mark.parametrize(
    ("text", "data"), [("", b""), ("00ff", b"\x00\xff"), ("00 FF\n0a", b"\x00\xff\n"), ("\t41  42 ", b"AB")]
)
def test_bytes_can_be_typed_in_hex(text: str, data: bytes) -> None:
    assert parse_hex(text) == data


@pytest.mark.parametrize(
    ("text", "why"),
    [("0", "half a byte"), ("00\n4x", "Line 2"), ("0x41", "not a hex"), ("١١", "not a")],
)
def test_text_that_is_no_hex_is_refused_without_being_quoted(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why) as raised:
        parse_hex(text)
    assert text not in str(raised.value)


def test_the_repr_of_an_edited_text_shows_none_of_it() -> None:
    assert "admin" not in repr(to_edit(b"admin"))
