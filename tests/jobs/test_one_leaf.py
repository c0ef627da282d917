"""Job: change one value within a value: a login of a docker config, a line of a file, a URL's password."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Final

from tests.jobs.conftest import AT_TWO_SIZES
from tests.jobs.person import JOB, MASK, Person
from tests.terminal.server import Server

pytestmark = [*JOB, AT_TWO_SIZES]
NAME, WHERE = "legacy-db", "payments"
OLD, NEW = "m4de-up-1", "n3w-made-up"
SERVICES: Final = "".join(
    f"service{nth}:\n  host: host{nth}.example.test  # made up\n  port: {nth}\n" for nth in range(18)
)
DB: Final = f"db:\n  user: ann\n  password: '{OLD}'  # rotate me\n"
YAML: Final = f"# settings of the shop\n{SERVICES}{DB}motd: |\n  good morning\n"
PROPERTIES: Final = (
    f"! of the shop\nspring.datasource.username = ann\nspring.datasource.password = {OLD}\nretries=3\n"
)
URL: Final = "postgres://ann:p%40ss-m4de-up@db.internal:5432/orders?sslmode=require"


def docker(password: str) -> bytes:
    """Docker config with two registries in one line; the first has this password."""
    auth = b64encode(f"ann:{password}".encode()).decode()
    login = {"username": "ann", "password": password, "auth": auth}
    other = {"auth": b64encode(b"bob:m4de-up-3").decode()}
    return json.dumps({"auths": {"ghcr.io": login, "quay.io": other}}, separators=(",", ":")).encode()


def opens(person: Person, server: Server, key: str, data: bytes, leaf: str) -> None:
    """Open the decoded value of a key, and go to a leaf by its name."""
    server.write(NAME, {key: data, "zz-other": b"made up"}, WHERE)
    person.opens(NAME)
    person.go_to(key)
    person.presses("Enter", "NAME")
    person.sees_title(f"{NAME} / {key}")
    person.press("/")
    person.fills(leaf)
    person.sees("Line ")


def changes(person: Person, path: str, typed: str) -> None:
    """Replace the leaf under the cursor, review it by its path, and write it."""
    person.press("e")
    person.sees_title(f"/ {path}")
    person.clears()
    person.types(typed)
    person.presses("Enter", f"{path} kept in the draft", "1 draft")
    person.sees_row("▸ ~", MASK)
    person.presses("w", "Review", "accepted", "Writes to", f"~ {path}  {MASK} → {MASK}")
    assert typed not in person.screen
    person.presses("r", f"+ {typed}")
    person.writes()


def test_change_one_password_of_a_docker_config(person: Person, server: Server) -> None:
    opens(person, server, "config.json", docker(OLD), "ghcr.io.password")
    before = server.data(NAME, WHERE)
    changes(person, "auths.ghcr.io.password", NEW)
    assert server.data(NAME, WHERE) == {**before, "config.json": docker(NEW)}
    person.quits()


def test_change_one_leaf_of_a_yaml_of_60_lines(person: Person, server: Server) -> None:
    assert YAML.count("\n") == 60
    opens(person, server, "app.yaml", YAML.encode(), "db.password")
    changes(person, "db.password", NEW)
    assert server.data(NAME, WHERE)["app.yaml"] == YAML.replace(OLD, NEW).encode()
    person.quits()


def test_change_the_password_of_a_url(person: Person, server: Server) -> None:
    opens(person, server, "url", URL.encode(), "password")
    changes(person, "password", "n3w@made/up")
    assert server.data(NAME, WHERE)["url"] == URL.replace("p%40ss-m4de-up", "n3w%40made%2Fup").encode()
    person.quits()


def test_set_a_line_of_properties_unseen(person: Person, server: Server) -> None:
    path = "spring.datasource.password"
    opens(person, server, "app.properties", PROPERTIES.encode(), path)
    person.presses("s", "Set unseen")
    person.pastes(NEW)
    person.sees("typed; its size")
    person.presses("Enter", f"{path} set unseen", "1 draft")
    person.presses("w", "Review", "accepted", "Writes to", f"~ {path}  {MASK} → {MASK}")
    assert NEW not in person.screen
    person.writes()
    assert server.data(NAME, WHERE)["app.properties"] == PROPERTIES.replace(OLD, NEW).encode()
    person.quits()


def test_a_rotated_leaf_is_undone(person: Person, server: Server) -> None:
    opens(person, server, "app.yaml", YAML.encode(), "db.password")
    before = server.data(NAME, WHERE)
    person.presses("t", f"Rotate db.password in app.yaml of {NAME}", "n  new value")
    person.presses("Enter", "Set unseen")
    person.presses("C-g", "generated: ")
    person.presses("Enter", "Review", "accepted", f"~ db.password  {MASK} → {MASK}")
    person.presses("W", "Written", gone=["Writes to"])
    after = server.data(NAME, WHERE)["app.yaml"].decode()
    start, _, end = YAML.partition(OLD)
    assert after.startswith(start) and after.endswith(end) and after != YAML
    person.goes_back("KEY")
    person.presses("U", "Undo a write", f"{WHERE}/{NAME}: app.yaml")
    person.presses("Enter", "Review", "accepted", f"~ db.password  {MASK} → {MASK}")
    person.presses("W", "Written", gone=["Writes to"])
    assert server.data(NAME, WHERE) == before
    person.quits()
