"""Explanation of a failed start: from an error, a pod or a workload to the Secret and its key."""

from __future__ import annotations

from typing import Any

import pytest

from tests.ui.person import Person, pod_object, secret_object, sitting_at
from tui.embedded.users import Rule
from tui.model.secret.secret import SecretRef
from tui.model.settings.settings import Settings
from tui.model.why import parse

pytestmark = pytest.mark.slow

NO_KEY = "couldn't find key PASSWORD in Secret payments/db-credentials"
WITHOUT_PODS: dict[str, Any] = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "web", "namespace": "default"},
    "spec": {
        "replicas": 0,
        "selector": {"matchLabels": {"app": "web"}},
        "template": {
            "metadata": {},
            "spec": {"containers": [{"name": "main", "envFrom": [{"secretRef": {"name": "gone"}}]}]},
        },
    },
}


async def asks(person: Person, text: str) -> None:
    """Open the prompt from the palette, and paste."""
    await person.presses("colon", "Find a command")
    await person.type("why")
    await person.presses("enter", "Why does a pod not start?")
    await person.paste(text)
    await person.press("enter")


async def test_a_name_alone_is_enough() -> None:
    async with sitting_at(size=(80, 24)) as person:
        await asks(person, "ledger-worker-6f4b7d9c55-bbx2v -n payments")
        await person.sees("PASSWORD is not in payments/db-credentials, but password is.")
        await person.press("escape")
        await asks(person, "gateway")
        await person.sees("2 pods may keep an old value", "changed 13:30. T restarts the workload.")


async def test_a_key_under_another_name_that_nothing_reads_is_renamed_to_the_missing_one() -> None:
    env = [{"name": "X", "valueFrom": {"secretKeyRef": {"name": "flags", "key": "SDK_KEY"}}}]
    story = [secret_object("flags", {"sdk-key": b"made-up"}), pod_object("web-1", {"env": env})]
    async with sitting_at(size=(80, 24), story=story) as person:
        await asks(person, "couldn't find key SDK_KEY in Secret default/flags")
        await person.sees("SDK_KEY is not in default/flags, but sdk-key is.")
        await person.reads("StatusLine", "a adds the key, or n renames sdk-key.")
        await person.presses("n", "Rename sdk-key", "SDK_KEY")
        await person.presses("enter", "sdk-key renamed to SDK_KEY in the draft.")


async def test_the_text_to_explain_may_follow_the_command_why() -> None:
    async with sitting_at(namespace="payments", size=(80, 24)) as person:
        await person.presses("colon", "Find a command")
        await person.type("why refunds")
        await person.presses("enter", "Secret payments/refunds-provider does not exist")
        await person.presses("escape colon", "Find a command")
        await person.paste(f"why {NO_KEY}")
        await person.sees("Explain the failed start")
        await person.presses("enter", "PASSWORD is not in payments/db-credentials, but password is.")


async def test_a_missing_secret_that_may_not_be_created_is_only_reported() -> None:
    async with sitting_at(size=(80, 24), settings=Settings(read_only=True)) as person:
        await asks(person, "pod/refunds-7b8c6d5f49-m4t7w -n payments")
        await person.sees("Secret payments/refunds-provider does not exist", "waits for its key token")
        assert "draft" not in person.text
        await person.press("escape")
        assert len(person.app.screen_stack) == 1


async def test_the_object_that_should_write_a_missing_secret_is_named_and_its_source_opens() -> None:
    async with sitting_at(size=(80, 24)) as person:
        await asks(person, "pod/refunds-7b8c6d5f49-m4t7w -n payments")
        await person.sees("ExternalSecret/refunds-provider should write the Secret. See the source.")
        await person.press("enter")
        await person.sees("Source of refunds-provider", "SecretSyncedError: could not get SecretStore")


async def test_the_list_and_the_readers_are_left_at_what_was_found() -> None:
    worker = "pod/ledger-worker-6f4b7d9c55-bbx2v -n payments"
    async with sitting_at(size=(80, 24), why=parse(worker)) as person:
        await person.sees("Secret db-credentials has no PASSWORD, but password; worker needs PASSWORD.")
        await person.presses("enter", "PASSWORD is not in payments/db-credentials, but password is.")
        await person.presses("p", "Readers of db-credentials")
        line = person.app.screen.query_one("#pod-table").cursor_row_value  # type: ignore[attr-defined]
        assert (line.info.name, line.use.key) == ("ledger-worker-6f4b7d9c55-bbx2v", "PASSWORD")
        await person.presses("escape escape", "Inputs of Pod/ledger-worker")
        await person.presses("escape", "Secrets  13")
        assert person.app.screen.query_one("#secret-table").cursor_key == "payments/db-credentials"  # type: ignore[attr-defined]
        await person.presses("M", "Source of db-credentials")


async def test_a_pod_that_does_not_exist_is_reported_as_missing() -> None:
    async with sitting_at(size=(80, 24), why=parse("pod/nope -n payments")) as person:
        await person.sees("No Pod nope exists in payments. For another namespace, add -n NAMESPACE.")


async def test_the_reader_under_the_cursor_is_asked_about_without_a_prompt() -> None:
    async with sitting_at(size=(80, 24), namespace="payments") as person:
        await person.press("P")
        await person.put_cursor("#pod-table", "payments/settlements-6c5d4b8f77-t9x3c/0")
        await person.presses("colon", "Find a command")
        await person.type("why")
        await person.presses(
            "enter", "config is not in payments/sftp-settlements", "settlements-6c5d4b8f77-t9x3c waits"
        )
        assert person.session.open_ref == SecretRef("payments", "sftp-settlements")


async def test_a_workload_that_lacks_nothing_is_shown_with_what_it_gets() -> None:
    async with sitting_at(size=(80, 24), why=parse("sts/payments-db -n payments")) as person:
        await person.sees("Inputs of StatefulSet/payments-db", "No input is missing or overridden.")


async def test_a_workload_without_pods_is_searched_for() -> None:
    async with sitting_at(size=(80, 24), story=[WITHOUT_PODS], why=parse("deploy/web")) as person:
        await person.sees("Inputs of Deployment/web", "Secret gone does not exist; main needs it.")


@pytest.mark.parametrize("key", ["question_mark", "slash", "ctrl+l"])
async def test_the_answer_opens_no_screen_if_another_was_opened_during_the_search(key: str) -> None:
    async with sitting_at(size=(80, 24), story=[WITHOUT_PODS]) as person:
        slow = person.fault("delay", method="GET", path="*/deployments", seconds=3600)
        await asks(person, "deploy/web")
        await person.waits_for(lambda: slow.seen, "the search")
        await person.press(key)
        there = person.app.screen
        person.cluster.faults.released.set()
        said = person.app.shared.messages
        await person.waits_for(lambda: said and "default/gone does not exist" in said[-1].text, "the answer")
        assert person.app.screen is there


async def test_a_namespace_that_does_not_exist_gets_no_new_secret() -> None:
    why = parse("couldn't find key password in Secret paymets/db")
    async with sitting_at(size=(80, 24), why=why) as person:
        await person.sees("Namespace paymets does not exist. Did you mean payments?")
        assert len(person.app.screen_stack) == 1


async def test_a_key_that_could_not_be_checked_is_not_given_as_the_reason() -> None:
    rules = [Rule(("list", "watch"), ("pods",))]
    async with sitting_at(size=(80, 24), rules=rules, settles=False, why=parse(NO_KEY)) as person:
        await person.sees("Could not check the key PASSWORD of payments/db-credentials")
