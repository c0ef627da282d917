"""Job: find a password that two Secrets share, and give one a value of its own; or replace it in both."""

from __future__ import annotations

from base64 import b64encode

from tests.jobs.conftest import AT_TWO_SIZES
from tests.jobs.person import JOB, Person
from tests.terminal.server import Server

pytestmark = JOB
WHERE, NEW = "web", "n3w-made-up-and-long"
CONFIG = b'{"database": {"user": "shop", "password": "made-up-password-14"}}'


def share_a_password(server: Server) -> None:
    """Create a Secret whose file holds the password of cart-redis too."""
    billing = {"metadata": {"name": "billing"}, "data": {"config.json": b64encode(CONFIG).decode()}}
    server.call("POST", f"/api/v1/namespaces/{WHERE}/secrets", billing)


def opens_the_finding(person: Person) -> None:
    """Read the values, open the finding of the reused password, and go to the leaf that it names."""
    person.presses("B", "Health of web", "not read: v checks")
    person.presses("v", " checked: ")
    person.presses("/", "words in")
    person.type("reused")
    person.sees("1 of ")
    person.press("Enter")
    person.reads("config.json database.password is the same as REDIS_PASSWORD of cart-redis")
    person.sees("opens the Secret; enter opens")
    person.presses("Enter", "config.json", "JSON, 2 leaves", "enter opens the value, then t")
    person.presses("Enter", "database.password", "database.user")
    person.go_to("database.password")


@AT_TWO_SIZES
def test_a_reused_password_is_found_and_changed_until_the_finding_is_gone(
    server: Server, size: tuple[int, int]
) -> None:
    share_a_password(server)
    with Person(server, "-n", WHERE, size=size) as person:
        opens_the_finding(person)
        person.presses("t", "Rotate database.password in config.json of billing")
        person.presses("Enter", "Set unseen")
        person.presses("C-g", "generated: ")
        person.presses("Enter", "Review", "accepted", "1 changed")
        person.presses("W", "Restart: readers of billing", "nothing to restart")
        assert b"made-up-password-14" not in server.data("billing", WHERE)["config.json"]
        person.goes_back("JSON, 2 leaves", gone=["Restart: readers"])
        person.goes_back("Health of web", "not read: v checks")
        person.presses("v", " checked: ", "No matches.", gone=["is the same as"])
        person.quits()


@AT_TWO_SIZES
def test_a_reused_password_of_one_login_is_replaced_in_all_its_places(
    server: Server, size: tuple[int, int]
) -> None:
    share_a_password(server)
    with Person(server, "-n", WHERE, size=size) as person:
        opens_the_finding(person)
        person.presses("C-f", "the value of config.json database.password")
        person.presses("Enter", "searched Secrets hold it", "I replace value")
        person.sees("found in config.json database.password")
        person.presses("I", "New value: 2 Secrets")
        person.type(NEW)
        person.presses("Enter", "2 of 2 ready", "web/cart-redis")
        person.presses("W", "2 of 2 written", "T restarts 3 workloads")
        assert NEW in server.data("billing", WHERE)["config.json"].decode()
        assert server.data("cart-redis", WHERE)["REDIS_PASSWORD"].decode() == NEW
        person.goes_back("found in values")
        person.quits()
