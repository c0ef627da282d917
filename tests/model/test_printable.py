"""Only printable characters come out, of a known width, and each output belongs to exactly one input."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tui.model.text.printable import (
    RunKind,
    ascii_only,
    cut_end,
    cut_middle,
    pad,
    printable,
    printable_bytes,
    runs,
    width,
)

PICTURES = {chr(0x2400 + code): chr(code) for code in range(0x20) if code not in (9, 10)} | {
    "⏎": "\n",
    "⇥": "\t",
    "␡": "\x7f",
}
NASTY = st.sampled_from(
    "\x00\x07\x1b\x7f\x85\x9b\n\r\t\xa0\xad‹›⏎␍⇥␀␛␡\u0301\u0302\u200b\u200d\u202e\u2066\u2028\u3000\u3164\u115f"
    "\u1160\uffa0\u2800\u034f\ufe0f\U000e0100\ufeff\ud800\udc80\udcff\ue000\U000e0041"
    "é漢👩🏽\u1100\u1161\u0e33U+0x \\u0"
)
TEXTS = st.text(st.one_of(NASTY, st.characters(exclude_categories=())), max_size=30)


def read_back(drawn: str) -> str:
    """Recover a text from its drawing: this proves that the stand-ins are injective."""

    def one(found: re.Match[str]) -> str:
        if found[1]:
            return chr(int(found[1], 16))
        if found[2]:
            return chr(0xDC00 + int(found[2], 16))
        return PICTURES[found[0]]

    return re.sub(f"‹U\\+([0-9A-F]+)›|‹x([0-9A-F]{{2}})›|[{''.join(PICTURES)}]", one, drawn)


@given(TEXTS)
def test_only_printable_characters_come_out(text: str) -> None:
    drawn = printable(text)
    assert drawn.isprintable()
    assert not re.search("[\u3164\u115f\u1160\uffa0\u2800\ufe00-\ufe0f\U000e0100-\U000e01ef\u034f]", drawn)


@given(TEXTS)
def test_two_texts_never_look_alike(text: str) -> None:
    assert read_back(printable(text)) == text


@given(st.binary(max_size=30))
def test_two_values_never_look_alike(data: bytes) -> None:
    assert read_back(printable_bytes(data)).encode("utf-8", "surrogateescape") == data


@given(TEXTS)
def test_runs_make_up_the_whole_text(text: str) -> None:
    found = runs(text)
    assert "".join(run.text for run in found) == text
    assert "".join(run.stand_in for run in found) == printable(text)
    assert all(run.stand_in == run.text for run in found if run.kind is RunKind.PLAIN)
    assert all(run.text in ("\n", "\r", "\r\n") for run in found if run.kind is RunKind.NEWLINE)
    kinds = [run.kind for run in found if run.kind is not RunKind.NEWLINE]
    assert all(run.text for run in found) and len(kinds) <= len(text)


@given(TEXTS)
def test_width_is_what_the_screen_counts(text: str) -> None:
    drawn = printable(text)
    assert width(drawn) == cell_len(drawn)
    assert width(drawn[:1]) != 0 or not drawn


@pytest.mark.parametrize(
    ("text", "kind", "drawn"),
    [
        ("\n", RunKind.NEWLINE, "⏎"),
        ("\r\n", RunKind.NEWLINE, "␍⏎"),
        ("\t", RunKind.TAB, "⇥"),
        ("\x1b", RunKind.CONTROL, "␛"),
        ("\udcff", RunKind.CONTROL, "‹xFF›"),
        ("\ud800", RunKind.CONTROL, "‹U+D800›"),
        ("⏎", RunKind.CONTROL, "‹U+23CE›"),
        ("\u2028", RunKind.BLANK, "‹U+2028›"),
        ("\u200b", RunKind.INVISIBLE, "‹U+200B›"),
        ("\u3164", RunKind.INVISIBLE, "‹U+3164›"),
        ("\u0301", RunKind.INVISIBLE, "‹U+0301›"),
        ("\u202e", RunKind.BIDI, "‹U+202E›"),
        ("漢é ", RunKind.PLAIN, "漢é "),
    ],
)
def test_each_kind_has_its_stand_in(text: str, kind: RunKind, drawn: str) -> None:
    assert [tuple(run) for run in runs(text)] == [(kind, text, drawn)]


def test_two_combining_marks_stay_and_the_third_is_shown() -> None:
    assert printable("e\u0301\u0302") == "e\u0301\u0302"
    assert printable("e\u0301\u0302\u0303\u0304f") == "e\u0301\u0302‹U+0303›‹U+0304›f"


def test_a_joined_emoji_is_drawn_part_by_part() -> None:
    assert printable("👩\u200d👧") == "👩‹U+200D›👧"


def test_a_long_value_is_drawn() -> None:
    for unit in ("a", "é\u0301", "\x00x", "\u0378"):
        assert read_back(printable(unit * 100_000)) == unit * 100_000


@given(TEXTS, st.integers(-1, 40))
def test_a_cut_text_fits_and_is_whole_where_it_may(text: str, cells: int) -> None:
    drawn = printable(text)
    for cut in (cut_end(drawn, cells), cut_middle(drawn, cells)):
        assert cell_len(cut) <= max(cells, 0)
        assert (cut == drawn) == (cell_len(drawn) <= cells) or drawn == cut == ""
        if cut and cut != drawn:
            start, _, end = cut.partition("…") if "…" not in drawn else (drawn, "", "")
            assert drawn.startswith(start) and drawn.endswith(end)
            assert not end or cell_len(end[0])
            # One cell may stay empty on each side, where a wide character would not have fitted.
            assert cell_len(cut) >= cells - 2 or "…" in drawn
    assert cell_len(pad(drawn, max(cells, 0))) == max(cells, 0)


def test_a_mark_is_never_cut_from_its_base() -> None:
    assert cut_middle("abcd漢\u0301", 3) == "a…"
    assert cut_middle("abcd漢\u0301", 5) == "ab…漢\u0301"
    assert cut_end("e\u0301bcd", 2) == "e\u0301…"


@given(
    st.text(st.one_of(st.sampled_from("\\uU0041fр\n "), st.characters(exclude_categories=())), max_size=20)
)
def test_names_in_ascii_never_look_alike(name: str) -> None:
    drawn = ascii_only(name)
    assert drawn.isascii() and drawn.isprintable()
    escape = r"\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})"
    assert re.sub(escape, lambda found: chr(int(found[1] or found[2], 16)), drawn) == name


def test_a_cyrillic_prod_does_not_pass() -> None:
    assert ascii_only("рrod") == "\\u0440rod"
    assert ascii_only("\\u0440rod") == "\\u005cu0440rod"
    assert ascii_only("EXAMPLE\\user") == "EXAMPLE\\user"
    assert ascii_only("👍\x1b") == "\\U0001f44d\\u001b"
