"""A change of several Secrets: their readers are restarted together, each workload once."""

from __future__ import annotations

from typing import Any

import pytest

from tests.session.workloads import pod_of, restarts_of, workload
from tests.ui.person import MINE, Person, secret_object, sitting_at
from tests.ui.test_copy import copied, watched
from tests.ui.test_rollout import OLD, rolls
from tui.embedded.users import Rule
from tui.model.secret.secret import SecretRef
from tui.model.settings.settings import Settings

pytestmark = pytest.mark.slow

LEAKED = "s3cret-made-up"
NEW = "n3w-made-up"


def reading(name: str, *uses: tuple[str, str]) -> list[dict[str, Any]]:
    """A Deployment of one pod that takes a key of each of these Secrets into a variable."""
    env = [
        {"name": f"V{number}", "valueFrom": {"secretKeyRef": {"name": secret, "key": key}}}
        for number, (secret, key) in enumerate(uses)
    ]
    pod = pod_of(name, f"{name}-1", started=OLD)
    pod["spec"] = {"containers": [{"name": "app", "image": "example.test/app", "env": env}]}
    return [workload(name), pod]


STORY = [
    secret_object("mysecret", {"password": LEAKED.encode(), "username": b"admin"}),
    secret_object("urls", {"db": f"postgres://app:{LEAKED}@db.test".encode()}),
    secret_object("unrelated", {"a": b"made-up-other"}),
    *reading("api", ("mysecret", "password"), ("urls", "db")),
    *reading("web", ("mysecret", "password")),
    *reading("other", ("unrelated", "a")),
]


async def finds(person: Person, found: str = "2 of 3 searched Secrets hold it") -> None:
    """Find the Secrets that hold the value."""
    await person.presses("ctrl+f", "looks for  nothing yet")
    await person.paste(LEAKED)
    await person.presses("enter", found)


async def replaces(person: Person) -> None:
    """Replace the value in all found Secrets, and write them."""
    await person.presses("I", "New value: 2 Secrets")
    await person.paste(NEW)
    await person.presses("enter", "2 of 2 ready")
    await person.presses("W", "2 of 2 written")


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_a_value_of_several_secrets_arrives_with_one_restart_of_each_workload(
    size: tuple[int, int],
) -> None:
    async with sitting_at(story=STORY, size=size) as person:
        sent = watched(person)
        await finds(person)
        await replaces(person)
        await person.reads("StatusLine", "T restarts 2 workloads")
        await person.presses("T", "Restart: readers of 2 Secrets", "2 of 2 marked", "accepted")
        api = person.line_of("Deployment/api")
        assert "old: mysecret/password and 1 more" in api
        assert "old: mysecret/password " in person.line_of("Deployment/web") + " "
        await person.put_cursor("#changes", "Deployment/api")
        await person.sees("Old           mysecret/password, urls/db")
        person.clock.advance(10)
        await person.press("W")
        await person.sees_later("restarting 1 of 2", "rolling")
        rolls(person, "api")
        await person.sees_later("restarting 2 of 2", "rolling")
        rolls(person, "web")
        await person.sees_later("2 new", "Restarted: 2 workloads with new pods.")
        patches = [
            one.path for one in person.cluster.requests if one.method == "PATCH" and "apps" in one.path
        ]
        assert len([one for one in patches if one.endswith("/api")]) == 2, "a dry run and one restart"
        await person.press("c")
        await person.waits_for(lambda: bool(sent), "the copy")
        lines = copied(sent)[-1].decode().splitlines()
        assert lines[0] == "Secrets default/mysecret, default/urls"
        assert any(line.endswith("written    password of default/mysecret") for line in lines)
        assert any(line.endswith("restarted  Deployment/api, 1 pod") for line in lines)
        await person.presses("escape", "found in values")
        assert not restarts_of(person.cluster, "other")


async def test_restarts_of_several_are_shown_whole_from_each_of_their_secrets() -> None:
    async with sitting_at(story=STORY) as person:
        await finds(person)
        await replaces(person)
        await person.presses("T", "2 of 2 marked", "accepted")
        person.clock.advance(10)
        await person.press("W")
        await person.sees_later("restarting 1 of 2", ">  Deployment/api")
        await person.presses("escape", "found in values")
        await person.presses("escape", "unrelated")
        await person.acts_on("default/urls", "T", "Restart: readers of 2 Secrets", "Deployment/web", "waits")
        await person.presses("escape", "unrelated")
        await person.acts_on("default/unrelated", "T", "Restart: readers of unrelated", "Deployment/other")


async def test_of_found_or_marked_secrets_all_restarts_are_proposed() -> None:
    async with sitting_at(story=STORY) as person:
        await finds(person)
        await person.sees("I replace value", "T restart")
        await person.presses("T", "Restart: readers of 2 Secrets", "Deployment/api", "Deployment/web")
        await person.presses("escape", "found in values")
        await person.presses("escape", "unrelated")
        assert "T restart" not in person.text
        await person.mark(MINE, SecretRef("default", "unrelated"))
        await person.presses("T", "readers of 2 Secrets", "Deployment/other", "Deployment/web")


async def test_a_guarded_context_asks_for_its_name_with_all_namespaces() -> None:
    there = secret_object("urls", {"db": f"a:{LEAKED}".encode()}, namespace="payments")
    read = reading("worker", ("urls", "db"))
    for one in read:
        one["metadata"]["namespace"] = "payments"
    settings = Settings(guard=("*",))
    async with sitting_at(story=[*STORY, there, *read], namespace=None, settings=settings) as person:
        await finds(person, "3 of 4 searched Secrets hold it")
        await person.presses("T", "Deployment/worker in payments", "Deployment/api in default")
        await person.put_cursor("#changes", "Deployment/worker in payments")
        if "[x]" not in person.line_of("Deployment/worker"):
            await person.press("space")
        await person.sees("accepted")
        await person.presses("W", "Type the context's name", "Deployment/worker in payments")
        await person.sees("› default, payments")
        assert not restarts_of(person.cluster, "api")
        await person.fills(person.session.guard, "enter")
        await person.sees_later("rolling")


async def test_a_right_that_one_lacks_hinders_neither_the_new_value_nor_the_others() -> None:
    rules = [Rule(("get", "list", "watch"), ("*",)), Rule(("patch",), ("secrets",), names=("urls",))]
    async with sitting_at(story=STORY, rules=rules) as person:
        await finds(person)
        await person.acts_on(MINE, "I", "New value: 2 Secrets")
        await person.paste(NEW)
        await person.presses("enter", "1 of 2 ready", "dry run refused")
        await person.presses("W", "1 of 2 written")
        assert person.on_server()["password"] == LEAKED.encode()
