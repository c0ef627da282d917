"""Keystores opened with a password that a key beside them holds, or that was typed."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.model import recorded_values as recorded
from tests.model.value_shapes import NOW
from tui.model.secret.formats.passwords import sibling_passwords
from tui.model.secret.formats.registry import Decoded, decoded_value
from tui.model.secret.value import Value

PASSWORD = b"made-up-pass"


def values(**texts: bytes) -> dict[str, Value]:
    return {key.replace("_", "-"): Value(text) for key, text in texts.items()}


def lines(decoded: Decoded) -> list[str]:
    return [f"{fact.words}{fact.verdict}" for fact in decoded.facts]


@pytest.mark.parametrize(
    ("siblings", "first", "needs_password"),
    [
        (values(keystore_password=PASSWORD), "Opened with keystore-password: it is intact", False),
        (
            values(other_pwd=b"no", pass_file=PASSWORD + b"\n"),
            "Opened with pass-file without its final",
            False,
        ),
        (
            values(a_password=b"changeit"),
            "Not opened with a-password: another password, or it is damaged.",
            True,
        ),
        (values(user=PASSWORD), "Its password tells whether it is intact.", True),
    ],
)
def test_a_sibling_key_tells_whether_a_jks_is_intact(
    siblings: Mapping[str, Value], first: str, needs_password: bool
) -> None:
    for store in (recorded.JKS, recorded.JCEKS, recorded.JKS_TRUST, recorded.JCEKS_SECRET):
        decoded = decoded_value("keystore.jks", Value(store), NOW, siblings)
        assert lines(decoded)[0].startswith(first)
        assert decoded.needs_password == needs_password


def test_a_damaged_jks_is_opened_with_no_password() -> None:
    damaged = recorded.JKS[:-1] + bytes([recorded.JKS[-1] ^ 1])
    decoded = decoded_value("keystore.jks", Value(damaged), NOW, values(password=PASSWORD))
    assert "Not opened with password: another password, or it is damaged." in lines(decoded)


def test_a_typed_password_is_tried_instead() -> None:
    siblings = values(password=b"made-up-1")
    opened = decoded_value("keystore.jks", Value(recorded.JKS), NOW, siblings, Value(PASSWORD))
    assert lines(opened)[0] == "Opened with the password that you typed: it is intact"
    assert not opened.needs_password


@pytest.mark.parametrize(
    ("key", "first"),
    [
        ("keystore.p12", "keystore-password"),
        ("truststore.jks", "truststore.password"),
        ("user.p12", "user.password"),
        ("bundle.pfx", "password"),
    ],
)
def test_the_most_alike_name_is_tried_first_and_at_most_eight(key: str, first: str) -> None:
    names = ("keystore-password", "truststore.password", "user.password", "password", "key-pwd", "username")
    siblings = {name: Value(b"made-up") for name in (*names, *(f"db{n}-password" for n in range(9)), key)}
    passwords = sibling_passwords(key, siblings)
    assert (passwords.keys[0], len(passwords.keys)) == (first, 8)
