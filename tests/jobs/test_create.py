"""Job: create a TLS Secret by paste in the wrong order, a pull secret, and change one of its logins."""

from __future__ import annotations

import json
from base64 import b64decode

from tests.certificates import made_up_chain
from tests.jobs.conftest import AT_TWO_SIZES
from tests.jobs.person import JOB, Person
from tests.terminal.server import Server

pytestmark = [*JOB, AT_TWO_SIZES]


def test_create_a_tls_secret_by_a_paste_in_the_wrong_order(person: Person, server: Server) -> None:
    leaf, issuer, root, key = made_up_chain()
    person.begins("site-tls", "t")
    person.sees_title("/ tls.crt")
    person.pastes(key + root + leaf + issuer)
    person.press("C-s")
    person.sees("3 certificates and a private key in tls.crt", "The key belongs to the first certificate.")
    person.presses("y", "tls.crt and tls.key kept in the draft.", "1 draft")
    person.sees_row("tls.key")
    person.creates()
    person.quits()
    assert server.data("site-tls", "payments") == {
        "tls.crt": (leaf + issuer + root).encode(),
        "tls.key": key.encode(),
    }


def test_create_a_pull_secret_and_change_the_password_of_one_of_its_registries(
    person: Person, server: Server
) -> None:
    person.begins("pull", "d")
    person.sees("Registry login  pull", "https://index.docker.io/v1/")
    person.press("Tab")
    person.fills("ann")
    person.rests()
    person.type("made-up-1")
    person.sees("Password  filled")
    person.rests()
    person.presses("Enter", ".dockerconfigjson kept in the draft.")
    person.presses(
        "E", "Registry login  pull", "To add an entry, type another server.", gone=["Which registry login"]
    )
    person.press("Up", "Up")
    for text in ("two.test", "bob"):
        person.fills(text, key="Tab")
        person.rests()
    person.type("made-up-2")
    person.sees("Password  filled")
    person.rests()
    person.press("Enter")
    person.creates()
    person.presses("E", "1  https://index.docker.io/v1/", "2  two.test")
    person.presses("2", "▸ 2  two.test")
    person.presses("Enter", "two.test", "Password  stays as it is until you type")
    person.type("made-up-3")
    person.sees("Password  filled")
    person.rests()
    person.press("Enter")
    person.reviews(".dockerconfigjson", "changed")
    person.writes()
    assert "made-up" not in person.screen
    person.quits()
    auths = json.loads(server.data("pull", "payments")[".dockerconfigjson"])["auths"]
    assert {name: b64decode(one["auth"]) for name, one in auths.items()} == {
        "https://index.docker.io/v1/": b"ann:made-up-1",
        "two.test": b"bob:made-up-3",
    }


def test_create_a_token_for_a_chosen_service_account(person: Person, server: Server) -> None:
    person.begins("ci-token", "a")
    person.sees("Service account of ci-token", "default")
    person.fills("def")
    person.sees("is a new draft, for service account default.", "1 draft", "the cluster fills in the token")
    person.creates()
    person.quits()
    made = server.secret("ci-token", "payments")
    assert made["type"] == "kubernetes.io/service-account-token"
    assert made["metadata"]["annotations"] == {"kubernetes.io/service-account.name": "default"}
