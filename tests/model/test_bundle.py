"""Certificates and a key in one text, in any order."""

from __future__ import annotations

from itertools import permutations

import pytest

from tests.certificates import made_up_chain
from tui.model.secret.formats.certificate_chain import bundle, typed_key_words, typed_pair_words
from tui.model.secret.formats.limits import MAX_INPUT


def test_certificates_and_a_key_in_any_order_become_the_chain_and_its_key() -> None:
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


def test_certificates_outside_of_the_chain_come_last_in_their_given_order() -> None:
    leaf, _, root, key = made_up_chain()
    other = made_up_chain()[2]
    found = bundle((root + other + leaf + key).encode())
    assert found is not None and found.chain == (leaf + root + other).encode()


def test_a_foreign_key_makes_no_pair_and_an_unreadable_key_leaves_it_unknown() -> None:
    leaf, *_ = made_up_chain()
    other = made_up_chain()[3]
    found = bundle((other + leaf).encode())
    assert found is not None and found.is_pair is False
    cut = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nbWFkZSB1cA==\n-----END ENCRYPTED PRIVATE KEY-----\n"
    found = bundle((leaf + cut).encode())
    assert found is not None and found.is_pair is None


def test_a_bundle_is_certificates_with_exactly_one_whole_private_key() -> None:
    leaf, issuer, _, key = made_up_chain()
    for text in ("", "made up", leaf, leaf + issuer, key, key + key + leaf, leaf + key[:-30]):
        assert bundle(text.encode()) is None
    assert bundle((leaf + key).encode() + bytes(300_000)) is None


@pytest.mark.timeout(20)
def test_begin_lines_without_an_end_line_are_read_without_backtracking() -> None:
    """Guard against backtracking: it made this text take a minute."""
    assert bundle(b"-----BEGIN CERTIFICATE-----\n" * 9_000) is None


def test_typed_text_over_the_size_limit_is_reported_as_not_checked() -> None:
    leaf, issuer, _, key = made_up_chain()
    text = (leaf + issuer + key).encode()
    assert typed_pair_words(text) == "2 certificates and 1 private key: they match."
    too_large = text + b"#" * MAX_INPUT
    assert typed_pair_words(too_large) == "! Not checked: the text is larger than 256 kB."
    assert typed_key_words(too_large, leaf.encode()) == "! Not checked: the text is larger than 256 kB."
