"""Jobs: filter a list, change namespace and context, find who reads a key."""

from __future__ import annotations

from pathlib import Path

import yaml

from tests.jobs.conftest import AT_TWO_SIZES
from tests.jobs.person import JOB, Person
from tests.terminal.server import Host, Server
from tui.embedded.demo.story import STORY_TIME

pytestmark = JOB


def test_filter_the_list_by_words_type_and_key(person: Person) -> None:
    for words, left, gone in (
        ("gateway", ["gateway-api", "gateway-tls"], ["legacy-db"]),
        ("type:tls", ["db-tls", "gateway-tls"], ["gateway-api"]),
        ("key:api-key", ["gateway-api"], ["gateway-tls"]),
        ("nothing-is-named-so", ["No matches"], ["gateway-api"]),
    ):
        person.finds(words)
        person.sees(*left, gone=gone)
        person.goes_back("legacy-db", "gateway-tls")
    person.quits()


def test_find_who_reads_a_key(person: Person) -> None:
    person.opens("db-credentials")
    person.go_to("password")
    person.sees("Read by: password", "DB_PASSWORD")
    person.presses("p", "Readers of db-credentials", "6 pods", "DB_PASSWORD")
    person.presses("G", "key missing")
    person.presses("g", "container migrate (init)", "/etc/check/db/pa")
    person.presses("Enter", "Inputs of Pod/fraud-check-84f5c9b7d6-pl5s8", "/etc/tunnel/token")
    person.goes_back("Readers of db-credentials")
    person.goes_back("ca.p12", gone=["Readers of"])
    person.quits()


@AT_TWO_SIZES
def test_find_which_secrets_hold_a_value(person: Person) -> None:
    person.opens("db-credentials")
    person.go_to("password")
    person.presses("C-f", "find in values", "looks for  the value of password")
    person.presses("Enter", "holds it", "found in values", gone=["looks for"])
    person.goes_back("legacy-db", "gateway-tls")
    person.presses("C-f", "looks for  nothing yet")
    person.pastes("nowhere-made-up")
    person.presses("Enter", "Not found:")
    person.quits()


@AT_TWO_SIZES
def test_find_the_secrets_that_no_known_pod_reads(server: Server, size: tuple[int, int]) -> None:
    with Person(server, "-n", "payments", size=size) as person:
        person.finds("by:none")
        person.sees("filter: by:none", "legacy-db", "no reader known", gone=["gateway-api"])
        person.goes_back("gateway-api")
        person.finds("!by:none")
        person.sees("gateway-api", gone=["legacy-db"])
        person.presses("0", "all namespaces", "NAMESPACE")
        person.presses("g", "filter: !by:none", "mysecret", gone=["oncall-bot"])
        person.quits()


def test_a_secret_opened_by_its_name_shows_who_reads_it(server: Server, size: tuple[int, int]) -> None:
    with Person(server, "payments/db-credentials", size=size) as person:
        person.go_to("password")
        person.sees("Read by: password", "5 pods", "DB_PASSWORD", gone=["not loaded yet (p"])
        person.quits()


@AT_TWO_SIZES
def test_a_secret_opened_by_its_name_says_once_that_pods_may_not_be_listed(
    host: Host, size: tuple[int, int]
) -> None:
    refused = "GET /api/v1/namespaces/payments/pods"
    with (
        Server("--demo", "--for-kubectl", "--refuse", refused, host=host, at=STORY_TIME) as server,
        Person(server, "payments/db-credentials", size=size) as person,
    ):
        person.go_to("password")
        person.sees("Read by: password", "you may not list pods", gone=["not loaded yet (p"])
        assert person.screen.count("you may not list pods") == 1
        assert "refused" not in person.screen
        person.quits()


def test_change_the_namespace(server: Server, size: tuple[int, int]) -> None:
    with Person(server, size=size) as person:
        person.sees("› default", "mysecret")
        person.press("N")
        person.sees_title("Namespaces  8")
        person.press("/")
        person.fills("paym")
        person.sees("/paym")
        person.presses("Enter", "› payments", "db-credentials", gone=["mysecret"])
        person.presses("0", "all namespaces", "NAMESPACE")
        person.finds("mysecret")
        person.sees_row("default", "mysecret")
        person.quits()


@AT_TWO_SIZES
def test_change_the_context(server: Server, size: tuple[int, int]) -> None:
    with Server("--demo", "--for-kubectl", name="prod", at=STORY_TIME) as prod:
        prod.write("mysecret", {"only-in-prod": b"made up"})
        both(server, prod)
        with Person(server, size=size) as person:
            person.sees("stage-eu › default", gone=["PROD"])
            person.presses("X", "Contexts 2", "prod-eu")
            person.press("/")
            person.type("prod")
            person.sees_row("▸", "prod-eu")
            person.presses("Enter", "/prod")
            person.presses("Enter", "PROD", "prod-eu › default", "● live")
            person.opens("mysecret")
            person.sees("only-in-prod")
            person.quits()


def both(stage: Server, prod: Server) -> Path:
    """Write the kubeconfig of the first server with a context for each server."""
    parts: dict[str, list[object]] = {"contexts": [], "clusters": [], "users": []}
    for name, server in (("stage-eu", stage), ("prod-eu", prod)):
        config = yaml.safe_load(server.kubeconfig.read_text())
        parts["clusters"].append({**config["clusters"][0], "name": name})
        parts["users"].append({**config["users"][0], "name": name})
        parts["contexts"].append({"name": name, "context": {"cluster": name, "user": name}})
    stage.kubeconfig.write_text(yaml.safe_dump({"current-context": "stage-eu", **parts}))
    return stage.kubeconfig
