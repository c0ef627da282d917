"""A Value shows nothing by itself, and its facts contain only what is public."""

from __future__ import annotations

import copy
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.pretty import pretty_repr

from tui.model.secret.formats.registry import describe, kind_of
from tui.model.secret.secret import Secret, SecretRef, SecretSummary
from tui.model.secret.types.registry import type_word
from tui.model.secret.value import MASK, Facts, Value, facts, size_text

MARKER = b"marker-4711"


def test_a_value_is_never_shown_by_itself() -> None:
    value = Value(MARKER)
    console = Console(width=80, color_system=None)
    with console.capture() as capture:
        console.print(value, [value], {"a": value})
    shown = [repr(value), str(value), f"{value} {value!r} {value:>20}", "%s" % value, pretty_repr([value])]  # noqa: UP031
    assert "marker" not in "".join(shown) + capture.get() and "4711" not in "".join(shown) + capture.get()
    assert MASK in repr(value)


def test_a_value_cannot_be_copied_pickled_or_hashed() -> None:
    for carry in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="cannot be copied or pickled"):
            carry(Value(MARKER))
    with pytest.raises(TypeError):
        hash(Value(MARKER))


@given(st.binary(), st.binary())
def test_values_are_equal_if_their_bytes_are(one: bytes, other: bytes) -> None:
    assert Value(one).reveal() == one and Value(one).size == len(one)
    assert (Value(one) == Value(other)) == (one == other)
    assert Value(one) != one


def test_a_secret_shows_only_its_name() -> None:
    secret = Secret(SecretRef("default", "mysecret"), "u", "1", "Opaque", {"key": Value(MARKER)})
    assert repr(secret) == "<Secret default/mysecret>"
    summary = SecretSummary(secret.ref, "u", "1", "helm.sh/release.v1", 1, None)
    assert summary.key == str(secret.ref) == "default/mysecret" and summary.is_helm_release


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"", Facts(0, True, 0, None, False, False, False, True)),
        (b"admin", Facts(5, True, 1, None, False, False, False, True)),
        (b"a\nb\n", Facts(4, True, 2, "\n", True, False, False, True)),
        (b"a\r\nb", Facts(4, True, 2, "\r\n", False, False, False, True)),
        (b"a\nb\r\n", Facts(5, True, 2, "mixed", True, False, False, True)),
        (b"a \n", Facts(3, True, 1, "\n", True, False, True, True)),
        (b"\xef\xbb\xbfa", Facts(4, True, 1, None, False, True, False, True)),
        (b"\x00\xff", Facts(2, False, 0, None, False, False, False, False)),
        (b"a\x1b", Facts(2, False, 0, None, False, False, False, True)),
    ],
)
def test_the_facts_of_a_value_are_its_size_lines_and_line_endings(data: bytes, found: Facts) -> None:
    assert facts(Value(data)) == found


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"-----BEGIN CERTIFICATE-----\r\nAAAA", "PEM certificate"),
        (b"\n-----BEGIN RSA PRIVATE KEY-----\nAAAA", "PEM private key"),
        (b"-----BEGIN X-----\nAAAA", "PEM"),
        (b"\x1f\x8b\x08\xff", "binary (gzip)"),
        (b"\x30\x82\x01\x02", "binary (DER or PKCS#12)"),
        (b"", "empty"),
        (b"made-up-1", "text"),
        (b"\x00\xff", "binary"),
        (b"a\x1b", "text with control characters"),
    ],
)
def test_each_kind_of_value_has_its_words(data: bytes, kind: str) -> None:
    assert kind_of(Value(data)) == kind


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 B"),
        (1000, "1.0 kB"),
        (999_949, "999.9 kB"),
        (999_950, "1.0 MB"),
    ],
)
def test_sizes_are_shown_in_decimal_units(size: int, text: str) -> None:
    assert size_text(size) == text


def test_secret_types_have_short_words() -> None:
    assert type_word("kubernetes.io/tls") == "TLS"
    assert type_word("example.com/x") == "example.com/x"
    assert type_word("") == type_word("Opaque") == "Opaque"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "0 B, empty"),
        (b"x" * 24, "24 B, one line, no final line break"),
        (b"x\n", "2 B, one line, final line break"),
        (b"x\r\ny\r\n", "6 B, 2 lines, CRLF line endings, final line break"),
        (b"\xef\xbb\xbfx", "4 B, one line, byte order mark, no final line break"),
        (b"\xff" * 3100, "3.1 kB, binary"),
    ],
)
def test_a_value_is_described_without_showing_it(data: bytes, words: str) -> None:
    assert describe(data) == words
