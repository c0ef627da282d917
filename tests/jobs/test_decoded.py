"""Job: see one password of a docker config, and copy it, while all else in it stays masked."""

from __future__ import annotations

import json

from tests.jobs.person import JOB, MASK, Person
from tests.pseudo_terminal import Terminal
from tests.terminal.drive import environment
from tests.terminal.server import Server
from tests.terminal.test_clipboard_multiplexers import copied

pytestmark = JOB

CONFIG = {
    "auths": {
        "ghcr.io": {"username": "made-up-ann", "password": "made-up-one"},
        "quay.io": {"auth": "bWFkZS11cC1ib2I6bWFkZS11cC10d28="},
    }
}


def test_show_and_copy_one_password_of_a_docker_config(person: Person, server: Server) -> None:
    server.write("legacy-db", {"config.json": json.dumps(CONFIG).encode()}, "payments")
    person.opens("legacy-db")
    with Terminal(person.attaching(), env=environment(), size=(person.columns, person.rows)) as outside:
        outside.until_shown("config.json")
        person.go_to("config.json")
        person.press("Enter")
        person.sees_row("auths.quay.io.username", MASK)
        person.sees_row("auths.ghcr.io.password", MASK)
        person.go_to("auths.quay.io.password")
        person.press("c")
        outside.until(lambda: copied(outside), "something on the clipboard")
        assert copied(outside) == [b"made-up-two"]
        person.sees(": 11 B sent")
        assert "made-up" not in person.screen
        person.press("r")
        person.sees_row("auths.quay.io.password", "made-up-two")
        person.sees_row("auths.quay.io.username", MASK)
        assert person.screen.count("made-up") == 1
        person.presses("v", "r shows it", gone=["made-up"])
        person.goes_back("KEY", gone=["made-up"])
        person.quits()
