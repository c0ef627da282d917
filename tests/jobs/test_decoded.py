"""Jobs: show, copy and find one leaf of a value, or a leaf nested in another; all else stays masked."""

from __future__ import annotations

import base64
import json
from urllib.parse import quote

from tests.jobs.conftest import AT_TWO_SIZES
from tests.jobs.person import JOB, MASK, Person
from tests.pseudo_terminal import Terminal
from tests.terminal.drive import environment
from tests.terminal.server import Server
from tests.terminal.test_clipboard_multiplexers import copied
from tui.embedded.demo.story import STORY_TIME

pytestmark = [*JOB, AT_TWO_SIZES]

CONFIG = {
    "auths": {
        "ghcr.io": {"username": "made-up-ann", "password": "made-up-one"},
        "quay.io": {"auth": "bWFkZS11cC1ib2I6bWFkZS11cC10d28="},
    }
}


PASSWORD = "made-up-s3cr/t"
APP = {
    "db": base64.b64encode(
        json.dumps({"password": PASSWORD, "more": json.dumps({"a": '["b"]'})}).encode()
    ).decode()
}


def jwt(seconds: float) -> str:
    """JWT that expires this many seconds after the story's time."""
    parts = ({"alg": "RS256"}, {"sub": "made-up-ann", "exp": int(STORY_TIME + seconds)}, ["made-up"])
    return ".".join(
        base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts
    )


def test_read_when_a_jwt_in_an_env_file_ends(person: Person, server: Server) -> None:
    server.write("legacy-db", {".env": f"LOG=info\nTOKEN={jwt(3 * 3600 + 600)}\n".encode()}, "payments")
    person.opens("legacy-db")
    person.go_to(".env")
    person.press("Enter")
    person.sees_row("TOKEN", MASK, "JWT, ends in 3h")
    person.sees_row("sub", MASK)
    person.go_to("TOKEN")
    person.presses("Enter", "signature not checked, expires in 3h", "sub")
    person.go_to("exp")
    person.presses("r", "TOKEN.exp is shown until")
    assert "made-up" not in person.screen
    person.goes_back("LOG")
    person.quits()


def test_find_a_nested_leaf_of_a_value_in_other_secrets(person: Person, server: Server) -> None:
    url = f"postgres://ann:{quote(PASSWORD, safe='')}@db.test/x"
    server.write("legacy-db", {"app.json": json.dumps(APP).encode()}, "payments")
    server.write("gateway-api", {"url": url.encode()}, "payments")
    person.opens("legacy-db")
    person.go_to("app.json")
    person.press("Enter")
    person.sees_row("db", MASK, "base64 of JSON, 2 leaves")
    person.sees("not decoded further: limit of two levels; enter opens the value")
    person.go_to("password")
    person.presses("C-f", "looks for  the value of app.json db.password")
    person.presses("Enter", "searched Secrets hold it", gone=["looks for"])
    assert PASSWORD not in person.screen
    person.finds("gateway-api")
    person.sees("url password")
    person.quits()


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
