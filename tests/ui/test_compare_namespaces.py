"""Two namespaces compared key by key: the cost is shown before any read, and marked keys become drafts."""

from __future__ import annotations

import weakref

import pytest

from tests.promises.test_values_dropped import are_gone
from tests.several_clusters import Traveller, between
from tests.ui.person import MINE, Person, secret_object, sitting_at
from tui.embedded.users import Rule
from tui.model.draft.comparison_rows import ComparedSecret, PublicWords, compare_secret
from tui.model.secret.secret import Secret, SecretRef
from tui.model.secret.value import Value
from tui.model.settings.settings import Settings
from tui.session.several import namespaces

pytestmark = pytest.mark.slow

BOTH = pytest.mark.parametrize("size", [(80, 24), (120, 36)])
SAME = {"token": b"made-up-token"}
HERE = {
    "db": {"password": b"made-up-here\n", "url": b"https://db.example.test/a", "same": b"1", "more": b"12"},
    "only-here": {"a": b"made-up-a", "b": b"made-up-b"},
    "alike": SAME,
}
THERE = {
    "db": {"password": b"made-up-here", "url": b"https://db.staging.test/a", "same": b"1", "else": b"123"},
    "only-there": {"c": b"made-up-c"},
    "alike": SAME,
}
STORY = [
    *(
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}
        for name in ("default", "staging")
    ),
    *(secret_object(name, data, namespace="default") for name, data in HERE.items()),
    *(secret_object(name, data, namespace="staging") for name, data in THERE.items()),
]
READS = "Reads 13 values of 6 Secrets in default and staging"


async def lists(person: Person) -> None:
    await person.runs("compare staging", "Compare  default → staging", READS, "audit log", "v reads the")


async def reads(person: Person) -> None:
    await lists(person)
    await person.presses("v", "1 differs", "1 only in default", "1 only in staging", "1 same")


def values_asked(person: Person) -> list[str]:
    """Lists that carry values, and Secrets that were fetched."""
    lists = [
        seen.path for seen in person.cluster.requests if "type%21" in seen.query or "type!" in seen.query
    ]
    return [*lists, *person.asked("GET", part="/secrets/")]


def held(person: Person, namespace: str, name: str) -> dict[str, bytes]:
    return person.on_server(SecretRef(namespace, name))


@BOTH
async def test_values_are_compared_only_on_request_and_then_each_key_says_how_it_differs(
    size: tuple[int, int],
) -> None:
    async with sitting_at(size=size, story=STORY) as person:
        await lists(person)
        assert not values_asked(person)
        await person.presses("v", "4 Secrets compared: 1 differs, 1 only in default, 1 only in staging, 1 s")
        assert len(values_asked(person)) == 2
        await person.sees("enter lists them")
        rows = {
            "db": ("4 differences",),
            "  password": ("final line break", "13 B", "12 B"),
            "  url": ("https://db.example.test", "https://db.staging.test"),
            "  more": ("only in default", "2 B"),
            "  else": ("only in staging", "3 B"),
            "only-here": ("only in default", "2 keys"),
            "only-there": ("only in staging", "1 key"),
            "1 Secret ": ("same", "enter lists them"),
        }
        for row, parts in rows.items():
            assert all(part[:10] in person.line_of(f"{row} ") for part in parts), person.text
        assert "made-up" not in person.text
        await person.presses("G enter", "alike", "enter hides them")


async def test_two_keys_are_taken_over_in_one_review_and_then_both_sides_are_the_same_in_them() -> None:
    async with sitting_at(size=(120, 36), story=STORY) as person:
        await reads(person)
        await person.presses("Y", "Nothing marked; space marks a row.")
        await person.presses("j space", "[-] db", "[x]   password")
        await person.presses("j space", "[x]   more")
        await person.presses("Y", "Review: 1 draft", "staging/db", "1 of 1 ready", "nothing sent yet")
        assert held(person, "staging", "db") == THERE["db"]
        await person.presses("W", "Written: ", "outdated; ctrl+r compares again")
        assert held(person, "staging", "db") == {
            **THERE["db"],
            "password": HERE["db"]["password"],
            "more": HERE["db"]["more"],
        }
        await person.presses("ctrl+r", "2 differences", "4 Secrets compared")
        await person.sees_no("final line break")


async def test_a_mark_on_a_secret_takes_all_its_keys_and_one_that_is_only_here_is_created() -> None:
    async with sitting_at(size=(120, 36), story=STORY) as person:
        await reads(person)
        await person.presses("asterisk", "[x] db", "[x] only-here", "Y take over from 2 Secrets")
        await person.presses("Y", "Review: 2 drafts", "2 of 2 ready", "staging/only-here")
        await person.presses("W", "Written: 2 Secrets")
        assert held(person, "staging", "only-here") == HERE["only-here"]
        assert held(person, "staging", "db") == {**HERE["db"], "else": b"123"}
        assert held(person, "staging", "only-there") == THERE["only-there"]


async def test_turned_around_the_other_side_is_written_and_no_mark_is_left() -> None:
    async with sitting_at(size=(120, 36), story=STORY) as person:
        await reads(person)
        await person.presses("space", "[x] db")
        await person.presses("s", "Compare  staging → default", "[ ] db", "only in staging")
        await person.sees_no("[x]")
        await person.put_cursor("#changes", "only-here")
        await person.presses("space", "only-here is not in staging and stays in default; s swaps the sides.")
        await person.put_cursor("#changes", "only-there")
        await person.presses("space Y", "Review: 1 draft", "default/only-there", "1 of 1 ready")
        await person.presses("W", "Created: default/only-there")
        assert held(person, "default", "only-there") == THERE["only-there"]


async def test_enter_compares_the_values_of_two_and_opens_one_that_is_alone() -> None:
    async with sitting_at(size=(120, 36), story=STORY) as person:
        await reads(person)
        await person.presses("enter", "Compare: staging/db with default/db", "4 keys differ")
        await person.presses("R", "made-up-here")
        await person.presses("escape", "Compare  default → staging")
        await person.put_cursor("#changes", "only-here")
        await person.presses("enter", "only-here", "2 keys")
        await person.presses("escape", "Compare  default → staging", "1 differs")


async def test_a_filter_finds_keys_and_those_that_are_the_same() -> None:
    async with sitting_at(size=(120, 36), story=STORY) as person:
        await reads(person)
        await person.press("slash", *"alike", "enter")
        await person.sees("alike", "same")
        await person.sees_no("only-here")
        await person.press("escape", "slash", *"url", "enter")
        await person.sees("https://db.staging.test")
        await person.sees_no("final line break")


async def test_all_marked_are_compared_as_whole_namespaces_and_some_are_not() -> None:
    async with sitting_at(size=(120, 36), story=STORY) as person:
        await person.presses("asterisk", "3 marked")
        await person.press("Y", "c", *"staging", "enter")
        await person.presses("enter", "Compare  default → staging", READS)
        await person.press("escape", "escape")
        await person.mark(SecretRef("default", "db"), SecretRef("default", "alike"))
        await person.press("Y", "c", *"staging", "enter")
        await person.presses("enter", "Compare: 2 Secrets with other namespaces")


async def test_without_a_name_it_asks_and_a_read_only_run_takes_nothing_over() -> None:
    async with sitting_at(size=(80, 24), story=STORY, settings=Settings(read_only=True)) as person:
        await person.runs("compare", "Compare default with", "staging")
        await person.press(*"staging")
        await person.presses("enter", READS)
        await person.presses("v", "1 differs")
        await person.presses("space Y", "Read-only: keys cannot be taken over here.")
        assert not person.asked("PATCH") and not person.asked("POST /api/v1/namespaces")


async def test_a_namespace_that_cannot_be_compared_is_named_with_the_reason() -> None:
    rules = [Rule(("*",), ("*",), namespaces=("default",)), Rule(("list", "get"), ("namespaces",))]
    async with sitting_at(size=(80, 24), story=STORY, rules=rules) as person:
        await person.runs("compare staging", "Refused: you may not list secrets in namespace staging.")
        assert "No Secrets to compare" not in person.text
        await person.presses("v", "Not compared. Refused: you may not list")
    async with sitting_at(size=(80, 24), story=STORY) as person:
        for typed, says in (
            ("stagin", "Not found: namespace stagin does not exist in this cluster."),
            ("default", "Type a namespace other than default, or CONTEXT/NAMESPACE."),
            ("prod/default", "The kubeconfig has no context prod."),
        ):
            person.app.shared.app.navigator.compare_with(typed)
            await person.sees(says)
            assert "Reads " not in person.text and "No Secrets to compare" not in person.text
            await person.press("escape")


async def test_reading_is_stopped_at_once_and_goes_on_when_asked() -> None:
    async with sitting_at(size=(80, 24), story=STORY) as person:
        await lists(person)
        person.fault("delay", method="GET", path="*/staging/secrets", seconds=3600)
        await person.presses("v", "Read 3 of 6 Secrets")
        await person.presses("escape", "Stopped; results so far stay.", "v reads the values")
        person.cluster.faults.clear()
        await person.presses("v", "4 Secrets compared")


async def test_another_context_is_compared_and_its_drafts_wait_there() -> None:
    async with between("stage", "prod", size=(120, 36)) as person:
        theirs = {"username": b"admin", "password": b"th3irs-made-up"}
        person.clusters["prod"].store.put(secret_object("mysecret", theirs, namespace="default"))
        await person.runs("compare prod/default", "Compare  default → prod/default", "audit log")
        await person.presses("v", "1 differs")
        await person.presses(
            "j space Y", "1 draft waits in prod/default: X opens that context, w reviews it."
        )
        assert "made-up" not in person.text
        await waits_in_prod(person)


async def waits_in_prod(person: Traveller) -> None:
    await person.press("escape")
    await person.goes_to("prod")
    await person.presses("w", "Review: mysecret", "1 changed", "password", "dry run accepted")
    await person.sees_no("changed since it was copied")
    await person.press("W", *"prod")
    await person.presses("enter", "Written: password of default/mysecret")
    assert person.on_server(MINE)["password"] != b"th3irs-made-up"


async def test_turned_around_it_is_drafted_here_from_the_other_context() -> None:
    async with between("stage", "prod", size=(120, 36)) as person:
        theirs = {"username": b"admin", "password": b"th3irs-made-up"}
        person.clusters["prod"].store.put(secret_object("mysecret", theirs, namespace="default"))
        await person.runs("compare prod/default", "Compare  default → prod/default", "audit log")
        await person.presses("v s", "Compare  prod/default → default", "1 differs")
        await person.presses("j space Y", "Review: 1 draft", "1 of 1 ready")
        await person.presses("W", "Written: password of default/mysecret")
        assert person.on_server()["password"] == b"th3irs-made-up"


async def test_all_marked_are_compared_with_a_namespace_of_another_context() -> None:
    async with between("stage", "prod", size=(120, 36)) as person:
        await person.presses("asterisk", "9 marked")
        await person.press("Y", "d")
        await person.sees("Compare 9 Secrets with contexts", "prod")
        await person.presses("enter", "Namespace; empty: namespace of each Secret")
        await person.presses("enter", "Compare  default → prod/default", "audit log")
        await person.presses("v", "9 Secrets compared: all the same.")


async def test_no_value_is_kept_once_it_was_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    held = list[weakref.ref[Value]]()

    def watched(
        here: tuple[SecretRef, Secret | None], there: tuple[SecretRef, Secret | None], words: PublicWords
    ) -> ComparedSecret:
        secrets = (secret for _, secret in (here, there) if secret is not None)
        held.extend(weakref.ref(value) for secret in secrets for value in secret.data.values())
        return compare_secret(here, there, words)

    monkeypatch.setattr(namespaces, "compare_secret", watched)
    async with sitting_at(size=(120, 36), story=STORY) as person:
        await reads(person)
        assert len(held) == 13
        await are_gone(person, held)
