"""A namespace or a Secret that does not exist is reported, with the names that were probably meant."""

from __future__ import annotations

import pytest

from tests.app_pilot import SIZES, SMALL
from tests.ui.person import sitting_at
from tests.ui.test_limited_rights import oncall
from tui.embedded.users import Rule
from tui.model.secret.secret import SecretRef


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
async def test_a_namespace_that_does_not_exist_is_named_with_the_nearest(size: tuple[int, int]) -> None:
    async with sitting_at(size=size, namespace="payment") as person:
        await person.reads("#secrets", "Secrets no such namespace", "Namespace payment does not exist.")
        await person.reads("#secrets", "Did you mean payments? N lists the namespaces.")
        assert "No Secrets" not in person.text
        await person.press("N", "slash")
        await person.type("nosuchns")
        await person.press("enter")
        await person.sees("Namespace nosuchns is not in the list. Press enter again to open it anyway.")
        await person.press("enter")
        await person.reads("#secrets", "Namespace nosuchns does not exist. N lists the namespaces.")
        await person.presses("N", "Namespaces 8", "nosuchns !", "payments", at="#namespaces")
        assert "payment " not in person.read("#namespaces"), "what does not exist is not remembered"


async def test_a_new_secret_in_a_namespace_that_does_not_exist_is_refused_at_once() -> None:
    async with sitting_at(size=SMALL, namespace="payment") as person:
        await person.reads("#secrets", "Namespace payment does not exist.")
        assert "a new" not in person.text.splitlines()[-1]
        await person.presses("a", "No new Secret: namespace payment does not exist. N lists the namespaces.")
        assert "New Secret" not in person.text


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
async def test_a_typed_namespace_that_is_not_listed_is_reported_before_it_is_opened(
    size: tuple[int, int],
) -> None:
    async with sitting_at(size=size) as person:
        await person.press("N", "slash")
        await person.type("mysecre")
        await person.reads("#namespaces", "Namespace mysecre is not in this list.")
        await person.presses("t", "Namespace mysecret is not in this list.", at="#namespaces")
        await person.press("escape", "slash")
        await person.type("pay")
        assert "is not in this list" not in person.read("#namespaces")


async def test_a_namespace_without_secrets_that_exists_is_empty() -> None:
    async with sitting_at(namespace="kube-public") as person:
        await person.sees("No Secrets in this namespace.")
        assert not person.asked("GET", part="/namespaces/kube-public?")


READS = ("get", "list", "watch")


async def test_a_namespace_that_cannot_be_checked_is_not_called_missing() -> None:
    async with sitting_at(size=SMALL, namespace="payment", **oncall(Rule(READS, ("secrets",)))) as person:
        await person.reads("#secrets", "Namespace payment may not exist: checking needs")
        assert "does not exist" not in person.text


async def test_the_right_to_get_one_namespace_is_enough() -> None:
    rules = Rule(READS, ("secrets",)), Rule(("get",), ("namespaces",))
    async with sitting_at(size=SMALL, namespace="payment", **oncall(*rules)) as person:
        await person.reads("#secrets", "Namespace payment does not exist.")


async def test_a_question_that_failed_does_not_make_a_namespace_missing() -> None:
    async with sitting_at() as person:
        question = person.fault("status", code=500, path="*/namespaces/payment", times=None)
        person.app.screen.show_namespace("payment")  # type: ignore[attr-defined]
        await person.waits_for(lambda: question.seen, "the question")
        await person.waits_for(lambda: person.session.namespaces.doubt("payment") is not None, "its answer")
        await person.calm()
        assert person.session.namespaces.doubt("payment") == ""
        assert "no such namespace" not in person.text


async def test_a_secret_in_a_namespace_that_does_not_exist_blames_the_namespace() -> None:
    ref = SecretRef("payment", "db-credentials")
    async with sitting_at(size=SMALL, namespace="payment", start=ref, is_alone=True, settles=False) as person:
        await person.reads("#secret", "Namespace payment does not exist.", "Did you mean payments?")


async def test_a_misspelt_command_is_recognized() -> None:
    ref = SecretRef("default", "docter")
    async with sitting_at(
        size=SMALL, start=ref, is_alone=True, settles=False, suggested="secret-tui doctor"
    ) as person:
        await person.reads("#secret", "Did you mean the command secret-tui doctor? ctrl+q quits.")
