"""`C` and `S` on the YAML page: the whole Secret for elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from tests.ui.person import PASSWORD, Person, sitting_at
from tui.model.secret.secret import SecretRef
from tui.model.settings.settings import Settings


async def types_path(person: Person, path: object) -> None:
    """Type a path in the place of what stands in its field."""
    await person.waits_for(lambda: person.app.screen.query("#name"), "a field for the path")
    field: Any = person.app.screen.query_one("#name")
    field.value = str(path)
    await person.calm()


async def test_a_manifest_is_saved_and_reads_back(tmp_path: Path) -> None:
    async with sitting_at(size=(120, 36)) as person:
        await person.open()
        await person.press("y")
        await person.sees("values masked", "C copy as", "S save as")
        await person.press("S")
        await person.sees("Save mysecret as", "m  manifest for kubectl apply", "e  .env lines")
        await person.press("t")
        await person.sees("Save the manifest of mysecret to a file")
        await types_path(person, tmp_path / "m.yaml")
        await person.press("enter")
        await person.sees("Saved the manifest of mysecret to")
        found = yaml.safe_load((tmp_path / "m.yaml").read_text())
        assert found["stringData"] == {"username": "admin", "password": PASSWORD}
        assert found["metadata"] == {"name": "mysecret", "namespace": "default"}
        assert PASSWORD not in person.text


async def test_what_cannot_stand_in_env_is_named_and_may_be_left_out(tmp_path: Path) -> None:
    async with sitting_at(size=(120, 36), namespace="payments") as person:
        await person.open(SecretRef("payments", "db-credentials"))
        await person.press("y", "S")
        await person.press("e")
        await person.sees("Cannot stand in a .env file: ca.p12 is not plain text.", "y go on without them")
        await person.press("y")
        await types_path(person, tmp_path / "env")
        await person.press("enter")
        await person.sees("Saved the .env lines of db-credentials to")
        assert (tmp_path / "env").read_text().startswith("password=")


async def test_without_reveal_only_forms_without_values_are_offered(tmp_path: Path) -> None:
    async with sitting_at(size=(120, 36), settings=Settings(no_reveal=True)) as person:
        await person.open()
        await person.press("y", "S")
        await person.sees(
            "x  manifest with masked values", "k  kubectl create line", "values cannot be saved"
        )
        assert "for kubectl apply" not in person.text and ".env" not in person.text
        await person.press("x")
        await types_path(person, tmp_path / "masked")
        await person.press("enter")
        await person.sees("Saved the masked manifest of mysecret to")
        assert PASSWORD not in (tmp_path / "masked").read_text()
