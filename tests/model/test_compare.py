"""Is this the value? Four answers; none of them tells where a difference is, or how long anything."""

from __future__ import annotations

from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.model.secret.compare import Likeness, forms_of, holds, likeness
from tui.model.secret.value import Value

texts = st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=40)

PAIRS: Final[dict[Likeness, tuple[tuple[bytes, str], ...]]] = {
    "same": ((b"pw", "pw"), (b"", ""), (b"a\r\nb\r\n", "a\nb\n"), (b"a\rb", "a\nb"), ("é".encode(), "é")),
    "final line break": ((b"pw\n", "pw"), (b"pw", "pw\n"), (b"a\r\nb\r\n", "a\nb"), (b"\n", "")),
    "look-alikes": (
        (b"Passw0rd", "PASSWORD"),
        (b"l1I|", "Illi"),
        ("рrod".encode(), "prod"),
        ("В".encode(), "в"),
        ("\u2018a\u2013b\u2019".encode(), "'a-b'"),
        ("\ufeffpw".encode(), "pw"),
        ("\uff50\uff57".encode(), "pw"),
        ("straße".encode(), "STRASSE"),
        ("e\u0301".encode(), "\u00e9"),
    ),
    "different": (
        (b"pw", "pv"),
        (b"pw", ""),
        (b"pw", "pw\n\n"),
        (b"rn", "m"),
        (b"\xff", "\u00ff"),
        (b"a\r\nb\nc", "a\nb\nc"),
    ),
}
ROWS: Final = [(held, typed, answer) for answer, rows in PAIRS.items() for held, typed in rows]


@pytest.mark.parametrize(("held", "typed", "answer"), ROWS)
def test_each_pair_has_its_answer(held: bytes, typed: str, answer: Likeness) -> None:
    assert likeness(Value(held), typed) == answer


@given(texts, texts)
def test_same_means_the_same_bytes(held: str, typed: str) -> None:
    assert (likeness(Value(held.encode()), typed) == "same") == (held.encode() == typed.encode())


@given(texts.filter(lambda text: not text.endswith("\n")))
def test_one_line_break_at_the_end_is_told_as_such(text: str) -> None:
    assert likeness(Value(text.encode() + b"\n"), text) == "final line break"
    assert likeness(Value(text.encode()), text + "\n") == "final line break"
    assert likeness(Value(text.encode() + b"\n\n"), text) == "different"


@pytest.mark.parametrize("held", [b"a://b:p%40s%2Fs!@c", b"a://b:p%40s%2fs%21@c", b"p@s/s!", b"p%40s%2Fs%21"])
def test_a_password_is_found_however_it_is_percent_encoded(held: bytes) -> None:
    assert holds(Value(held), forms_of("p@s/s!"))
