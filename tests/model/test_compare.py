"""Answers to “is this the value?”: four, none of which shows where a difference is, or how long anything."""

from __future__ import annotations

import json
from base64 import b64encode, encodebytes, urlsafe_b64encode
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.model.secret.compare import Likeness, TextOccurrence, forms_of, holding, holds, likeness
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
def test_each_pair_of_held_and_typed_text_has_its_answer(held: bytes, typed: str, answer: Likeness) -> None:
    assert likeness(Value(held), typed) == answer


@given(texts, texts)
def test_same_means_the_same_bytes(held: str, typed: str) -> None:
    assert (likeness(Value(held.encode()), typed) == "same") == (held.encode() == typed.encode())


@given(texts.filter(lambda text: not text.endswith("\n")))
def test_a_difference_of_one_final_line_break_is_called_that(text: str) -> None:
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
def test_a_text_is_found_in_base64_at_any_offset(text: str, before: bytes, after: bytes) -> None:
    held = before + text.encode() + after
    for encoded in (b64encode(held), encodebytes(held), urlsafe_b64encode(held).rstrip(b"=")):
        assert holds(Value(b'{"a": "' + encoded + b'"}'), forms_of(text))


@given(
    st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=6, max_size=20),
    st.binary(max_size=400),
)
def test_a_text_is_not_found_in_base64_of_other_bytes(text: str, others: bytes) -> None:
    data = b64encode(others)
    if text.encode() not in others + data:
        assert not holds(Value(data), forms_of(text))


@pytest.mark.parametrize("before", [b"", b"a", b"ab", b"abc"])
def test_a_text_that_differs_by_a_bit_is_not_found_in_base64(before: bytes) -> None:
    for other in (b"made-up-2", b"lade-up-1", b"made-uq-1"):
        assert not holds(Value(b64encode(before + other + b"x")), forms_of("made-up-1"))


TOKEN: Final = "made/up-1"
LOGIN: Final = json.dumps({"user": "ann", "password": TOKEN})
AUTH: Final = b64encode(f"ann:{TOKEN}".encode()).decode()
DOCKER: Final = json.dumps({"auths": {"ghcr.io": {"auth": AUTH}}})
HOLDINGS: Final = (
    ("password", TOKEN, "password", "whole value"),
    ("password", f"{TOKEN}\r\n", "password", "whole value"),
    ("note", f"the token is {TOKEN}.", "note", "part of the value"),
    ("token", b64encode(TOKEN.encode()).decode(), "token", "in base64, whole value"),
    ("token", b64encode(f"{TOKEN}\n".encode()).decode(), "token", "in base64, whole value"),
    ("note", b64encode(f"the token is {TOKEN}.".encode()).decode(), "note", "in base64, part of the value"),
    ("a.json", json.dumps({"db": {"password": TOKEN}}), "a.json db.password", "db.password of the JSON"),
    (
        *("a.json", json.dumps({"db": b64encode(LOGIN.encode()).decode(), "port": 1})),
        *("a.json db.password", "in base64, db.password of the JSON"),
    ),
    (
        *("url", "postgres://ann:made%2Fup-1@db.test/x?password=made%2fup-1"),
        *("url password +1", "percent-encoded, password +1 of the postgres URL"),
    ),
    ("url", "https://db.test/?t=made%2Fup-1", "url query.t", "percent-encoded, query.t of the https URL"),
    (
        "config",
        DOCKER,
        *["config auths.ghcr.io.password", "in base64, auths.ghcr.io.password of the docker config"],
    ),
    ("app.env", f"PORT=1\nTOKEN={TOKEN}\n", "app.env TOKEN", "TOKEN of the .env"),
    ("a.yaml", "# made/up-1\na: b\n", "a.yaml", "part of the value"),
)


@pytest.mark.parametrize(("key", "text", "place", "words"), HOLDINGS)
def test_a_match_says_how_the_value_holds_the_text(key: str, text: str, place: str, words: str) -> None:
    value, forms = Value(text.encode()), forms_of(TOKEN)
    assert holds(value, forms)
    held = holding(key, value, forms)
    assert (held.place, held.words) == (place, words)
    assert TOKEN not in repr(held)
    kinds_alone = holding(key, value, forms, names_leaf=False)
    assert (kinds_alone.path, kinds_alone.kind) == ("", "")


@pytest.mark.parametrize(
    ("held", "typed"),
    [
        (r'{"a": "say \"made-up\""}', 'say "made-up"'),
        (r'{"a": "m\u00e4de-up"}', "m\u00e4de-up"),
        (r'{"a": "made\u0026up\u003c1"}', "made&up<1"),
        (r'{"a": "made\/up"}', "made/up"),
    ],
)
def test_a_text_that_json_escapes_is_reported_as_escaped(held: str, typed: str) -> None:
    value, forms = Value(held.encode()), forms_of(typed)
    assert holds(value, forms)
    assert holding("k", value, forms).words == "escaped, a of the JSON"


def test_a_text_that_is_base64_itself_is_found_decoded_too() -> None:
    typed = b64encode(b"made-up-password\n").decode()
    for data, words in (
        (b"made-up-password", "decoded from base64, whole value"),
        (b"postgres://a:made-up-password@db/x", "decoded from base64, password of the postgres URL"),
        (typed.encode(), "whole value"),
        (b"a " + typed.encode(), "part of the value"),
    ):
        assert holds(Value(data), forms_of(typed))
        assert holding("k", Value(data), forms_of(typed)).words == words


def test_a_text_that_is_base64_of_no_text_is_searched_for_only_as_it_is() -> None:
    for typed in ("made-up-1", "c2hvcnQ=", "AAECAwQFBgcICQ==", "password"):
        assert forms_of(typed).decoded == ()


def test_a_text_with_other_line_endings_is_the_whole_value() -> None:
    assert holding("k", Value(b"a\r\nmade-up\r\n"), forms_of("a\nmade-up")) == TextOccurrence(
        "k", is_whole=True
    )
