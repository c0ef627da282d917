"""Panes without rows: loading, empty, refused or broken; each says which."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.faulty_cluster.faults import Fault
from tests.faulty_cluster.server import FaultyCluster
from tests.ui.person import MINE, Person, in_secret, sitting_at
from tui.embedded.users import Rule
from tui.model.secret.secret import SecretRef

SECRETS, PODS, NAMESPACES = "*/namespaces/default/secrets", "*/pods", "/api/v1/namespaces"
EMPTY = SecretRef("default", "placeholder")


def faulty(*faults: Fault) -> Any:
    """A cluster with these faults from its start."""

    def prepare(cluster: FaultyCluster) -> None:
        for fault in faults:
            cluster.faults.add(fault)

    return prepare


async def test_a_pane_that_still_loads_says_so_and_is_never_called_empty() -> None:
    slow = [Fault("delay", method="GET", path=path, seconds=3600) for path in (SECRETS, PODS, NAMESPACES)]
    async with sitting_at(settles=False, prepare=faulty(*slow)) as person:
        await person.sees("Loading Secrets …", "connecting")
        await person.presses("enter", "The Secrets are still loading.")
        await person.presses("d", "The Secrets are still loading.")
        await person.press("N")
        assert "No" not in person.text
        person.cluster.faults.active.remove(slow[0])
        person.cluster.faults.clear()
        person.cluster.faults.add(slow[1])
        await person.sees("mysecret")
        await person.presses("P", "Loading pods …")
        await person.press("escape")
        person.cluster.faults.clear()
        await person.settles()
        await person.sees("Namespaces  8")


@pytest.mark.slow
async def test_an_empty_list_hidden_helm_records_and_a_secret_without_keys_are_distinguished() -> None:
    story = [
        {"kind": "Namespace", "metadata": {"name": "quiet"}},
        {
            "kind": "Secret",
            "metadata": {
                "name": "sh.helm.release.v1.a.v1",
                "namespace": "quiet",
                "labels": {"owner": "helm"},
            },
            "type": "helm.sh/release.v1",
        },
        {"kind": "Secret", "metadata": {"name": "placeholder", "namespace": "default"}, "type": "Opaque"},
    ]
    async with sitting_at(story=story, namespace="kube-public") as person:
        said = "No Secrets in this namespace. a creates one, 0 shows all namespaces."
        await person.reads("#secrets", said)
        await person.presses("P", "No pods in kube-public.")
        await person.press("escape", "N")
        await person.put_cursor("#namespace-table", "quiet")
        await person.presses("enter", "Only 1 hidden Helm record. H shows Helm records.", at="#secrets")
        await person.press("N")
        await person.put_cursor("#namespace-table", "default")
        await person.presses("enter", "placeholder")
        await person.presses("enter", "This Secret has no keys. a adds one, F loads files.")


@pytest.mark.slow
async def test_a_refusal_names_verb_and_resource_in_each_pane_and_the_rest_works() -> None:
    rules = Rule(("get",), ("secrets",), names=("mysecret",))
    async with sitting_at(settles=False, rules=[rules]) as person:
        refused = (
            "Refused: you may not list secrets in namespace default. Everything else still works. "
            "ctrl+r refreshes"
        )
        await person.reads("#secrets", "you may not list them here", refused)
        await person.reads("#namespaces", "Refused: you may not list namespaces in this cluster.")
        await person.presses("P", "Refused: you may not list pods in namespace default.")
        await person.press("escape")
        await person.open()
        await person.presses("r", "1f2d1e2e67df", "not known: you may not list pods", at="#secret")
        await person.press("escape")
        person.cluster.users.set_rules("jane", [Rule(("*",), ("*",))])
        await person.presses("ctrl+r", "mysecret", "Namespaces  8", "● live")


@pytest.mark.slow
async def test_a_secret_that_is_listed_and_may_not_be_opened_says_what_is_missing() -> None:
    rules = Rule(("list", "watch"), ("secrets", "pods", "namespaces"))
    async with sitting_at(rules=[rules]) as person:
        await person.acts_on(MINE, "enter")
        await person.reads(
            "#secret", "Refused: you may not get secrets mysecret in namespace default.", "ctrl+r"
        )
        await person.presses(
            "e delete a r",
            "mysecret is not open. Refused: you may not get secrets mysecret",
            "A shows the Role",
        )
        person.cluster.users.set_rules("jane", [rules, Rule(("get",), ("secrets",))])
        await person.presses("ctrl+r", "********")


@pytest.mark.slow
async def test_a_secret_that_cannot_be_fetched_says_why_and_what_to_press() -> None:
    async with sitting_at() as person:
        fault = person.fault("status", code=500, path="*/secrets/mysecret", times=None)
        await person.acts_on(MINE, "enter", "The server failed (HTTP 500).", "ctrl+r refreshes.")
        await person.presses("escape enter", "The server failed (HTTP 500).")
        person.cluster.faults.active.remove(fault)
        await person.presses("ctrl+r", "********")
        person.fault("status", code=404, path=f"*/secrets/{EMPTY.name}")
        await person.press("escape")
        await person.acts_on(EMPTY, "enter")
        await person.reads("#secret", "Not found: secret default/placeholder does not exist in this cluster.")


async def passes(person: Person, is_true: Callable[[], bool]) -> None:
    """Let time pass, second by second, until the condition is true."""

    def is_so() -> bool:
        is_it = is_true()
        if not is_it:
            person.clock.advance(1)
        return is_it

    await person.waits_for(is_so, "what comes with time")


async def test_a_list_that_breaks_keeps_its_rows_and_says_since_when_it_is_not_live() -> None:
    async with sitting_at(size=(80, 24)) as person:
        person.fault("status", code=503, path="*/secrets", times=None)
        person.clock.advance(10)
        person.cluster.end_watches(is_expired=True)
        await person.sees("not live since 14:00")
        assert "mysecret" in person.text
        person.cluster.faults.clear()
        await passes(person, lambda: person.session.secrets.state.is_live)
        await passes(person, lambda: "● live" in person.text)


async def test_a_pause_that_the_server_asks_for_is_shown_as_the_time_of_the_next_try() -> None:
    async with sitting_at(size=(80, 24)) as person:
        person.fault("status", code=429, retry_after=90, path="*/secrets", times=1)
        await person.presses("ctrl+r", "is limiting requests", "Next try at 14:01:30.", at="#list-trouble")
        await person.sees("not live since 14:00")
        person.clock.advance(90)
        await person.waits_for(lambda: person.session.secrets.state.is_live, "a live list")
        await person.sees_no("Next try")


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_a_list_whose_watch_is_refused_as_too_old_is_shown_as_not_live(size: tuple[int, int]) -> None:
    refused = Fault("status", path="*/secrets", query="watch=", code=410, times=None)
    async with sitting_at(size=size, settles=False, prepare=faulty(refused)) as person:
        await person.sees("mysecret", "not live since 14:00")
        await person.reads(
            "#list-trouble", "The server sent the list, but refuses to watch for changes (410)."
        )
        assert "● live" not in person.text


@pytest.mark.slow
@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_a_secret_that_is_not_given_out_now_says_when_it_is_tried_again(size: tuple[int, int]) -> None:
    async with sitting_at(size=size) as person:
        person.fault("status", code=429, retry_after=7, path="*/secrets/mysecret")
        await person.acts_on(MINE, "enter", "is limiting requests", "Next try at 14:00:07.", "not live")
        person.clock.advance(7)
        await person.sees("********", "● live")
        person.fault("status", code=503, retry_after=9, path="*/secrets/mysecret")
        await person.press("ctrl+r")
        await person.reads(
            "#secret", "not live since 14:00: The server failed (HTTP 503). Next try at 14:00:16."
        )
        person.clock.advance(9)
        await person.sees_no("HTTP 503")


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_a_restored_server_is_read_again_by_a_refresh_and_reported(size: tuple[int, int]) -> None:
    async with in_secret(size=size, key="password") as person:
        restore = person.cluster.backup()
        person.others_set("later", b"made-up")
        await person.sees("▸   password", "later")
        restore()
        await person.press("ctrl+r")
        await person.sees("The server went back to an earlier state", "read again")
        await person.sees_no("▸   later")
        await person.waits_for(lambda: "later" not in person.read("#key-table"), "the earlier keys")


async def test_clocks_that_differ_are_reported_once() -> None:
    async with sitting_at(settles=False) as person:
        person.session.cluster.skew = -42.0
        person.session.events.notify("identity")
        await person.sees("The server's clock is 42s behind this computer's; ages use the server's clock.")
        person.session.events.notify("identity")
        await person.calm()
        assert sum("clock" in said.text for said in person.app.shared.messages) == 1


def rows_of(person: Person) -> str:
    """Rows of the list, without ages in minutes, which go on."""
    return re.sub(r"\b\d+m\b", "", person.read("#secrets"))


@pytest.mark.slow
async def test_five_minutes_without_a_server_leave_screen_cursor_draft_and_filter() -> None:
    async with in_secret(size=(80, 24)) as person:
        await person.edit("password", "n3w-made-up")
        await person.press("escape", "slash", *"e", "enter")
        await person.put_cursor("#secret-table", "default/orders-import")
        before = rows_of(person)
        person.fault("refuse", path="*", times=None)
        person.cluster.end_watches()
        await person.sees("not live since 14:00")
        for _ in range(30):
            person.clock.advance(10)
            await person.calm()
        await person.sees("not live since 14:00", "orders-import")
        person.cluster.faults.clear()
        await passes(person, lambda: "● live" in person.text)
        await person.sees("1 draft", "filter: e")
        await person.waits_for(lambda: rows_of(person) == before, "the same list")
        screen: Any = person.app.screen
        assert screen.secrets.table.cursor_key == "default/orders-import"
        assert [draft.ref for draft in person.session.drafts.all()] == [MINE]


async def test_a_review_that_the_server_did_not_answer_is_repeated_once_it_is_back() -> None:
    async with in_secret(size=(80, 24)) as person:
        await person.edit("password", "n3w-made-up")
        person.fault("refuse", path="*", times=None)
        person.cluster.end_watches()
        await passes(person, lambda: "not live since" in person.text)
        await person.presses("w", "ctrl+r retries", at="#verdict")
        person.cluster.faults.clear()
        await passes(person, lambda: "● live" in person.text)
        await person.sees("accepted at", "W write")
