"""Labels, annotations and immutability: changed by keys in describe, reviewed and written like a key."""

from __future__ import annotations

import pytest

from tests.ui.person import MINE, Person, in_secret, sitting_at
from tui.model.secret.fields import LAST_APPLIED


def metadata(person: Person) -> dict[str, object]:
    record = person.cluster.store.by_resource["secrets"].records[str(MINE)]
    return {**record.obj["metadata"], "immutable": record.obj.get("immutable", False)}


async def types(person: Person, key: str, title: str, text: str) -> None:
    await person.presses(key, title)
    await person.type(text)
    await person.press("enter")


async def writes(person: Person) -> None:
    await person.presses("w", "Review: mysecret", "accepted at")
    await person.presses("W", "Written: ")


@pytest.mark.slow
@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_a_label_and_an_annotation_are_set_removed_and_undone(size: tuple[int, int]) -> None:
    async with in_secret(size=size) as person:
        await person.presses("d", "Describe  mysecret", "l label")
        await types(person, "l", "Label of mysecret", "team=payments")
        await person.sees("labels/team kept in the draft. w reviews the draft.", "+ labels/team  payments")
        await types(person, "a", "Annotation of mysecret", "example.test/note=as agreed, on Friday")
        await person.sees("+ annotations/example.test/note")
        await person.presses("w", "Review: mysecret", "2 added", "accepted at", "labels/team", "payments")
        await person.press("W")
        await person.sees("Written: annotations/example.test/note and labels/team of default/mysecret")
        held = metadata(person)
        assert held["labels"]["team"] == "payments"  # type: ignore[index]
        assert held["annotations"]["example.test/note"] == "as agreed, on Friday"  # type: ignore[index]
        await types(person, "l", "Label of mysecret", "team-")
        await writes(person)
        await person.sees("Written: labels/team (dropped) of default/mysecret")
        assert "team" not in (metadata(person).get("labels") or {})  # type: ignore[operator]
        await person.presses("U", "a  14:00  default/mysecret: labels/team")
        await person.presses("a", "accepted at")
        await person.presses("W", "Written: labels/team")
        assert metadata(person)["labels"]["team"] == "payments"  # type: ignore[index]


async def test_drafted_labels_and_annotations_are_listed_among_the_others_with_marks() -> None:
    async with in_secret(size=(120, 36)) as person:
        found = person.cluster.store.get("secrets", MINE.namespace, MINE.name)
        found["metadata"]["labels"] = {"app": "shop", "tier": "back"}
        person.cluster.store.put(found, manager="kubectl-edit")
        await person.presses("d", "Describe  mysecret", "app  shop")
        await types(person, "l", "Label of mysecret", "team=payments")
        await types(person, "l", "Label of mysecret", "app=cart")
        await types(person, "l", "Label of mysecret", "tier-")
        await types(person, "a", "Annotation of mysecret", "example.test/note=made-up")
        await person.sees("~ app  cart", "+ team  payments", "+ example.test/note  made-up")
        await person.waits_for(lambda: "- tier" in person.text.split("Labels")[1], "the removed label")


async def test_the_described_secret_is_copied_and_no_marked_one() -> None:
    async with sitting_at(size=(80, 24)) as person:
        await person.put_cursor("#secret-table", "default/feature-flags")
        await person.press("space")
        await person.acts_on(MINE, "d", "Describe  mysecret")
        await person.presses("Y", "Copy default/mysecret", "the whole Secret, to other namespaces")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("team", "Type NAME=VALUE, or NAME- to remove NAME."),
        ("team-", "There is no label team."),
        ("-team=x", "A label's name has at most 63 letters, digits, dots, - and _;"),
        ("team=not so", "A label's value has at most 63 letters, digits, dots, - and _;"),
        (f"team={'x' * 64}", "A label's value has at most 63"),
        ("Example.test/team=x", "A label's prefix (before /) must be a lowercase DNS name"),
    ],
)
async def test_a_bad_label_is_refused_while_it_is_typed(typed: str, said: str) -> None:
    async with in_secret(size=(120, 36)) as person:
        await person.presses("d", "Describe  mysecret")
        await person.presses("l", "Label of mysecret")
        await person.type(typed)
        await person.sees(said)
        await person.presses("enter", "Label of mysecret")


@pytest.mark.slow
async def test_immutable_is_a_reviewed_write_after_which_labels_still_change() -> None:
    async with in_secret(size=(120, 36)) as person:
        await person.presses("d", "Describe  mysecret")
        await person.runs("immutable", "immutable/true kept in the draft.")
        await writes(person)
        assert metadata(person)["immutable"] is True
        await person.sees("yes")
        await person.runs("immutable", "the Secret or its draft is immutable already.")
        await types(person, "l", "Label of mysecret", "team=payments")
        await writes(person)
        assert metadata(person)["labels"]["team"] == "payments"  # type: ignore[index]


async def test_describe_names_the_keys_that_the_draft_changes() -> None:
    async with in_secret(size=(120, 36)) as person:
        await person.edit("password", "n3w-made-up")
        await person.presses(
            "d", "Describe  mysecret", "In the draft, nothing sent yet", "~ password  12 B → 11 B"
        )
        await types(person, "l", "Label of mysecret", "team=payments")
        await person.sees("~ password  12 B → 11 B", "+ labels/team  payments")
        assert "n3w-made-up" not in person.text


async def test_the_copy_that_kubectl_apply_leaves_is_removed_for_good() -> None:
    async with sitting_at(size=(120, 36)) as person:
        record = person.cluster.store.by_resource["secrets"].records[str(MINE)]
        record.obj["metadata"]["annotations"] = {LAST_APPLIED: "made-up-copy", "example.test/note": "stays"}
        await person.open()
        await person.presses(
            "d", "last-applied-configuration is not shown: it copies the values. del removes the annotation."
        )
        await person.presses("backspace", "- annotations/kubectl.kubernetes.io/last-applied-configuration")
        await writes(person)
        assert metadata(person)["annotations"] == {"example.test/note": "stays"}
        assert "made-up-copy" not in person.text
        await person.presses("backspace", "No annotation of mysecret holds a copy of its values.")
        await person.presses("escape U", "This session has no write to undo.")
