"""Jobs: describe a Secret, and see it as YAML."""

from __future__ import annotations

from base64 import b64encode

from tests.jobs.conftest import AT_TWO_SIZES
from tests.jobs.person import JOB, MASK, Person
from tests.terminal.server import Server

pytestmark = [*JOB, AT_TWO_SIZES]


def test_describe_a_secret_and_see_it_as_masked_and_as_shown_yaml(person: Person, server: Server) -> None:
    person.opens("db-credentials")
    person.go_to("password")
    person.press("d")
    person.sees("Describe  db-credentials", "ExternalSecret", "externalsecrets.external-secrets.io/db")
    person.goes_back("KEY", gone=["Describe  db"])
    person.sees_row("password", "19 B")
    person.presses("y", "YAML", f"password: '{MASK}'", "kind: Secret")
    value = b64encode(b"made-up-password-42").decode()
    assert value not in "".join(person.pages(lambda: person.box))
    person.press("g")
    person.presses("r", f"password: {value}")
    person.presses("r", gone=[value])
    person.goes_back("KEY", gone=["kind: Secret"])
    person.quits()
    assert set(server.data("db-credentials", "payments")) == {"ca.p12", "password", "username"}
