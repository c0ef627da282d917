"""Many Secrets compared: what differs is named key by key, with what is public of both sides and no value."""

from __future__ import annotations

from base64 import b64encode
from datetime import UTC, datetime

from msgspec.structs import replace

from tests.certificates import self_signed
from tests.model.drafts import secret
from tui.model.draft.comparison_rows import ComparedSecret, compare_input, compare_secret, public_words
from tui.model.draft.plan import SecretInput
from tui.model.secret.secret import Secret, SecretRef
from tui.model.secret.value import Value

HERE, THERE = SecretRef("payments", "db"), SecretRef("staging", "db")
NOW = datetime(2026, 11, 24, 14, tzinfo=UTC)
MADE_UP = b"made-up-password-1"


def compare(here: Secret | None, there: Secret | None) -> ComparedSecret:
    return compare_secret((HERE, here), (THERE, there), public_words(NOW.timestamp()))


def differences(found: ComparedSecret) -> dict[str, tuple[str, str, tuple[str, str]]]:
    return {row.key: (row.state, row.by, row.sides) for row in found.keys}


def test_each_key_says_what_differs_with_the_sizes_of_both() -> None:
    here = {
        "both": b"1\n",
        "broken": MADE_UP + b"\n",
        "coded": b64encode(MADE_UP),
        "gone": b"1",
        "other": b"1",
        "same": b"1",
    }
    there = {"both": b"2", "broken": MADE_UP, "coded": MADE_UP, "more": b"22", "other": b"2", "same": b"1"}
    found = compare(secret(here), secret(there))
    assert (found.state, found.same, found.words) == ("differs", 1, "6 differences")
    assert differences(found) == {
        "both": ("differs", "value, final line break", ("2 B", "1 B")),
        "broken": ("differs", "final line break", ("19 B", "18 B")),
        "coded": ("differs", "base64", ("24 B, base64 of a text: encoded twice?", "18 B")),
        "gone": ("only here", "", ("1 B", "")),
        "more": ("only there", "", ("", "2 B")),
        "other": ("differs", "value", ("1 B", "1 B")),
    }
    assert [row.key for row in found.keys if row.can_be_taken] == ["both", "broken", "coded", "gone", "other"]
    assert "made-up" not in repr(found) and b64encode(MADE_UP).decode() not in repr(found)


def test_certificates_are_shown_side_by_side_with_names_and_ends() -> None:
    here, there = (
        secret({"tls.crt": self_signed(days, *hosts, now=NOW)})
        for days, hosts in ((60, ["shop.example.test", "example.test"]), (12, ["shop.staging.test"]))
    )
    (row,) = compare(here, there).keys
    assert row.sides == ("cert: shop.example.test +1 · 60d", "cert: shop.staging.test · 12d")


def test_two_values_with_the_same_public_words_show_their_sizes_too() -> None:
    here, there = (secret({"url": f"https://db.example.test/{path}".encode()}) for path in ("a", "bcd"))
    (row,) = compare(here, there).keys
    assert row.sides == ("25 B, https://db.example.test", "27 B, https://db.example.test")


def test_another_type_and_immutability_are_rows_that_cannot_be_taken_over() -> None:
    same = secret({"a": b"1"})
    found = compare(same, replace(same, type="example.test/own", is_immutable=True))
    assert differences(found) == {
        "(type)": ("differs", "type", ("Opaque", "example.test/own")),
        "(immutable)": ("differs", "immutability", ("no", "yes")),
    }
    assert not any(row.can_be_taken for row in found.keys)


def test_a_secret_on_one_side_only_has_no_rows_and_equal_secrets_are_the_same() -> None:
    held = secret({"a": b"1", "b": b"2"})
    assert [
        (found.state, found.same, found.keys) for found in (compare(held, None), compare(None, held))
    ] == [
        ("only here", 2, ()),
        ("only there", 2, ()),
    ]
    found = compare(held, secret({"a": b"1", "b": b"2"}))
    assert (found.state, found.same, found.keys) == ("same", 2, ())


def test_a_comparison_that_is_turned_around_swaps_here_and_there() -> None:
    found = compare(secret({"a": b"1", "b": b"22"}), secret({"a": b"3"})).turned()
    assert (found.here, found.there) == (THERE, HERE)
    assert differences(found) == {
        "a": ("differs", "value", ("1 B", "1 B")),
        "b": ("only there", "", ("", "2 B")),
    }
    assert compare(None, secret({})).turned().state == "only here"


def test_a_file_is_compared_by_all_keys_and_by_the_labels_that_it_names() -> None:
    wanted = SecretInput(HERE, {"a": Value(b"1"), "labels/app": Value(b"web")}, "Opaque")
    there = replace(secret({"a": b"1", "b": b"2"}), labels={"app": "db", "by": "helm"})
    found = compare_input(wanted, there, public_words(0))
    assert differences(found) == {
        "b": ("only there", "", ("", "1 B")),
        "labels/app": ("differs", "value", ("3 B", "2 B")),
    }
    typed = compare_input(SecretInput(HERE, {"a": Value(b"1")}, "kubernetes.io/tls"), there, public_words(0))
    assert differences(typed)["(type)"][2] == ("kubernetes.io/tls", "Opaque")
    assert compare_input(SecretInput(HERE, {"a": Value(b"1")}), None, public_words(0)).state == "only here"
