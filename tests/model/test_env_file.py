"""The keys of a .env file, as python-dotenv reads them without interpolation."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.model.test_export import NAMES, VALUES, secret
from tui.model.draft.env_file import EnvProblem, is_env_name, read_env
from tui.model.secret.export import UnsupportedKeys, as_env
from tui.model.secret.validation import key_problem


def read(text: str | bytes) -> dict[str, bytes]:
    data = text if isinstance(text, bytes) else text.encode()
    return {key: value.reveal() for key, value in read_env(data).items()}


@pytest.mark.slow
@given(st.dictionaries(NAMES.filter(lambda key: key_problem(key) is None), VALUES, max_size=5))
def test_every_exported_env_file_is_read_back_unchanged(data: dict[str, bytes]) -> None:
    try:
        text = as_env(secret(data))
    except UnsupportedKeys as some:
        text = some.rest
    if text:
        found = read(text)
        assert found == {key: data[key] for key in found}


def test_quotes_export_comments_and_values_of_several_lines_are_read() -> None:
    text = """# made up
export A=plain # comment
B='it\\'s $A'
C="two\\nlines"
D="-----BEGIN
END-----"
E=
F=${A}#x

db.password = spaced
"""
    assert read("\ufeff" + text) == {
        "A": b"plain",
        "B": b"it's $A",
        "C": b"two\nlines",
        "D": b"-----BEGIN\nEND-----",
        "E": b"",
        "F": b"${A}#x",
        "db.password": b"spaced",
    }
    assert read(text.replace("\n", "\r\n")) == read(text), "as a file that is opened as text"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("A=1\n\n# x\nmade-up-value\n", "Line 4 is not KEY=VALUE."),
        ('A=1\nB="made-up-value\nC=2\n', "Line 2 is not KEY=VALUE, or its quote is not closed."),
        ("A='x' made-up-value\n", "Line 1 is not KEY=VALUE, or its quote is not closed."),
        ("A=1\nB=2\n\n\nA=made-up-value\n", "Line 5: the key A occurs twice."),
        ("a/b=made-up-value\n", "Line 1: A key has only letters, digits, dots, - and _."),
        ("..a=made-up-value\n", "Line 1: A key cannot start with “..”."),
        ("# only\n", "The file has no keys."),
        (b"A=1\nB=\xff\n", "Line 2 is not UTF-8."),
    ],
)
def test_a_fault_in_an_env_file_is_reported_with_its_line_and_no_value(
    text: str | bytes, sentence: str
) -> None:
    with pytest.raises(EnvProblem) as caught:
        read(text)
    assert str(caught.value) == sentence


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_with_a_sentence(text: str) -> None:
    try:
        read(text.encode("utf-8", "replace"))
    except EnvProblem as error:
        assert str(error)


def test_an_env_file_is_recognized_by_its_name() -> None:
    assert all(map(is_env_name, (".env", "app.env", ".env.local")))
    assert not any(map(is_env_name, ("env", "app.envx", "environment", "a.env.txt")))
