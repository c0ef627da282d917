"""Job: change a key, restart pods with the old value, follow it to the end; and see why a pod fails."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.jobs.conftest import AT_TWO_SIZES
from tests.jobs.person import JOB, Person
from tests.terminal.server import Host, Server
from tui.embedded.demo.story import STORY_TIME

pytestmark = JOB
NAME, WHERE, KEY = "ledger-config", "payments", "ledger.yaml"
"""Key that three pods of ledger-api mount by subPath, and that one pod of ledger-worker has as variables.
The newest template of ledger-worker names a key that another Secret does not have."""


@pytest.fixture
def server(host: Host) -> Iterator[Server]:
    """The demo's cluster, its controllers played."""
    with Server("--demo", "--for-kubectl", "--controllers", "0.6", host=host, at=STORY_TIME) as server:
        yield server


def restarts_of(server: Server, name: str) -> str:
    """Annotation restartedAt of a Deployment's template."""
    found = server.call("GET", f"/apis/apps/v1/namespaces/{WHERE}/deployments/{name}")
    annotations = found["spec"]["template"].get("metadata", {}).get("annotations") or {}
    return str(annotations.get("kubectl.kubernetes.io/restartedAt", ""))


@AT_TWO_SIZES
def test_restarted_pods_get_the_changed_key_and_a_pod_that_fails_shows_its_reason(
    person: Person, server: Server
) -> None:
    person.opens(NAME)
    person.go_to(KEY)
    person.presses("s", "Helm/ledger manages", "M  look at the source", "h  edit here anyway")
    person.presses("Enter", "Set unseen")
    person.type("made-up-1")
    person.presses("Enter", f"{KEY} set unseen", "1 draft")
    person.reviews(KEY)
    person.presses(
        "W", "4 pods keep the old value; T restarts 3 of them, but the next start of the other 1 FAILS."
    )
    person.presses("T", "Restart: readers of", "Deployment/ledger-api", "accepted", "1 of 2 marked")
    person.sees("next start FAILS: couldn't find key")
    person.presses("Down", "Deployment/ledger-worker", "env")
    person.presses("Space", "2 of 2 marked", "accepted")
    assert not restarts_of(server, "ledger-api")
    person.presses("W", "restarting 1 of 2", "rolling")
    assert restarts_of(server, "ledger-api") and not restarts_of(server, "ledger-worker")
    person.goes_back("KEY")
    person.presses("T", "new after", " 3/3 ")
    person.sees("failed:", "couldn't find key", "1 failed, 1 new")
    person.presses("c", "the record")
    person.goes_back("KEY")
    person.quits()


@AT_TWO_SIZES
def test_the_rotation_leads_from_the_new_value_to_the_restarts(person: Person, server: Server) -> None:
    before = server.data(NAME, WHERE)[KEY]
    person.opens(NAME)
    person.go_to(KEY)
    person.presses(":", "Find a command")
    person.type("rotate")
    person.sees("Set a value, write it")
    person.presses("Enter", f"Rotate {KEY} of {NAME}", f"the old value goes to {KEY}_previous")
    person.presses("o", "Set unseen")
    person.presses("C-g", "generated: ")
    person.presses("Enter", "Review", "accepted", f"{KEY}_previous")
    person.presses("W", "Restart: readers of", "1 of 2 marked", "accepted", "Written")
    after = server.data(NAME, WHERE)
    assert after[f"{KEY}_previous"] == before and after[KEY] != before
    person.goes_back("KEY")
    person.quits()


def test_rotate_a_password_of_three_workloads_together_with_the_url_that_holds_it(
    person: Person, server: Server
) -> None:
    name, where = "cart-redis", "web"
    person.presses("N", "Namespaces")
    person.presses("G", "web")
    person.presses("Enter", name)
    person.opens(name)
    person.go_to("REDIS_PASSWORD")
    person.presses("t", f"Rotate REDIS_PASSWORD of {name}")
    person.presses("Enter", "Set unseen")
    person.presses("C-g", "generated: ")
    person.presses("Enter", "Review", "1 changed", "REDIS_URL still holds the old value of REDIS_PASSWORD")
    person.presses("W", "An old value remains", "y write anyway")
    assert server.data(name, where)["REDIS_PASSWORD"] == b"made-up-password-14"
    person.presses("i", "2 changed", "accepted", gone=["still holds"])
    person.presses("W", "Restart: readers of", "3 of 3 marked", "accepted")
    assert "T restarts" not in person.screen, "T is another key here"
    after = {key: value.decode() for key, value in server.data(name, where).items()}
    assert after["REDIS_URL"] == f"redis://cart:{after['REDIS_PASSWORD']}@redis.example.test:6379/0"
    assert after["REDIS_PASSWORD"] != "made-up-password-14"
    person.presses("W", "restarting 1 of 3", "0 of 4 pods", "ctrl+c stop after this")
    bar = "━" * (8 if person.columns < 100 else 16)
    person.sees("ok Deployment/cart", f"{bar} 1/1  new after", "restarted  Deployment/cart, 1 pod")
    person.sees("Restarted: 3 workloads with new pods.", "4 of 4 pods", f"{bar} 2/2  new after", "3 new")
    person.reads_by_pages("written    REDIS_PASSWORD, REDIS_URL")
    person.goes_back("KEY")
    person.quits()


@AT_TWO_SIZES
def test_a_leaked_value_of_two_secrets_is_replaced_and_their_pods_restart_in_one_go(
    person: Person, server: Server
) -> None:
    where, leaked, new = "web", b"made-up-password-14", "n3w-made-up"
    server.write("smtp", {"password": leaked}, where)
    person.presses("N", "Namespaces")
    person.presses("G", "web")
    person.presses("Enter", "cart-redis")
    person.presses("C-f", "find in values")
    person.type(leaked.decode())
    person.presses("Enter", "searched Secrets hold it", "I replace value", "T restart")
    person.presses("I", "New value: 2 Secrets")
    person.type(new)
    person.presses("Enter", "2 of 2 ready", "web/smtp")
    person.presses("W", "2 of 2 written", "T restarts 3 workloads")
    assert server.data("smtp", where)["password"] == server.data("cart-redis", where)["REDIS_PASSWORD"]
    person.presses("T", "readers of 2 Secrets", "Deployment/checkout", "Deployment/mailer", "accepted")
    person.sees("3 of 4 marked", "old: cart-redis/REDIS_PASSWORD")
    person.presses("W", "restarting 1 of 3")
    person.sees("Restarted: 3 workloads with new pods.")
    person.reads_by_pages("REDIS_PASSWORD, REDIS_URL of web/cart-redis")
    person.goes_back("found in values")
    person.quits()


@AT_TWO_SIZES
def test_a_value_that_a_controller_puts_back_is_recorded_and_restarts_nothing(
    person: Person, server: Server
) -> None:
    name, key, by = "db-credentials", "password", "externalsecrets.external-secrets.io/db"
    before = server.data(name, WHERE)[key]
    person.opens(name)
    person.go_to(key)
    person.presses("t", f"Rotate {key} of {name} at its source", "h  rotate here anyway")
    person.presses("h", f"the old value goes to {key}_previous")
    person.presses("Enter", "Set unseen")
    person.presses("C-g", "generated: ")
    person.presses("Enter", "Review", "accepted")
    person.presses("W", "Restart: readers of", "U undo")
    person.sees("Changed again", f"by {by}")
    person.reads(f"! {key}: changed again by {by}; M shows the source")
    person.sees("0 of 3 marked", "a manager undid the write", gone=["W restart"])
    assert server.data(name, WHERE)[key] == before
    person.presses("W", "Nothing sent: no workload is marked")
    person.presses("M", f"Source of {name}", "Refresh from the store")
    person.goes_back("0 of 3 marked")
    person.presses("c", "the record")
    assert not restarts_of(server, "ledger-api")
    person.goes_back(f"{key}: changed again by")
    person.presses("!", "Messages of this run", "Changed again")
    person.goes_back("KEY")
    person.presses("T", "0 of 3 marked")
    person.presses("U", "Undo a write", f"{WHERE}/{name}: {key}")
    person.goes_back("KEY")
    person.quits()
