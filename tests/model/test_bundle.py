"""Certificates and a key in one text, in any order."""

from __future__ import annotations

from itertools import permutations

import pytest

from tests.certificates import made_up_chain
from tui.model.secret.formats.certificate_chain import bundle, typed_key_words, typed_pair_words
from tui.model.secret.formats.limits import MAX_INPUT


def test_any_order_becomes_the_chain_and_its_key() -> None:
    *chain, key = made_up_chain()
    for order in permutations([*chain, key]):
        found = bundle(("\n# made up\n".join(order)).encode())
        assert found is not None
        assert (found.chain, found.key) == ("".join(chain).encode(), key.encode())
        assert (found.count, found.is_pair) == (3, True)


def test_windows_line_ends_stay_alike_on_every_line() -> None:
    leaf, issuer, root, key = (part.encode().replace(b"\n", b"\r\n") for part in made_up_chain())
    found = bundle(key + root + issuer + leaf.rstrip())
    assert found is not None and (found.chain, found.key) == (leaf + issuer + root, key)


def test_certificates_that_do_not_follow_stand_at_the_end_as_they_came() -> None:
    leaf, _, root, key = made_up_chain()
    other = made_up_chain()[2]
    found = bundle((root + other + leaf + key).encode())
    assert found is not None and found.chain == (leaf + root + other).encode()


def test_a_key_of_another_or_an_unreadable_one() -> None:
    leaf, *_ = made_up_chain()
    other = made_up_chain()[3]
    found = bundle((other + leaf).encode())
    assert found is not None and found.is_pair is False
    cut = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nbWFkZSB1cA==\n-----END ENCRYPTED PRIVATE KEY-----\n"
    found = bundle((leaf + cut).encode())
    assert found is not None and found.is_pair is None


def test_what_is_not_both_is_no_bundle() -> None:
    leaf, issuer, _, key = made_up_chain()
    for text in ("", "made up", leaf, leaf + issuer, key, key + key + leaf, leaf + key[:-30]):
        assert bundle(text.encode()) is None
    assert bundle((leaf + key).encode() + bytes(300_000)) is None


@pytest.mark.timeout(20)
def test_first_lines_without_a_last_one_are_read_without_going_back() -> None:
    """It took a minute."""
    assert bundle(b"-----BEGIN CERTIFICATE-----\n" * 9_000) is None


def test_typed_text_over_the_limit_is_not_said_to_lack_a_certificate() -> None:
    leaf, issuer, _, key = made_up_chain()
    text = (leaf + issuer + key).encode()
    assert typed_pair_words(text) == "2 certificates and 1 private key: they match."
    too_large = text + b"#" * MAX_INPUT
    assert typed_pair_words(too_large) == "! Not checked: the text is larger than 256 kB."
    assert typed_key_words(too_large, leaf.encode()) == "! Not checked: the text is larger than 256 kB."
