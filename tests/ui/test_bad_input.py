"""Bad input, each with its sentence as it stands on screen; and nothing of what was there before is lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.certificates import made_up_chain
from tests.ui.person import PASSWORD, Person, in_secret, secret_object, sitting_at
from tui.model.secret.secret import SecretRef

pytestmark = pytest.mark.slow

DOCKER = "kubernetes.io/dockerconfigjson"
NOT_A_NAME = (
    "A name has only lowercase letters, digits, dots and -; each part between dots starts and ends with "
    "a letter or digit."
)


async def says(person: Person, sentence: str) -> None:
    await person.reads("#problem", sentence)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("", "A key needs a name."),
        ("..data", "A key cannot start with “..”."),
        ("pass word", "A key has only letters, digits, dots, - and _."),
        ("password", "A key password already exists."),
    ],
)
async def test_a_name_that_no_key_can_have(name: str, sentence: str) -> None:
    async with in_secret(size=(80, 24)) as person:
        await person.presses("a", "Add a key")
        await person.fills(name, "enter")
        await says(person, sentence)
        await person.press("escape")
        assert person.session.drafts.all() == []


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("", "A Secret needs a name."),
        ("My-Secret", NOT_A_NAME),
        ("mysecret", "A Secret mysecret already exists."),
    ],
)
async def test_a_name_that_no_secret_can_have(name: str, sentence: str) -> None:
    async with sitting_at(size=(80, 24)) as person:
        await person.presses("a", "New Secret in default")
        await person.fills(name, "enter")
        await says(person, sentence)


async def test_a_namespace_that_does_not_exist_is_named_and_the_draft_kept() -> None:
    async with sitting_at(size=(80, 24), namespace=None) as person:
        await person.press("a")
        await person.fills("nosuch/site", "enter")
        await person.press("b")
        await person.type("ann")
        await person.presses("enter", "username kept in the draft")
        await person.presses("w", "Not found: namespace nosuch does not exist", "draft kept")
        await person.presses("W", "Not sent")
        await person.presses("escape", "1 draft", "username")


# Files


def a_file_that_is_no_key(at: Path) -> Path:
    (at / "my key").write_bytes(b"made up")
    return at


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (
            a_file_that_is_no_key,
            "my key cannot be a key: A key has only letters, digits, dots, - and _.",
        ),
        (lambda at: at / "nosuch", "nosuch does not exist."),
    ],
)
async def test_a_file_that_is_not_loaded(tmp_path: Path, make: Callable[[Path], Path], sentence: str) -> None:
    path = make(tmp_path)
    async with in_secret(size=(120, 36)) as person:
        await person.presses("F", "Load password from a file")
        await person.fills(str(path), "enter")
        await person.reads("#problem", sentence)
        await person.press("escape")
        assert person.session.drafts.all() == []


async def test_files_named_like_existing_keys_replace_them_after_a_warning(tmp_path: Path) -> None:
    for name in ("password", "username", "new"):
        (tmp_path / name).write_bytes(b"made-up-1")
    async with in_secret(size=(120, 36)) as person:
        await person.press("F")
        await person.fills(str(tmp_path))
        await person.reads("#problem", "new: 9 B", "password: 9 B", "replaces keys: username")
        await person.presses("enter", "Loaded into the draft: new (9 B), password (9 B), username (9 B).")
        await person.press("u")
        await person.sees_no("1 draft")
        assert person.on_server() == {"password": PASSWORD.encode(), "username": b"admin"}


# Values of a type


def locked(key: ec.EllipticCurvePrivateKey) -> str:
    encryption = serialization.BestAvailableEncryption(b"made-up")
    pem = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8)
    return key.private_bytes(*pem, encryption).decode()


async def test_an_encrypted_key_pasted_with_its_certificate() -> None:
    leaf, *_ = made_up_chain()
    async with sitting_at(size=(120, 36)) as person:
        await person.press("a")
        await person.fills("site", "enter")
        await person.press("t")
        await person.paste(leaf + locked(ec.generate_private_key(ec.SECP256R1())))
        await person.presses("ctrl+s", "! The key is encrypted: most programs cannot use it.")


async def test_spoiled_lines_of_pem_that_was_typed_or_loaded_are_put_right_on_a_press() -> None:
    leaf, *_ = made_up_chain()
    async with in_secret(size=(120, 36)) as person:
        await person.press("a")
        await person.fills("ca.crt", "enter")
        await person.paste("".join(f"    {line}\n" for line in leaf.splitlines()))
        await person.presses("ctrl+s", "The value's line breaks or blanks are damaged. Mend them?")
        await person.presses("y", "ca.crt kept in the draft.")
        draft = person.session.drafts.all()[0]
        assert draft.data(None)["ca.crt"].reveal() == leaf.encode()


@pytest.mark.parametrize("text", ["[]", '"made up"', '{"auths": ', ""])
async def test_a_docker_config_that_is_no_object(text: str) -> None:
    def made(cluster: Any) -> None:
        cluster.store.put(secret_object("pull", {".dockerconfigjson": b"{}"}) | {"type": DOCKER})

    pull = SecretRef("default", "pull")
    async with in_secret(pull, size=(120, 36), prepare=made) as person:
        await person.edit(".dockerconfigjson", text)
        await person.presses("E", ".dockerconfigjson is not a docker config: edit the key as text.")
        await person.press("w")
        await person.sees(
            "!   The value of .dockerconfigjson must be a JSON object.",
            "Rejected by the server: data[.dockerconfigjson]: is not valid.",
        )
        await person.presses("W", "Not sent: the dry run was refused.")
        assert person.on_server(pull) == {".dockerconfigjson": b"{}"}
