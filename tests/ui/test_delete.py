"""Deleting a Secret: readers shown first, name typed, and only the version (uid) on screen is deleted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.ui.person import MINE, Person, in_secret, pod_object, sitting_at
from tests.ui.test_copy import copied, watched
from tui.model.secret.secret import SecretRef
from tui.terminal.settings_file import Settings

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("badge", ["", "PROD"])
@pytest.mark.parametrize("size", [(48, 20), (80, 24)])
async def test_a_long_name_is_to_be_read_whole_above_the_field(size: tuple[int, int], badge: str) -> None:
    settings = Settings(guard=("payments-cluster",)) if badge else Settings()
    async with sitting_at(size=size, settings=settings, namespace="odd") as person:
        listed: Any = person.app.screen.query_one("#secret-table")
        ref = next(row.ref for row in listed.rows if len(row.ref.name) == 253)
        await person.acts_on(ref, "D", "Name:", "type the name above to delete")
        assert person.read("#to-type").removeprefix("Name:").replace(" ", "") == ref.name
        await person.presses("x enter", "Nothing sent: the typed name is wrong.", at="StatusLine")
        assert person.read("#to-type").removeprefix("Name:").replace(" ", "") == ref.name
        assert person.read("#name").startswith("▌ x")
        await person.reads("#verdict", "Deletes in", "as admin")
        await person.reads("#about", "no reader known")


async def test_an_open_one_is_left_when_it_is_deleted_and_its_draft_stays() -> None:
    async with in_secret() as person:
        await person.edit("password", "n3w-made-up")
        await person.presses("D", "Delete mysecret")
        await person.reads("#delete", "your draft of password is kept and can create the Secret again")
        await person.fills("mysecret")
        await person.presses("enter", "Deleted: default/mysecret", "Secrets  8", "1 draft")
        assert person.session.drafts.get(MINE) is not None
        assert person.session.open_ref is None and person.session.opened is None
        assert [one.words for one in person.session.writes.undo.writes] == ["deleted"], "and once"


@pytest.mark.parametrize("opens", [False, True])
async def test_a_deletion_that_is_under_way_says_so(opens: bool) -> None:
    async with (in_secret if opens else sitting_at)() as person:
        if not opens:
            await person.put_cursor("#secret-table", str(MINE))
        await person.presses("D", "Delete mysecret", "keys: password")
        person.fault("delay", method="DELETE", path="*/secrets/mysecret", seconds=3600)
        await person.fills("mysecret")
        await person.presses("enter", "Deleting default/mysecret …", at="StatusLine")
        person.cluster.faults.clear()
        await person.sees("Deleted: default/mysecret")


async def test_a_secret_that_only_a_draft_knows_has_nothing_to_delete() -> None:
    async with sitting_at() as person:
        await person.presses("a", "New Secret")
        await person.fills("made-up")
        await person.presses("enter enter", "made-up is a new draft")
        await person.presses("D", "default/made-up is not created yet.")


@pytest.mark.parametrize(
    ("news", "said"),
    [
        (lambda person: person.others_set("token", b"made-up"), "key token was added"),
        (lambda person: person.others_set("password", b"made-up"), "key password was changed"),
        (lambda person: others_add_reader(person), "Pod newcomer reads the Secret"),
        (lambda person: others_manage(person), "managed by Helm/shop"),
    ],
)
async def test_changes_since_the_question_must_be_read_before_the_secret_is_deleted(
    news: Callable[[Person], None], said: str
) -> None:
    async with sitting_at(size=(80, 24)) as person:
        await person.acts_on(MINE, "D", "keys: password, username", "mypod")
        await person.fills("mysecret")
        news(person)
        await person.sees(f"! changed since you opened this screen: {said}")
        await person.press("enter")
        await person.sees("Nothing sent: read the changes at the top, then press enter to delete.")
        assert person.asked("DELETE") == []
        await person.presses("enter", "Deleted: default/mysecret")


async def test_a_secret_that_others_deleted_meanwhile_is_not_deleted_again() -> None:
    async with in_secret() as person:
        await person.presses("D", "keys: password, username")
        person.others_delete()
        await person.sees("The Secret was already deleted by someone else.")
        await person.fills("mysecret")
        await person.presses("enter", "Nothing sent: the Secret is not loaded.")


def others_add_reader(person: Person) -> None:
    """Add a pod that takes the whole Secret into its environment."""
    pod = pod_object("newcomer", {"envFrom": [{"secretRef": {"name": "mysecret"}}]})
    person.cluster.store.put(pod)


def others_manage(person: Person) -> None:
    """Let a Helm release take over the Secret."""
    stored = person.cluster.store.get("secrets", MINE.namespace, MINE.name)
    stored["metadata"]["labels"] = {"app.kubernetes.io/managed-by": "Helm"}
    stored["metadata"]["annotations"] = {"meta.helm.sh/release-name": "shop"}
    person.cluster.store.put(stored, manager="helm")


async def test_before_it_is_fetched_and_after_it_changed_nothing_is_deleted() -> None:
    other = SecretRef("default", "feature-flags")
    async with sitting_at() as person:
        slow = person.fault("delay", path="*/secrets/feature-flags", seconds=3600)
        await person.acts_on(other, "D")
        await person.waits_for(lambda: slow.seen, "the request on its way")
        await person.fills("feature-flags")
        await person.presses("enter", "Nothing sent: the Secret is not loaded.")
        person.cluster.faults.clear()
        await person.waits_for(lambda: "keys: flags.json, salt" in person.text, "its keys")
        await person.sends("enter", "DELETE")
        person.others_set("salt", b"theirs-made-up", other)
        person.cluster.faults.clear()
        await person.sees(
            "Not deleted: default/feature-flags. The Secret changed on the server since you opened it."
        )
        assert person.on_server(other)["salt"] == b"theirs-made-up"


async def test_a_secret_with_finalizers_names_them_and_offers_a_command_that_removes_them() -> None:
    async with sitting_at(size=(80, 24)) as person:
        sent = watched(person)
        stored = person.cluster.store.get("secrets", MINE.namespace, MINE.name)
        stored["metadata"]["finalizers"] = ["example.test/made-up"]
        person.cluster.store.put(stored, manager="controller")
        await person.acts_on(MINE, "D")
        await person.reads("#delete", "! the Secret stays until its finalizers finish: example.test/made-up")
        stored["metadata"]["deletionTimestamp"] = "2026-11-23T16:05:00Z"
        person.cluster.store.put(stored, manager="controller")
        await person.reads("#delete", "is being deleted already; it stays until its finalizers finish")
        await person.press("escape")
        await person.open()
        await person.reads(
            "#warnings",
            "X being deleted: waits for example.test/made-up C copies a patch that ends the wait",
        )
        await person.presses("d", "finalizers", "example.test/made-up; the deletion waits for these")
        await person.presses("escape C", "p  a kubectl patch that removes the finalizers")
        await person.presses("p", "a kubectl patch that removes the finalizers of mysecret")
        await person.waits_for(lambda: copied(sent), "a copy")
        line = (
            "kubectl patch secret mysecret --context payments-cluster -n default --type=merge "
            """-p '{"metadata": {"finalizers": null}}'"""
        )
        assert copied(sent) == [line.encode()]
