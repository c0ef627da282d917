"""Bad input, each with its sentence as it stands on screen; and nothing of what was there before is lost."""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.certificates import made_up_chain
from tests.ui.person import MINE, PASSWORD, Person, in_secret, secret_object, sitting_at
from tui.embedded.users import Rule
from tui.model.secret.secret import SecretRef
from tui.model.secret.validation import MAX_DATA

pytestmark = pytest.mark.slow

DOCKER = "kubernetes.io/dockerconfigjson"
NOT_A_NAME = (
    "A name has only lowercase letters, digits, - and .; each part starts and ends with a letter or digit."
)


async def says(person: Person, sentence: str) -> None:
    """What a dialog says is wrong."""
    await person.reads("#problem", sentence)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("", "A key needs a name."),
        ("..data", "A key cannot start with “..”."),
        ("pass word", "A key has only letters, digits, -, _ and . characters."),
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
        await person.presses("w", "Not found: namespace nosuch does not exist in this cluster.", "draft kept")
        await person.presses("W", "Not sent")
        await person.presses("escape", "1 draft", "username")


# Files


def a_large_file(at: Path) -> Path:
    with (at / "large").open("wb") as file:
        file.truncate(2 * MAX_DATA)
    return at / "large"


def files_that_are_too_large_together(at: Path) -> Path:
    for name in "ab":
        (at / name).write_bytes(bytes(MAX_DATA - 1))
    return at


def a_folder_with_no_file_in_it(at: Path) -> Path:
    (at / "to").symlink_to("/dev/null")
    os.mkfifo(at / "pipe")
    return at


def a_file_that_is_no_key(at: Path) -> Path:
    (at / "my key").write_bytes(b"made up")
    return at


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (a_large_file, "large has 2.1 MB; the values of a Secret have 1 MiB."),
        (files_that_are_too_large_together, "has over 2.1 MB; the values of a Secret have 1 MiB."),
        (a_folder_with_no_file_in_it, "has no files."),
        (
            a_file_that_is_no_key,
            "my key cannot be a key: A key has only letters, digits, -, _ and . characters.",
        ),
        (lambda at: at / "nosuch", "nosuch does not exist."),
        (lambda at: Path("/dev/null"), "/dev/null is a device, not a file."),
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


async def test_of_a_folder_links_pipes_and_sockets_are_left_out_and_said(tmp_path: Path) -> None:
    (tmp_path / "token").write_bytes(b"made-up-1")
    (tmp_path / "to-file").symlink_to(tmp_path / "token")
    (tmp_path / "to-device").symlink_to("/dev/zero")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "sub").mkdir()
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "sock"))
        async with in_secret(size=(120, 36)) as person:
            await person.press("F")
            await person.fills(str(tmp_path))
            left_out = (
                "pipe is a pipe, sock is a socket, sub is a folder, to-device is a link, to-file is a link"
            )
            await person.reads("#problem", f"left out: {left_out}")
            await person.presses("enter", "Loaded into the draft: token (9 B).")


async def test_files_named_as_keys_that_are_there_replace_them_and_that_is_said_first(tmp_path: Path) -> None:
    for name in ("password", "username", "new"):
        (tmp_path / name).write_bytes(b"made-up-1")
    async with in_secret(size=(120, 36)) as person:
        await person.press("F")
        await person.fills(str(tmp_path))
        await person.reads("#problem", "new: 9 B", "password: 9 B", "replaces: username")
        await person.presses("enter", "Loaded into the draft: new (9 B), password (9 B), username (9 B).")
        await person.press("u")
        await person.sees_no("1 draft")
        assert person.on_server() == {"password": PASSWORD.encode(), "username": b"admin"}


def files(at: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in at.iterdir()}


@pytest.mark.parametrize("replaces", [False, True])
async def test_a_full_disk_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, replaces: bool
) -> None:
    def full(file: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    file = tmp_path / "saved"
    if replaces:
        file.write_bytes(b"old")
    async with in_secret(key="password", size=(120, 36)) as person:
        await person.presses("S", "Save password to a file")
        monkeypatch.setattr(os, "fsync", full)
        await person.fills(str(file), "enter")
        if replaces:
            await person.sees("replace the file")
            await person.press("y")
        await person.reads("StatusLine", "! Not saved: password.", "saved: No space left on device.")
        assert files(tmp_path) == ({"saved": b"old"} if replaces else {})


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
        await person.press("ctrl+s")
        await person.sees("! The key cannot be read: it may be encrypted, which servers cannot use.")


@pytest.mark.parametrize("text", ["[]", '"made up"', '{"auths": ', ""])
async def test_a_docker_config_that_is_no_object(text: str) -> None:
    def made(cluster: Any) -> None:
        cluster.store.put(secret_object("pull", {".dockerconfigjson": b"{}"}) | {"type": DOCKER})

    pull = SecretRef("default", "pull")
    async with in_secret(pull, size=(120, 36), prepare=made) as person:
        await person.edit(".dockerconfigjson", text)
        await person.presses("E", ".dockerconfigjson is no docker config: edit it as text.")
        await person.press("w")
        await person.sees(
            "! The value of .dockerconfigjson must be a JSON object.",
            "Rejected by the server: data[.dockerconfigjson]: is not valid.",
        )
        await person.presses("W", "Not sent: the dry run was refused.")
        assert person.on_server(pull) == {".dockerconfigjson": b"{}"}


# Rights


async def test_rights_that_end_between_review_and_write_leave_the_draft() -> None:
    def with_editor(cluster: Any) -> None:
        cluster.users.add("editor", rules=[Rule(["*"], ["secrets", "pods", "namespaces"])])

    async with in_secret(size=(120, 36), user="editor", prepare=with_editor) as person:
        await person.edit("password", "made-up-1")
        await person.reviewed()
        person.cluster.users.set_rules("editor", [Rule(["get", "list", "watch"], ["secrets", "pods"])])
        await person.presses("W", "Not written: password of default/mysecret", "you may not patch", "1 draft")
        assert person.on_server() == {"password": PASSWORD.encode(), "username": b"admin"}
        draft = person.session.drafts.get(MINE)
        assert draft is not None and draft.changes().set["password"].reveal() == b"made-up-1"
