"""Is this the value? Four answers; none of them tells where a difference is, or how long anything."""

from __future__ import annotations

import json
from base64 import b64encode, encodebytes, urlsafe_b64encode
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.model.secret.compare import Likeness, forms_of, holding_leaf, holds, likeness
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


@given(
    st.text(st.characters(codec="utf-8"), min_size=6, max_size=90),
    st.binary(max_size=60),
    st.binary(max_size=60),
)
def test_a_text_is_found_in_base64_wherever_it_stands_in_it(text: str, before: bytes, after: bytes) -> None:
    held = before + text.encode() + after
    for encoded in (b64encode(held), encodebytes(held), urlsafe_b64encode(held).rstrip(b"=")):
        assert holds(Value(b'{"a": "' + encoded + b'"}'), forms_of(text))


@given(
    st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=6, max_size=20),
    st.binary(max_size=400),
)
def test_a_text_is_not_found_in_base64_of_others(text: str, others: bytes) -> None:
    data = b64encode(others)
    if text.encode() not in others + data:
        assert not holds(Value(data), forms_of(text))


@pytest.mark.parametrize("before", [b"", b"a", b"ab", b"abc"])
def test_a_text_that_differs_by_a_bit_is_not_found_in_base64(before: bytes) -> None:
    for other in (b"made-up-2", b"lade-up-1", b"made-uq-1"):
        assert not holds(Value(b64encode(before + other + b"x")), forms_of("made-up-1"))


LOGIN: Final = json.dumps({"user": "ann", "password": "made/up-1"})
PLACES: Final = {
    ("password", "made/up-1"): "",
    ("a.json", json.dumps({"db": {"password": "made/up-1"}})): "db.password",
    ("a.json", json.dumps({"db": b64encode(LOGIN.encode()).decode(), "port": 1})): "db.password",
    ("url", "postgres://ann:made%2Fup-1@db.test/x?password=made%2Fup-1"): "password +1",
    ("a.yaml", "# made/up-1\na: b\n"): "",
}


@pytest.mark.parametrize("held", PLACES, ids=lambda held: held[0])
def test_the_innermost_leaf_that_holds_a_text_is_named(held: tuple[str, str]) -> None:
    key, text = held
    value, forms = Value(text.encode()), forms_of("made/up-1")
    assert holds(value, forms)
    assert holding_leaf(key, value, forms) == PLACES[held]
