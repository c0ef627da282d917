"""Forms of Secret types: the same object as kubectl makes, and nothing lost of what a form cannot show."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.model.secret.formats.docker import DOCKER_KEY
from tui.model.secret.types.form import BASIC_AUTH, DOCKER_FORM, DOCKER_HUB
from tui.model.secret.types.registry import CHOICES
from tui.model.secret.value import Value

TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
USER = TEXT.filter(lambda text: ":" not in text)


def config(**fields: Any) -> dict[str, Value]:
    return {DOCKER_KEY: Value(json.dumps(fields).encode())}


def text_of(data: dict[str, Value], **typed: str) -> bytes:
    value = DOCKER_FORM.write(data, typed)[DOCKER_KEY]
    assert value is not None
    return value.reveal()


def written(data: dict[str, Value], **typed: str) -> Any:
    return json.loads(text_of(data, **typed))


@given(USER, TEXT)
def test_a_new_pull_secret_has_its_auth_in_step(user: str, password: str) -> None:
    found = written({}, server=DOCKER_HUB, username=user, password=password)
    entry = found["auths"][DOCKER_HUB]
    assert (entry["username"], entry["password"]) == (user, password)
    assert b64decode(entry["auth"]).decode() == f"{user}:{password}"


def test_a_pull_secret_is_byte_for_byte_what_kubectl_makes() -> None:
    # kubectl create secret docker-registry x --docker-server=r.test --docker-username=u
    #   --docker-password='p<&>é' --docker-email=e@x.test --dry-run=client -o yaml
    made = text_of({}, server="r.test", username="u", password="p<&>é", email="e@x.test")
    assert (
        made
        == (
            '{"auths":{"r.test":{"username":"u","password":"p\\u003c\\u0026\\u003eé","email":"e@x.test",'
            f'"auth":"{b64encode("u:p<&>é".encode()).decode()}"}}}}}}'
        ).encode()
    )


def test_changing_the_password_of_a_registry_keeps_everything_else() -> None:
    before: dict[str, Any] = {
        "auths": {
            "one.test": {"auth": b64encode(b"ann:old").decode(), "x-more": [1, 2.5, None]},
            "two.test": {"username": "bob", "password": "other", "auth": "Ym9iOm90aGVy"},
        },
        "credHelpers": {"gcr.io": "gcloud"},
        "HttpHeaders": {"a": "b"},
    }
    data = config(**before)
    assert DOCKER_FORM.parts is not None and DOCKER_FORM.parts(data) == ("one.test", "two.test")
    after = written(data, server="one.test", password="made-up")
    assert after["auths"]["one.test"] == {
        "auth": b64encode(b"ann:made-up").decode(),
        "x-more": [1, 2.5, None],
        "username": "ann",
        "password": "made-up",
    }
    assert list(after) == list(before)
    assert {**after, "auths": None} == {**before, "auths": None}
    assert after["auths"]["two.test"] == before["auths"]["two.test"]
    assert list(written(data, server="three.test", username="c", password="d")["auths"]) == [
        *("one.test", "two.test", "three.test")
    ]


@pytest.mark.parametrize(
    ("data", "typed", "sentence"),
    [
        ({}, {"server": " "}, "Type the server of the registry."),
        ({}, {"server": "r.test", "username": "u"}, "A registry needs a user name and a password."),
        ({}, {"server": "r", "username": "a:b", "password": "c"}, "A user name cannot have a colon."),
        ({DOCKER_KEY: Value(b"\xff")}, {"server": "r"}, "is not a docker config: edit the key as text."),
        (
            {DOCKER_KEY: Value(b'{"auths": [1]}')},
            {"server": "r"},
            "is not a docker config: edit the key as text.",
        ),
    ],
)
def test_input_that_makes_no_pull_secret_is_refused_with_a_sentence(
    data: dict[str, Value], typed: dict[str, str], sentence: str
) -> None:
    with pytest.raises(ValueError, match=sentence):
        DOCKER_FORM.write(data, typed)


def test_a_login_keeps_what_was_not_typed() -> None:
    data = {"username": Value(b"ann"), "password": Value(b"old")}
    assert BASIC_AUTH.write(data, {"password": "new"}) == {"password": Value(b"new")}
    assert BASIC_AUTH.write(data, {}) == {}
    with pytest.raises(ValueError, match="Type a user name or a password"):
        BASIC_AUTH.write({}, {})


def test_every_type_on_offer_has_a_letter_of_its_own() -> None:
    letters = [choice.letter for choice in CHOICES]
    assert len(set(letters)) == len(letters) and "c" not in letters, "c is for another type"
    assert all(choice.purpose for choice in CHOICES)
