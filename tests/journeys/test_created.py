"""Secrets created with `a` on the real API server equal those of `kubectl create secret`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.certificates import made_up_chain
from tests.jobs.person import Person
from tests.journeys.at_server import at_server
from tests.journeys.cluster_objects import Beside

pytestmark = [pytest.mark.real, pytest.mark.timeout(180)]


@pytest.fixture
def person(beside: Beside) -> Iterator[Person]:
    with at_server(beside) as person:
        yield person


def same_as_kubectl(beside: Beside, name: str, kind: str, *how: str) -> None:
    """Assert that the Secret equals the one that kubectl would create, but for the metadata."""
    output = beside.run_kubectl("create", "secret", kind, f"{name}-2", *how, "--dry-run=server", "-o", "json")
    assert _without_metadata(beside.secret(name)) == _without_metadata(json.loads(output))


def _without_metadata(made: Any) -> Any:
    return {name: part for name, part in made.items() if name != "metadata"}


def test_a_tls_secret_is_the_same_as_from_kubectl_create(
    person: Person, beside: Beside, tmp_path: Path
) -> None:
    leaf, _, _, key = made_up_chain()
    (tmp_path / "crt").write_text(leaf)
    (tmp_path / "key").write_text(key)
    person.begins("site", "t")
    person.sees_title("/ tls.crt")
    person.pastes(key + leaf)
    person.presses("C-s", "1 certificate and a private key in tls.crt")
    person.presses("y", "tls.crt and tls.key kept in the draft.")
    person.creates()
    same_as_kubectl(beside, "site", "tls", f"--cert={tmp_path / 'crt'}", f"--key={tmp_path / 'key'}")


def test_a_registry_login_is_the_same_as_from_kubectl_create(person: Person, beside: Beside) -> None:
    login = {
        "server": "registry.example.test",
        "username": "ann",
        "password": "m4de<&>up",
        "email": "a@x.test",
    }
    person.begins("pull", "d")
    person.sees("Registry login  pull")
    person.press("C-u")
    for field, text in login.items():
        person.type(text)
        if field == "password":
            person.sees("Password  filled")
        else:
            person.reads(text)
        if field != "email":
            person.press("Tab")
            person.rests()
    person.presses("Enter", ".dockerconfigjson kept in the draft.")
    person.creates()
    flags = [f"--docker-{field}={text}" for field, text in login.items()]
    same_as_kubectl(beside, "pull", "docker-registry", *flags)


def test_keys_from_files_and_a_typed_key_are_the_same_as_from_kubectl_create(
    person: Person, beside: Beside, tmp_path: Path
) -> None:
    (tmp_path / "bytes").write_bytes(bytes(range(256)))
    (tmp_path / "empty").write_bytes(b"")
    (tmp_path / "lines.txt").write_bytes(b"one\r\ntwo\n\n")
    person.begins("any", "o")
    person.sees("is a new draft.")
    person.presses("F", "Load from a file")
    person.type(str(tmp_path))
    person.sees("lines.txt: 10 B")
    person.presses("Enter", "Loaded into the draft: bytes (256 B), empty (0 B), lines.txt (10 B).")
    person.adds("typed")
    person.types("made up")
    person.keeps("typed")
    person.creates()
    same_as_kubectl(beside, "any", "generic", f"--from-file={tmp_path}", "--from-literal=typed=made up")
