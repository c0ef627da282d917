"""`C` and `S` on the YAML page copy and save the whole Secret in other formats."""

from __future__ import annotations

from base64 import b64decode
from pathlib import Path
from typing import Final

import pyrage
import pytest
import yaml

from tests.ui.person import MINE, PASSWORD, in_secret, sitting_at
from tui.model.draft.manifest_objects import read_manifest
from tui.model.secret.encrypt import encrypted, recipient_problem
from tui.model.secret.secret import SecretRef
from tui.model.settings.settings import Settings

SSH: Final = "AAAAC3NzaC1lZDI1NTE5AAAAIMrxeXKo4hy5hGCtBYJ0lF43J1ZH0PObxeEoTTxf5ldw"
"""Public key whose private key is not kept."""
LINES: Final = SecretRef("default", "orders-import")


async def test_a_manifest_is_saved_and_reads_back(tmp_path: Path) -> None:
    async with in_secret(size=(120, 36)) as person:
        await person.presses("y", "values masked", "C copy as", "S save as")
        await person.presses(
            "S", "Save default/mysecret as", "m  manifest for kubectl apply", "e  .env lines"
        )
        await person.presses("t", "Save the manifest of default/mysecret to a file")
        await person.fills(str(tmp_path / "m.yaml"))
        await person.presses("enter", "Saved the manifest of default/mysecret to")
        found = yaml.safe_load((tmp_path / "m.yaml").read_text())
        assert found["stringData"] == {"username": "admin", "password": PASSWORD}
        assert found["metadata"] == {"name": "mysecret", "namespace": "default"}
        assert PASSWORD not in person.text


async def test_a_key_that_env_cannot_hold_is_named_and_may_be_left_out(tmp_path: Path) -> None:
    async with sitting_at(size=(120, 36), namespace="payments") as person:
        await person.open(SecretRef("payments", "db-credentials"))
        await person.press("y", "S", "e")
        await person.sees(
            "Some keys do not fit a .env file: ca.p12 has a value that .env cannot hold.",
            "y go on with the rest",
        )
        await person.presses("enter", "enter does nothing here; press y or esc.")
        await person.press("y")
        await person.fills(str(tmp_path / "env"))
        await person.presses("enter", "Saved the .env lines of payments/db-credentials to")
        assert (tmp_path / "env").read_text().startswith("password=")


async def test_without_reveal_only_forms_without_values_are_offered(tmp_path: Path) -> None:
    async with sitting_at(size=(120, 36), settings=Settings(no_reveal=True)) as person:
        await person.presses("asterisk S", "x  manifest with masked values", "values cannot be saved")
        assert "for kubectl apply" not in person.text and "create line" not in person.text
        await person.presses("x", "Save the masked manifest of 9 Secrets to a file")
        await person.fills(str(tmp_path / "all"))
        await person.presses("enter", "Saved the masked manifest of 9 Secrets to")
        await person.open()
        await person.press("y", "S")
        await person.sees(
            "x  manifest with masked values", "l  kubectl create line", "values cannot be saved"
        )
        assert "for kubectl apply" not in person.text and ".env" not in person.text
        await person.press("x")
        await person.fills(str(tmp_path / "masked"))
        await person.presses("enter", "Saved the masked manifest of default/mysecret to")
        assert PASSWORD not in (tmp_path / "masked").read_text() + (tmp_path / "all").read_text()


async def test_a_manifest_is_encrypted_to_a_public_key(tmp_path: Path) -> None:
    owner = pyrage.x25519.Identity.generate()
    async with in_secret(size=(120, 36)) as person:
        await person.presses("y S a", "Encrypt default/mysecret", "Public key of the recipient")
        await person.fills("age1madeup", "enter")
        await person.sees("This is not a public key of age or SSH (Ed25519, RSA).")
        await person.fills("AGE-SECRET-KEY-1MADEUP", "enter")
        await person.sees("This is a private key. Paste the public key.")
        await person.fills(str(owner.to_public()), "enter")
        await person.sees("Save the encrypted manifest of default/mysecret to a file")
        await person.fills(str(tmp_path / "m.age"))
        await person.presses("enter", "Saved the encrypted manifest of default/mysecret to")
    saved = (tmp_path / "m.age").read_bytes()
    assert saved.startswith(b"-----BEGIN AGE ENCRYPTED FILE-----") and PASSWORD.encode() not in saved
    found = yaml.safe_load(pyrage.decrypt(saved, [owner]))
    assert b64decode(found["data"]["password"]) == PASSWORD.encode()


async def test_all_marked_are_saved_in_one_file_that_drafts_them_again(tmp_path: Path) -> None:
    async with sitting_at(size=(80, 24)) as person:
        await person.acts_on(LINES, "space", "S save")
        await person.acts_on(MINE, "space", "2 marked", "S save")
        await person.presses(
            "S", "Save 2 Secrets as", "secret-tui reads the Secrets, and asks for the path of one file."
        )
        assert ".env" not in person.text and "JSON" not in person.text, "these hold one"
        await person.presses("m", "Save the manifest of 2 Secrets to a file", "default-secrets.yaml")
        await person.fills(str(tmp_path / "all.yaml"))
        await person.presses("enter", "Saved the manifest of 2 Secrets to")
        held = [person.on_server(ref) for ref in (MINE, LINES)]
    saved = read_manifest((tmp_path / "all.yaml").read_bytes()).secrets
    assert [one.name for one in saved] == [MINE.name, LINES.name]
    assert [{key: value.reveal() for key, value in one.fields.items()} for one in saved] == held


async def test_a_secret_in_the_list_is_saved_without_being_opened(tmp_path: Path) -> None:
    async with sitting_at(size=(80, 24)) as person:
        await person.acts_on(
            MINE, "S", "Save default/mysecret as", "e  .env lines", "secret-tui reads the Secret, and asks"
        )
        await person.presses("e", "Save the .env lines of default/mysecret to a file")
        await person.fills(str(tmp_path / "env"))
        await person.presses("enter", "Saved the .env lines of default/mysecret to")
    assert f"password={PASSWORD}" in (tmp_path / "env").read_text()


async def test_no_path_is_asked_for_if_another_screen_was_opened_during_the_read() -> None:
    async with sitting_at(size=(80, 24)) as person:
        await person.put_cursor("#secret-table", str(MINE))
        person.fault("delay", method="GET", path="*/namespaces/default/secrets/mysecret", seconds=3600)
        await person.presses("S m", "Reading default/mysecret")
        await person.press("question_mark")
        person.cluster.faults.clear()
        await person.waits_for(
            lambda: any(
                said.text.startswith("Command stopped: another screen") for said in person.app.shared.messages
            ),
            "that it was stopped",
        )
        await person.sees_no("to a file")


async def test_a_marked_secret_that_cannot_be_read_is_left_out_if_the_user_agrees(tmp_path: Path) -> None:
    async with sitting_at(size=(120, 36)) as person:
        for ref in (LINES, MINE):
            await person.acts_on(ref, "space")
        person.fault("status", method="GET", path="*/namespaces/default/secrets/mysecret", code=500)
        await person.presses("S m", "default/mysecret was not read.", "y go on with the rest")
        await person.presses("y", "Save the manifest of default/orders-import to a file")
        await person.fills(str(tmp_path / "one.yaml"))
        await person.presses("enter", "Saved the manifest of default/orders-import to")


async def test_without_the_extra_its_command_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.ui.dialogs.export.can_encrypt", lambda: False)
    async with in_secret(size=(120, 36)) as person:
        await person.presses("y C a", "Encrypting needs the package pyrage: pipx inject secret-tui pyrage")


def test_ssh_keys_are_recipients_too() -> None:
    assert recipient_problem(f"ssh-ed25519 {SSH} ann@example.test") is None
    assert encrypted("made up", f"ssh-ed25519 {SSH}").startswith("-----BEGIN AGE ENCRYPTED FILE-----")
    assert recipient_problem("") == "Paste a public key: age1…, ssh-ed25519 … or ssh-rsa …."
