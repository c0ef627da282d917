"""Pods with an old value, and the reason: in the Secret's pane and in the list of readers."""

from __future__ import annotations

from typing import Any

import pytest

from tests.app_pilot import STORY_TIME
from tests.ui.person import MINE, Person, pod_object, secret_object, sitting_at
from tests.ui.test_copy import copied, watched
from tui.model.text.times import rfc3339

pytestmark = pytest.mark.slow

ENV = {"env": [{"name": "PW", "valueFrom": {"secretKeyRef": {"name": "mysecret", "key": "password"}}}]}
OWNER = [{"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "web-5d8f", "controller": True}]


def running(
    name: str, container: dict[str, Any], *, ago: float = 600, owned: bool = False, **spec: Any
) -> dict[str, Any]:
    """A pod whose container started so many seconds before the story's time."""
    pod = pod_object(name, container, **spec)
    started = rfc3339(STORY_TIME - ago)
    state = {"name": "main", "ready": True, "state": {"running": {"startedAt": started}}}
    if owned:
        pod["metadata"] |= {"ownerReferences": OWNER, "labels": {"pod-template-hash": "5d8f"}}
    pod["metadata"]["creationTimestamp"] = started
    return pod | {"status": {"phase": "Running", "containerStatuses": [state]}}


FILES: dict[str, Any] = {
    "container": {"volumeMounts": [{"name": "v", "mountPath": "/etc/db"}]},
    "volumes": [{"name": "v", "secret": {"secretName": "mysecret"}}],
}


def story() -> list[dict[str, Any]]:
    """A Secret that was written before the pods started, three that read a key and one its files."""
    made = rfc3339(STORY_TIME - 3600)
    entry = {"manager": "kubectl-create", "operation": "Update", "apiVersion": "v1", "time": made}
    fields: dict[str, Any] = {"f:data": {".": {}, "f:password": {}, "f:username": {}}}
    secret = secret_object("mysecret", {"password": b"made-up-1", "username": b"made-up-2"})
    secret["metadata"] |= {
        "creationTimestamp": made,
        "managedFields": [entry | {"fieldsType": "FieldsV1", "fieldsV1": fields}],
    }
    return [
        secret,
        running("web-5d8f-aaaaa", ENV, owned=True),
        running("web-5d8f-bbbbb", ENV, owned=True),
        running("filed", FILES["container"], volumes=FILES["volumes"]),
    ]


async def writes(person: Person, key: str = "password", text: str = "made-up-new") -> None:
    await person.open(MINE)
    await person.edit(key, text)
    await person.press("w")
    await person.reviewed()
    await person.presses("W", "Written")
    await person.waits_for(lambda: not person.session.drafts.all(), "the write")


async def test_the_readers_of_a_namespace_and_a_pod_show_the_old_value_too() -> None:
    async with sitting_at(story=story(), size=(200, 60)) as person:
        await writes(person)
        await person.presses("escape P", "Pods of default", "NOW", "old until restart")
        await person.put_cursor("#pod-table", "default/web-5d8f-aaaaa/0")
        await person.reads("#pods-about", "old: started 13:50")
        await person.press("escape")
        await person.open(MINE)
        await person.press("p")
        await person.put_cursor("#pod-table", "default/web-5d8f-aaaaa/0")
        await person.presses("enter", "Inputs of Pod/web-5d8f-aaaaa", "PW is old", "T restarts")
        await person.sees("old: started 13:50")


async def test_files_follow_by_themselves_and_the_screen_hears_of_it() -> None:
    async with sitting_at(story=story()) as person:
        await writes(person)
        await person.press("p")
        await person.put_cursor("#pod-table", "default/filed/0")
        await person.reads("#pods-about", "within 2 min: the data changed 14:00; the file is updated")
        person.clock.advance(126)
        await person.reads("#pods-about", "new: started 13:50, the file was refreshed after 14:00")


async def test_a_command_that_prints_the_old_value_in_a_running_pod_can_be_copied() -> None:
    async with sitting_at(size=(80, 24), story=story()) as person:
        sent = watched(person)
        await person.open(MINE, key="password")
        await person.presses("C", "l  a kubectl line")
        assert "kubectl exec" not in person.text, "it has the value that is there"
        await person.press("escape")
        person.others_set("password", b"made-up-wrong", MINE)
        await person.reads("#key-readers", "2 old at restart")
        await person.presses("U", "A running pod may still have the old", "offers a command that prints it.")
        await person.presses("C", "o  a kubectl exec that prints pod web-5d8f-aaaaa's value")
        await person.press("o")
        await person.waits_for(lambda: copied(sent), "a copy")
        line = "kubectl exec --context payments-cluster -n default web-5d8f-aaaaa -c main -- printenv PW"
        assert copied(sent) == [line.encode()]


async def test_when_the_pods_restarted_all_have_the_new_value() -> None:
    async with sitting_at(story=story()) as person:
        await writes(person)
        await person.reads("#warnings", "2 pods keep the old value")
        person.cluster.store.put(running("web-5d8f-aaaaa", ENV, ago=-60, owned=True))
        await person.reads("#warnings", "1 pod keeps the old value until it restarts")
        await person.reads("#key-readers", "env PW 1 old 1 new at restart")
        assert " 1 old 1 new" in person.line_of("password  "), "in the row of the key"
        await person.press("p")
        assert " new " in person.line_of("aaaaa")
        await person.press("slash", *"new", "enter")
        await person.sees("Readers of mysecret /new", "1 pod ")
        await person.press("escape", "escape")
        person.cluster.store.put(running("web-5d8f-bbbbb", ENV, ago=-60, owned=True))
        await person.reads("#warnings", "1 pod may not have the new value yet")
        person.clock.advance(126)
        await person.reads("#warnings", "· all 3 pods have the new value")


async def test_ages_go_on_while_nothing_else_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.ui.browser.panes.AGES_STAND", 0.05)
    async with sitting_at(size=(80, 24)) as person:
        await person.put_cursor("#secret-table", str(MINE))
        person.others_set("password", b"made-up-new")
        await person.sees("last change just now or earlier", "no reader known   48m")
        person.clock.advance(130)
        await person.sees("last change at least 2m ago", "no reader known   50m")
        await person.put_cursor("#secret-table", "default/placeholder")
        await person.presses("enter", "50m ━")
        person.clock.advance(130)
        await person.sees("52m ━")
