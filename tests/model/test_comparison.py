"""Comparison of two Secrets: by key, whatever a copy could change there."""

from __future__ import annotations

from msgspec.structs import replace

from tests.model.drafts import secret
from tui.model.draft.comparison import NO_DIFFERENCE, NOT_THERE, compared
from tui.model.secret.secret import SecretRef

SOURCE = secret({"password": b"made-up", "salt": b"1", "user": b"admin"})
THERE = SecretRef("web", "mysecret")


def test_each_key_is_the_same_differs_or_is_on_one_side_only() -> None:
    there = secret({"password": b"other", "user": b"admin", "token": b"2"})
    found = compared(SOURCE, THERE, there)
    assert found.word == "3 keys differ" and found.same == ("user",)
    assert [found.keys(kind) for kind in ("changed", "added", "removed")] == [
        ("password",),
        ("salt",),
        ("token",),
    ]
    assert "made-up" not in repr(found)


def test_only_the_chosen_keys_are_compared() -> None:
    there = secret({"password": b"other", "user": b"admin", "token": b"2"})
    assert compared(SOURCE, THERE, there, ["user"]).word == NO_DIFFERENCE
    assert compared(SOURCE, THERE, there, ["user", "password"]).word == "1 key differs"


def test_all_keys_are_to_be_added_where_no_secret_exists() -> None:
    found = compared(SOURCE, THERE, None)
    assert found.word == NOT_THERE and found.keys("added") == ("password", "salt", "user")


def test_another_type_and_immutability_are_noted_beside_the_keys() -> None:
    found = compared(SOURCE, THERE, replace(SOURCE, type="example.test/own", is_immutable=True))
    assert found.word == NO_DIFFERENCE
    assert found.notes == (
        "The type there is example.test/own, not Opaque.",
        "Only the Secret there is immutable.",
    )


def test_the_sides_are_named_by_what_differs() -> None:
    here = SOURCE.ref
    assert compared(SOURCE, THERE, None).sides == (here.namespace, "web")
    assert compared(SOURCE, SecretRef("web", "blue"), None).sides == (str(here), "web/blue")
    elsewhere = replace(compared(SOURCE, here, None), contexts=("staging", "prod"))
    assert elsewhere.sides == ("staging", "prod")
    other_place = replace(compared(SOURCE, THERE, None), contexts=("staging", "prod"))
    assert other_place.sides == (f"staging: {here}", f"prod: {THERE}")
