"""Copying marked Secrets to namespaces in one review, to another context as drafts, and their names."""

from __future__ import annotations

import pytest

from tests.several_clusters import between
from tests.ui.person import MINE, PASSWORD, sitting_at
from tests.ui.test_copy import copied, watched
from tui.embedded.users import Rule
from tui.model.secret.secret import SecretRef

pytestmark = pytest.mark.slow

BYTES, FLAGS = SecretRef("default", "oncall-bot"), SecretRef("default", "feature-flags")


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_marked_secrets_go_to_namespaces_in_one_review(size: tuple[int, int]) -> None:
    async with sitting_at(size=size) as person:
        person.others_make(SecretRef("web", "mysecret"), {"password": b"made-up"})
        await person.mark(MINE, FLAGS)
        await person.presses("Y", "Copy 2 Secrets", "n  all 2 Secrets, to other namespaces")
        assert "some of its keys" not in person.text
        await person.presses("n", "Copy 2 Secrets to")
        await person.press(*"web/x", "enter")
        await person.press("ctrl+u", *"web", "enter", *"payments", "enter")
        await person.sees("2 marked")
        await person.presses("enter", "Review: 4 drafts", "4 of 4 ready", "web/mysecret", "2 keys")
        await person.presses("W", "Written: 4 Secrets.")
        for namespace in ("web", "payments"):
            assert person.on_server(SecretRef(namespace, "mysecret"))["password"] == PASSWORD.encode()
            assert "salt" in person.on_server(SecretRef(namespace, "feature-flags"))


async def test_a_marked_secret_that_cannot_be_read_is_listed_with_the_reason_beside_the_others() -> None:
    async with sitting_at(size=(80, 24)) as person:
        await person.mark(MINE, BYTES)
        await person.press("Y", "n", *"web", "enter")
        person.fault("status", method="GET", path="*/namespaces/default/secrets/oncall-bot", code=500)
        await person.presses("enter", "Review: 1 draft", "1 of 1 ready", "web/oncall-bot", "not read")
        await person.presses("G", "default/oncall-bot was not read.", at="#about")


async def test_marked_secrets_cannot_be_copied_to_or_compared_with_their_own_namespace() -> None:
    rules = [Rule(("*",), ("*",), namespaces=("default",))]
    async with sitting_at(rules=rules, size=(80, 24)) as person:
        await person.mark(MINE, FLAGS)
        for letter in ("n", "c"):
            await person.press("Y", letter, *"default")
            await person.presses("enter", "These Secrets are in default already; type another namespace.")
            await person.press("escape")


async def test_two_of_one_name_go_to_contexts_and_are_compared_but_not_put_into_one_namespace() -> None:
    async with between("stage", "other", size=(120, 36)) as person:
        theirs = SecretRef("web", "mysecret")
        person.others_make(theirs, {"password": b"made-up"})
        await person.press("0")
        await person.mark(MINE, theirs)
        await person.presses(
            "Y",
            "Several of these Secrets are named mysecret: one namespace",
            "▸ x  all 2 Secrets, to other contexts",
        )
        for absent in ("other namespaces", "some of its keys"):
            assert absent not in person.text
        await person.presses("t", "Compare: default/mysecret with", "2 keys differ")
        await person.press("escape", "Y", "d", "enter")
        await person.presses("p", "Several Secrets are named mysecret; leave the field empty")
        await person.presses("ctrl+u enter", "Compare: 2 Secrets with other contexts")
        await person.sees("the same", "does not exist")
        await person.presses("escape Y x space enter enter", "2 drafts wait in other")


async def test_marked_secrets_wait_in_another_context_as_drafts_and_are_not_copied_twice() -> None:
    async with between("stage", "other", size=(120, 36)) as person:
        await person.mark(MINE, FLAGS)
        await person.presses("Y x", "Copy 2 Secrets to contexts", "[ ] other")
        await person.type("other")
        await person.presses("enter enter", "Namespace in the contexts")
        await person.fills("web", "enter")
        await person.sees("2 drafts wait in other: X opens that context, w reviews them.")
        assert [draft.ref for _, draft in person.session.parked] == [
            SecretRef("web", "feature-flags"),
            SecretRef("web", "mysecret"),
        ]
        await person.presses("Y x", "[ ] other")
        await person.type("other")
        await person.press("enter", "enter")
        await person.fills("web", "enter")
        await person.sees("2 of 2 Secrets not copied to every context; ! says why.")


@pytest.mark.parametrize(
    ("namespace", "lines"),
    [("default", b"mysecret\noncall-bot"), (None, b"default/mysecret\ndefault/oncall-bot\nweb/shop-tls")],
)
async def test_the_names_of_marked_secrets_are_copied_one_a_line(namespace: str | None, lines: bytes) -> None:
    async with sitting_at(namespace=namespace) as person:
        sent = watched(person)
        refs = [MINE, BYTES, *([SecretRef("web", "shop-tls")] if namespace is None else [])]
        await person.mark(*refs)
        await person.presses("c", f"{len(refs)} names")
        assert copied(sent) == [lines]


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_a_copy_whose_source_changes_while_it_is_reviewed_says_so_and_takes_the_new_value(
    size: tuple[int, int],
) -> None:
    async with sitting_at(size=size) as person:
        await person.acts_on(MINE, "Y n", "0 marked")
        await person.press(*"web", "enter", *"payments", "enter", "enter")
        await person.sees("Review: 2 drafts", "2 of 2 ready")
        person.others_set("password", b"made-up-theirs")
        await person.sees("! payments/mysecret", "! web/mysecret")
        page = "#row-text" if size[0] >= 120 else "#about"
        await person.reads(page, "default/mysecret changed since it was copied: password (ctrl+r takes")
        await person.press("ctrl+r")
        await person.sees_no("changed since it was copied")
        await person.sees("2 of 2 ready")
        await person.presses("W", "Created: 2 Secrets.")
        for namespace in ("web", "payments"):
            assert person.on_server(SecretRef(namespace, "mysecret"))["password"] == b"made-up-theirs"
