"""Sentences that begin with a word of ours have a capital letter; the name of a key stays as it is."""

from __future__ import annotations

import pytest

from tui.model.text.counts import sentence_case


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("the certificate expired", "The certificate expired"),
        ("tls.key does not match", "tls.key does not match"),
        ("web/db is missing", "web/db is missing"),
        ("", ""),
    ],
)
def test_a_sentence_begins_with_a_capital_unless_a_key_or_place_begins_it(words: str, sentence: str) -> None:
    assert sentence_case(words) == sentence
