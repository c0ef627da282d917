"""Job: find a leaked token in all Secrets, replace it, and copy the record for a ticket."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from typing import Final

import pytest

from tests.jobs.conftest import AT_TWO_SIZES
from tests.jobs.person import JOB, Person
from tests.pseudo_terminal import Terminal
from tests.terminal.drive import environment
from tests.terminal.server import Host, Server
from tests.terminal.test_clipboard_multiplexers import copied
from tui.embedded.demo.story import STORY_TIME

pytestmark = [*JOB, AT_TWO_SIZES]

WHERE: Final = "web"
TOKEN: Final = "leaked/made-up-14"
NEW: Final = "n3w/made-up-15"


@pytest.fixture
def server(host: Host) -> Iterator[Server]:
    """The demo's cluster, its controllers played, with the token in three Secrets."""
    with Server("--demo", "--for-kubectl", "--controllers", "0.6", host=host, at=STORY_TIME) as server:
        url = b"redis://cart:leaked%2Fmade-up-14@redis.example.test:6379/0"
        server.write("cart-redis", {"REDIS_PASSWORD": TOKEN.encode(), "REDIS_URL": url}, WHERE)
        server.write("smtp", {"password": TOKEN.encode()}, WHERE)
        server.write("media-azure", {"azurestorageaccountkey": b64encode(TOKEN.encode())}, WHERE)
        yield server


def test_a_token_that_leaked_from_a_url_is_replaced_everywhere_and_recorded(
    person: Person, server: Server
) -> None:
    with Terminal(person.attaching(), env=environment(), size=(person.columns, person.rows)) as outside:
        person.presses("N", "Namespaces")
        person.presses("G", "web")
        person.presses("Enter", "cart-redis")
        person.presses(":", "Find a command")
        person.type("leak")
        person.sees("Find a leaked token")
        person.presses("Enter", "Leaked token: web", "looks for", "audit log shows these reads")
        person.pastes(TOKEN)
        person.presses("Enter", "4 places", "Found in 3 Secrets")
        person.presses("Down", "percent-encoded, password of the redis URL", "Deployment/cart (1 pod)")
        person.presses("v", "Counted the subjects that can read 3 Secrets.")
        person.sees("service account can read")
        person.presses("I", "New value: 3 Secrets")
        person.pastes(NEW)
        person.presses("Enter", "2 of 2 ready", "web/smtp")
        person.presses("W", "2 of 2 written", "T restarts 3 workloads")
        after = server.data("cart-redis", WHERE)
        assert after["REDIS_URL"] == b"redis://cart:n3w%2Fmade-up-15@redis.example.test:6379/0"
        assert after["REDIS_PASSWORD"] == server.data("smtp", WHERE)["password"] == NEW.encode()
        person.presses("T", "readers of 2 Secrets", "Deployment/mailer", "accepted")
        person.presses("W", "restarting 1 of")
        person.sees("Restarted: 3 workloads with new pods.")
        person.goes_back("Leaked token in web", "changed")
        person.presses("C-r", "1 place", "Found in 1 Secret")
        person.presses("c", "the record")
        outside.until(lambda: copied(outside), "the record on the clipboard")
        record = copied(outside)[-1].decode()
        for line in (
            "found      web/cart-redis REDIS_URL: percent-encoded, password of the redis URL; read by ",
            "found      web/smtp password: whole value; read by Deployment/mailer (1 pod)",
            "found      web/media-azure azurestorageaccountkey: in base64, whole value",
            "written    REDIS_PASSWORD, REDIS_URL of web/cart-redis",
            "restarted  Deployment/checkout, 2 pods",
            "left       web/media-azure azurestorageaccountkey: not changed in this run",
        ):
            assert line in record, record
        assert "made-up" not in record
        assert "made-up-1" not in person.screen
        person.goes_back("filter")
        person.quits()
