"""Deleting marked Secrets: what each deletion does, their number typed, and how each ended."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.ui.person import MINE, Person, pod_object, sitting_at
from tui.embedded.users import Rule
from tui.model.secret.secret import SecretRef
from tui.terminal.settings_file import Settings

pytestmark = pytest.mark.slow

BYTES, FLAGS, LINES = (
    SecretRef("default", name) for name in ("oncall-bot", "feature-flags", "orders-import")
)


def there(person: Person, refs: Sequence[SecretRef]) -> list[str]:
    stored = person.cluster.store.by_resource["secrets"].records
    return [ref.name for ref in refs if str(ref) in stored]


async def types_the_number(person: Person, *refs: SecretRef) -> None:
    """Mark these Secrets, press D and type the number that deletes them; enter is not pressed yet."""
    await person.mark(*refs)
    await person.presses("D", f"type delete {len(refs)} to delete")
    await person.fills(f"delete {len(refs)}")


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_all_are_listed_the_worst_first_and_their_number_is_typed(size: tuple[int, int]) -> None:
    async with sitting_at(size=size) as person:
        await person.mark(BYTES, MINE, LINES)
        await person.presses(
            "D",
            "Delete 3 Secrets",
            "1 of 3 Secrets has known readers; 1 pod would fail",
            "type delete 3 to delete",
        )
        assert person.asked("GET", part="/secrets/") == [], "no value is fetched to ask"
        await person.reads(
            "#delete", "pods only; esc, then p twice, reads all kinds", "mypod", "next start FAILS"
        )
        text = person.read("#delete")
        assert text.index("mysecret") < text.index("oncall-bot") < text.index("orders-import")
        for words in ("", "delete", "3", "delete 2"):
            await person.fills(words)
            await person.presses("enter", "Nothing sent: type delete 3.")
        assert person.asked("DELETE") == []
        await person.fills("delete 3")
        await person.presses(
            "enter", "Deleted: 3 Secrets. ! lists each deletion.", "U offers to create them again."
        )
        assert there(person, (BYTES, MINE, LINES)) == []
        await person.sees("Secrets  6")
        await person.presses("U", "all 3 deleted together")
        await person.presses("A", "3 of 3 ready")
        await person.presses("W", "Created: 3 Secrets.")
        assert there(person, (BYTES, MINE, LINES)) == ["oncall-bot", "mysecret", "orders-import"]
        assert person.on_server()["password"] == b"1f2d1e2e67df"


async def test_each_has_its_own_outcome_on_screen_and_those_that_stay_keep_their_mark() -> None:
    async with sitting_at(size=(80, 24)) as person:
        await person.mark(BYTES, FLAGS, LINES, MINE)
        await person.presses("D", "Delete 4 Secrets")
        slow = person.fault("delay", method="GET", path="*/secrets/feature-flags", seconds=3600)
        await person.fills("delete 4")
        await person.presses("enter", "0 of 4 deleted · 4 to go", "being deleted …", "waits")
        await person.waits_for(lambda: slow.seen, "the first is read")
        person.others_set("password", b"theirs-made-up")
        person.cluster.faults.clear()
        person.fault("status", method="DELETE", path="*/secrets/oncall-bot", code=403)
        person.fault("drop_before", method="DELETE", path="*/secrets/orders-import")
        await person.sees("1 of 4 deleted · 2 not deleted · 1 unknown", "deleted at 14:00:")
        await person.reads(
            "#delete",
            "Not deleted: default/oncall-bot.",
            "Sent, outcome unknown since",
            "Not deleted: default/mysecret. The Secret changed on the server since you opened it.",
        )
        assert len(person.asked("DELETE")) == 4
        await person.presses("enter", "These deletions were sent. esc leaves this screen.")
        await person.presses("escape", "Secrets  8", "3 marked")
        assert there(person, (BYTES, FLAGS, LINES, MINE)) == ["oncall-bot", "orders-import", "mysecret"]


async def test_changes_to_marked_secrets_must_be_read_before_any_is_deleted() -> None:
    async with sitting_at(size=(80, 24)) as person:
        await types_the_number(person, BYTES, LINES, MINE)
        person.others_set("token", b"theirs-made-up", BYTES)
        person.cluster.store.put(
            pod_object("newcomer", {"envFrom": [{"secretRef": {"name": "orders-import"}}]})
        )
        await person.reads(
            "#delete", "default/oncall-bot was changed", "Pod newcomer reads default/orders-import"
        )
        await person.presses(
            "enter", "Nothing sent: read the changes at the top, then press enter to delete."
        )
        person.others_delete()
        await person.sees("Delete 2 Secrets", "default/mysecret was deleted")
        await person.presses("enter", "Nothing sent: type delete 2.")
        await person.fills("delete 2")
        await person.presses("enter", "Nothing sent: read the changes")
        assert person.asked("DELETE") == []
        await person.presses("enter", "Deleted: 2 Secrets.")


async def test_a_secret_deleted_and_created_again_meanwhile_is_named_before_the_deletion() -> None:
    async with sitting_at(size=(80, 24)) as person:
        await types_the_number(person, BYTES, LINES)
        person.others_delete(BYTES)
        await person.sees("Delete 1 Secret", "default/oncall-bot was deleted")
        await person.presses("enter", "Nothing sent: type delete 1.")
        person.others_make(BYTES, {"password": b"made-up"})
        await person.reads("#delete", "default/oncall-bot was deleted and created again")
        await person.presses("enter", "Nothing sent: read the changes at the top")
        assert person.asked("DELETE") == []


@pytest.mark.parametrize("leaves", ["escape", "ctrl+l enter"])
async def test_escape_or_the_cover_stops_the_deletions_that_still_wait(leaves: str) -> None:
    async with sitting_at(size=(80, 24)) as person:
        await types_the_number(person, BYTES, FLAGS, LINES)
        await person.sends("enter", "DELETE")
        await person.presses(leaves, "Stopped: 2 Secrets not deleted.")
        person.cluster.faults.clear()
        await person.sees("Deleted: default/feature-flags", "2 marked")
        assert there(person, (BYTES, FLAGS, LINES)) == ["oncall-bot", "orders-import"]


async def test_quitting_while_some_wait_is_asked_about() -> None:
    async with sitting_at(size=(80, 24)) as person:
        await types_the_number(person, BYTES, FLAGS, LINES)
        await person.sends("enter", "DELETE")
        await person.presses(
            "ctrl+q", "Quit before all Secrets are deleted?", "Still being deleted: default/feature-flags."
        )
        await person.sees("Not deleted yet: default/oncall-bot, default/orders-import.")
        person.cluster.faults.clear()
        await person.presses("escape", "Deleted: 3 Secrets.")


async def test_secrets_that_may_not_be_deleted_are_named_and_not_counted() -> None:
    rules = [
        Rule(("list", "watch"), ("secrets", "pods", "namespaces")),
        Rule(("get",), ("secrets",), names=("oncall-bot", "feature-flags", "orders-import")),
        Rule(("delete",), ("secrets",), names=("oncall-bot", "orders-import", "mysecret")),
    ]
    async with sitting_at(size=(80, 24), rules=rules) as person:
        await person.mark(BYTES, FLAGS, LINES, MINE)
        await person.presses("D", "Delete 4 Secrets", "type delete 2 to delete them")
        await person.reads("#delete", "not deleted: you may not delete this Secret")
        await person.reads("#delete", "not deleted: you may not read this Secret, so undo is impossible")
        fault = person.fault("status", method="DELETE", path="*/secrets/orders-import", code=403)
        await person.fills("delete 2", "enter")
        await person.reads(
            "#delete",
            "1 of 2 deleted · 1 not deleted",
            "not deleted: you may not delete",
            "not deleted: you may not read",
        )
        assert fault.seen and len(person.asked("DELETE")) == 2
        person.cluster.faults.clear()
        await person.presses("escape", "3 marked")
        await person.presses("D", "type delete 1 to delete it")
        await person.fills("delete 1", "enter")
        await person.sees(
            "Deleted: 1 Secret; 2 not deleted, still marked.", "lists each deletion.", "undoes it."
        )


async def test_where_none_may_be_deleted_no_words_are_asked_for() -> None:
    rules = [Rule(("get", "list", "watch"), ("secrets", "pods", "namespaces"))]
    async with sitting_at(size=(80, 24), rules=rules) as person:
        await person.mark(BYTES, LINES)
        await person.presses("D", "Delete 2 Secrets", "nothing to delete")
        assert "type delete" not in person.text and "create them again" not in person.text
        await person.fills("delete 0")
        await person.presses(
            "enter", "Nothing to delete: each Secret is gone, or you may not delete or read it."
        )
        assert person.asked("DELETE") == []


async def test_a_guarded_context_asks_for_its_name_once() -> None:
    async with sitting_at(size=(80, 24), settings=Settings(guard=("payments-cluster",))) as person:
        await person.mark(BYTES, LINES)
        await person.presses("D", "you must also type the context's name")
        await person.fills("delete 2", "enter")
        await person.sees("Deletes 2 Secrets: default/oncall-bot, default/orders-import.")
        assert person.asked("DELETE") == []
        await person.fills("payments-cluster", "enter")
        await person.sees("Deleted: 2 Secrets.")


async def test_a_single_mark_is_deleted_by_its_name_wherever_the_cursor_is() -> None:
    async with sitting_at(size=(80, 24)) as person:
        await person.mark(BYTES)
        await person.acts_on(MINE, "D", "Delete oncall-bot", "type oncall-bot to delete")


async def test_of_one_that_waits_for_finalizers_the_screen_says_so_and_stays() -> None:
    async with sitting_at(size=(80, 24)) as person:
        found = person.cluster.store.get("secrets", "default", "oncall-bot")
        found["metadata"]["finalizers"] = ["example.test/made-up"]
        person.cluster.store.put(found, manager="controller")
        await person.mark(BYTES, LINES)
        await person.presses("D", "type delete 2 to delete")
        await person.reads("#delete", "no reader known", "1 Secret stays until finalizers finish")
        await person.reads("#delete", "the Secret stays until its finalizers finish: example.test/made-up")
        await person.fills("delete 2", "enter")
        await person.reads("#delete", "2 of 2 deleted", "it stays until its finalizers finish")
        await person.presses("escape", "terminating")
        await person.presses("U", "all 2 deleted together")
        await person.presses("A", "1 of 2 ready", "new, 1 key   no reader known  still being deleted")


async def test_secrets_of_all_namespaces_are_named_with_their_namespaces() -> None:
    async with sitting_at(size=(80, 24), namespace=None) as person:
        await person.mark(MINE, SecretRef("web", "shop-tls"))
        await person.presses("D", "default/mysecret", "› default, web")
        await person.reads("#delete", "default/mysecret Opaque · 2 keys", "1 pod", "web/shop-tls TLS")
        assert "not loaded" not in person.text


async def test_where_nothing_is_kept_to_undo_no_value_is_read() -> None:
    async with sitting_at(size=(80, 24), settings=Settings(no_undo=True)) as person:
        await person.mark(BYTES, LINES)
        await person.presses("D", "Deleting cannot be undone: secret-tui keeps no copy of the values.")
        await person.fills("delete 2", "enter")
        await person.sees("Deleted: 2 Secrets. ! lists each deletion.")
        assert person.asked("GET", part="/secrets/") == [] and "create them again" not in person.text
