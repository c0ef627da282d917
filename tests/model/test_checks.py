"""Warnings for a value that lost its format: its key and the number of a line, with nothing of the value."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.certificates import made_up_chain
from tests.expensive_values import BOMBS
from tests.model.test_formats import key_pem
from tui.model.secret.formats.registry import changed_problem
from tui.model.secret.value import Value

LEAF, ISSUER, _, KEY = (text.encode() for text in made_up_chain())
SECOND = len(LEAF.splitlines()) + 1
DOCKER = b'{"auths": {"one.test": {"username": "ann", "password": "made-up-1"}}}'
YAML = b"user: ann\nports:\n  - 1\n  - 2\n"


def warning_words(key: str, before: bytes, after: bytes) -> str:
    flaw = changed_problem(key, Value(before), Value(after))
    return flaw.words if flaw is not None else ""


def _short(value: object) -> str:
    """Shorten a test id, since certificates and keys are different in each process."""
    return ascii(value)[:12]


@pytest.mark.parametrize(
    ("key", "before", "after", "sentence"),
    [
        (
            "config.json",
            b'{"a": 1}',
            b'{\n "a": 1\n "b": 2\n}',
            "config.json was valid JSON; now it is not (line 3).",
        ),
        ("any", b"[1, 2]\n", b"[1, 2\n", "any was valid JSON; now it is not (line 1)."),
        (
            "app.yaml",
            YAML,
            YAML.replace(b"  - 2", b" - 2"),
            "app.yaml was valid YAML; now it is not (line 4).",
        ),
        ("any", YAML, YAML.replace(b":", b""), "any was valid YAML; now it is plain text."),
        (
            "tls.crt",
            LEAF + ISSUER,
            (LEAF + ISSUER)[:-20],
            f"tls.crt was PEM; now it is cut short: a block has no END line (line {SECOND}).",
        ),
        (
            "tls.crt",
            LEAF,
            LEAF.replace(LEAF.splitlines()[1][10:30], b""),
            "tls.crt was PEM; now it has a certificate that cannot be read.",
        ),
        (
            ".dockerconfigjson",
            DOCKER,
            DOCKER[:-1],
            ".dockerconfigjson was a docker config; now it is not (line 1).",
        ),
        (
            ".dockerconfigjson",
            DOCKER,
            b"{}",
            ".dockerconfigjson was a docker config; now it has no registry login.",
        ),
        ("URL", b"postgres://a:made-up@db/app\n", b"rAnD0m", "URL was a URL; now it is not."),
        ("URL", b"jdbc:postgresql://db/app", b"db/app", "URL was a URL; now it is not."),
        ("password", b"made-up-1", b"made-up-1\n", "Only whitespace changed in password."),
        ("password", b"made up-1", b"madeup-1", "Only whitespace changed in password."),
    ],
    ids=_short,
)
def test_a_value_that_lost_its_format_or_changed_only_in_whitespace_has_a_warning(
    key: str, before: bytes, after: bytes, sentence: str
) -> None:
    assert warning_words(key, before, after) == sentence


@pytest.mark.parametrize(
    ("key", "before", "after"),
    [
        ("password", b"user: ann", b"made up"),
        ("password", b"made-up-1", b"made-up-2"),
        ("any", b'{"a": 1}', b'{"a": 2}'),
        ("any", b"plain\ntext\n", b"other: [\n"),
        ("URL", b"postgres://a:made-up@db/app", b"https://example.test/"),
        ("URL", b"see https://example.test/", b"made up"),
        ("tls.crt", LEAF, LEAF + ISSUER),
        ("tls.key", KEY, key_pem(3, b"made-up-1")),
        (".dockerconfigjson", DOCKER, DOCKER.replace(b"ann", b"bob")),
        ("bytes", b"\xff\x00", b"\xff\x00\n"),
    ],
    ids=_short,
)
def test_a_value_that_keeps_its_format_or_never_had_one_has_no_warning(
    key: str, before: bytes, after: bytes
) -> None:
    assert warning_words(key, before, after) == ""


@given(
    st.text(min_size=12, max_size=60),
    st.sampled_from([YAML, LEAF, DOCKER, b'{"a": 1}', b"db://made-up", b"made-up-1"]),
)
def test_no_sentence_holds_a_part_of_a_value(text: str, before: bytes) -> None:
    marker = "m4rker" + text
    for key in ("any", "a.json", "a.yaml", ".dockerconfigjson", "tls.crt"):
        sentence = warning_words(key, before, marker.encode("utf-8", "replace"))
        assert "m4rker" not in sentence and text not in sentence.removeprefix(key)


@pytest.mark.slow
@pytest.mark.parametrize("name", BOMBS)
def test_the_check_of_a_bomb_comes_to_an_end(name: str) -> None:
    _, bomb = BOMBS[name]
    for before in (YAML, json.dumps([1]).encode(), LEAF, DOCKER):
        for data in (bomb[:200_000], b"[" * 200_000, b"- " * 100_000, b"a: &a [*a]\n"):
            warning_words("a.yaml", before, data)
            warning_words("a.json", data, before)
