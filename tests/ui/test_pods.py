"""Pods and the Secrets they read: every way, missing ones, and unknown ones."""

from __future__ import annotations

from typing import Any, Final

import pytest

from tests.ui.person import Person, in_secret, pod_object, secret_object, sitting_at
from tui.embedded.users import Rule
from tui.model.secret.secret import SecretRef

pytestmark = pytest.mark.slow

_REF: Final = {"name": "s"}


def _variable(name: str, secret: str, key: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "valueFrom": {"secretKeyRef": {"name": secret, "key": key, **more}}}


def rows(person: Person) -> list[Any]:
    """The lines of the pod table."""
    table: Any = person.app.screen.query_one("#pod-table")
    return list(table.rows)


async def test_containers_of_every_kind_are_listed_with_paths_and_marks() -> None:
    pod = pod_object(
        "mixed",
        {
            "env": [_variable("MAYBE", "s", "password", optional=True)],
            "volumeMounts": [{"name": "v", "mountPath": "/etc/one", "subPath": "password", "readOnly": True}],
        },
        volumes=[{"name": "v", "secret": {"secretName": "s"}}],
        initContainers=[
            {"name": "first", "image": "redis", "env": [_variable("A", "s", "password")]},
            {"name": "beside", "image": "redis", "restartPolicy": "Always", "envFrom": [{"secretRef": _REF}]},
        ],
        ephemeralContainers=[{"name": "debug", "image": "redis", "env": [_variable("B", "s", "password")]}],
    )
    async with sitting_at(story=[secret_object("s", {"password": b"x"}), pod], size=(200, 60)) as person:
        await person.open(SecretRef("default", "s"))
        await person.presses("p", "first (init)", "beside (sidecar)", "debug (ephemeral)", "/etc/one")
        table: Any = person.app.screen.query_one("#pod-table")
        said = {}
        for line in rows(person):
            table.move_to(line.key)
            await person.calm()
            said[line.use.target or line.use.container] = person.read("#pods-about")
        assert "optional" in said["MAYBE"] and "key password" in said["MAYBE"]
        assert any("subPath" in text and "read-only" in text for text in said.values())


async def test_a_missing_secret_or_key_is_marked_and_an_unknown_key_is_not_called_missing() -> None:
    story = [
        secret_object("opened", {"there": b"x"}),
        secret_object("unopened", {"there": b"x"}),
        pod_object("no-secret", {"env": [_variable("A", "absent", "key")]}),
        pod_object(
            "no-key", {"env": [_variable("A", "opened", "absent"), _variable("B", "opened", "there")]}
        ),
        pod_object("who-knows", {"env": [_variable("A", "unopened", "absent")]}),
        pod_object("optional", {"env": [_variable("A", "absent", "key", optional=True)]}),
    ]
    for secret in story[:2]:
        secret["metadata"]["managedFields"] = []
    async with sitting_at(story=story, size=(200, 60)) as person:
        await person.presses("P", "Pods of default")
        presence = {line.key: line.presence for line in rows(person)}
        assert presence["default/no-secret/0"] == presence["default/optional/0"] == "no secret"
        assert " missing, optional" in person.line_of("optional")
        assert "! secret missing" in person.line_of("no-secret")
        await person.press("escape")
        await person.open(SecretRef("default", "opened"))
        await person.presses("P", "! key missing")
        presence = {line.key: line.presence for line in rows(person)}
        assert presence["default/no-key/0"] == "no key" and presence["default/no-key/1"] == "there"
        person.others_make(SecretRef("default", "absent"), {"key": b"x"})
        await person.waits_for(lambda: "secret missing" not in person.text, "that it is there now")
        presence = {line.key: line.presence for line in rows(person)}
        assert presence["default/who-knows/0"] == "not known"
        assert "key not known" in person.line_of("who-knows")


async def test_pods_are_below_their_workload_and_long_paths_are_cut_in_front() -> None:
    async with sitting_at(namespace="payments", size=(80, 24)) as person:
        await person.presses(
            "P", "Pods of payments", "13 pods: 3 fail, 5 old?", "Deployment/gateway  2 pods; 2 of 2 old?"
        )
        assert "h5jxk" in person.line_of("env API_KEY"), "the end of its name is enough there"
        await person.sees("file …/db/password ", "files in …/check ")
        await person.put_cursor("#pod-table", "payments/gateway-5d8f6c7b9d-h5jxk/0")
        await person.reads("#pods-about", "gateway-5d8f6c7b9d-h5jxk: container")


async def test_a_filter_is_in_the_title_and_finds_what_any_column_says() -> None:
    container = {"env": [_variable("A", "absent", "one"), _variable("B", "absent", "two")]}
    async with sitting_at(story=[pod_object("web", container), pod_object("other", {})]) as person:
        await person.presses("P", "Pods of default", "2 pods")
        await person.press("slash", *"two missing", "enter")
        await person.sees("Pods of default /two missing", "1 pod: 1 fails ")
        assert "web" in person.line_of("env B"), "the first line that is left names the pod"
        await person.press("slash", *"not there", "enter")
        await person.sees("Pods of default /not there", "no matches", "No matches. esc clears the filter.")
        await person.sees("esc clear filter")
        await person.presses("escape", "2 pods", "esc back")
        assert "/not" not in person.text
        await person.presses("o", "2 pods: 1 fails   by status   live")
        await person.presses("O", "2 pods: 1 fails   by status, reversed   live")


async def test_escape_returns_to_the_pods_as_they_were_filtered_and_ordered() -> None:
    async with sitting_at(namespace="payments", size=(120, 36)) as person:
        await person.presses("P", "Pods of payments")
        await person.presses("o", "Ordered by status.")
        await person.press("slash", *"gateway", "enter", "down")
        table: Any = person.app.screen.query_one("#pod-table")
        before = table.cursor_key, [line.key for line in table.rows]
        await person.presses("enter", "Inputs of Pod/gateway-")
        await person.presses("enter", "gateway-", at="#secret")
        await person.presses("escape", "Inputs of Pod/gateway-")
        await person.presses("escape", "Pods of payments /gateway")
        table = person.app.screen.query_one("#pod-table")
        assert (table.cursor_key, [line.key for line in table.rows]) == before
        await person.press("escape")
        await person.waits_for(lambda: " /gateway" not in person.text, "all pods")


async def test_the_kubelet_message_about_a_missing_key_is_whole_at_80_columns() -> None:
    async with sitting_at(namespace="payments", size=(80, 24)) as person:
        await person.presses("P", "Pods of payments")
        await person.press("slash", *"bbx2v", "enter")
        await person.sees("kubelet: couldn't find key PASSWORD in Secret payments/db-credentials")


async def test_a_pod_that_waits_says_the_kubelets_words_and_a_missing_secret_is_not_gone_into() -> None:
    async with sitting_at(namespace="web", size=(200, 60)) as person:
        await person.presses("P", "kubelet:")
        missing = next(line for line in rows(person) if line.presence == "no secret")
        await person.put_cursor("#pod-table", missing.key)
        await person.presses("enter", f"Secret {missing.use.secret} does not exist")
        await person.press("escape")
        await person.press("slash", *"mailer", "enter")
        assert {line.info.name[:6] for line in rows(person)} == {"mailer"}
        await person.press("escape")
        assert len({line.info.name for line in rows(person)}) > 5
        for order in ("status", "age", "reader"):
            await person.presses("o", f"Ordered by {order}.")
        first = rows(person)[0].info.name
        await person.press("O")
        assert rows(person)[-1].info.name == first
        await person.presses("c", "the name ", at="StatusLine")


async def test_where_pods_may_not_be_listed_nothing_is_claimed_of_readers() -> None:
    rules = [Rule(("get", "list", "watch"), ("secrets", "namespaces"))]
    async with sitting_at(rules=rules, settles=False, size=(80, 24)) as person:
        await person.sees("mysecret", "refused")
        await person.put_cursor("#secret-table", "default/mysecret")
        await person.reads("#peek", "read by not known: you may not list pods")
        await person.presses("p", "Refused: you may not list pods in namespace default.")
        assert "reader known" not in person.text


@pytest.mark.parametrize("size", [(48, 20), (80, 24), (120, 36), (200, 60)])
async def test_pods_of_the_same_name_in_several_namespaces_are_distinguished(size: tuple[int, int]) -> None:
    story: list[dict[str, Any]] = [{"kind": "Namespace", "metadata": {"name": "other"}}]
    for namespace in ("default", "other"):
        pod = pod_object("twin", {"envFrom": [{"secretRef": {"name": "shared"}}]})
        pod["metadata"]["namespace"] = namespace
        story += [pod, secret_object("shared", {"key": b"x"}, namespace=namespace)]
    async with sitting_at(story=story, size=size, namespace=None) as person:
        await person.presses("P", "Pods of all namespaces", "NAMESPACE", "SECRET")

        def told() -> list[set[str]]:
            lines = [line.split() for line in person.text.splitlines() if "twin" in line]
            return [{"default", "other", "shared"}.intersection(line) for line in lines[:2]]

        await person.waits_for(lambda: told() == [{"default", "shared"}, {"other", "shared"}], "both pods")
        assert person.app.screen.query_one("#pod-table").max_scroll_x == 0, "nothing is out of sight"
        await person.put_cursor("#pod-table", "other/twin/0")
        await person.reads("#pods-about", "other/twin: ")
        await person.press("slash", *"other/tw", "enter")
        assert [line.key for line in rows(person)] == ["other/twin/0"]
        await person.press("escape", "slash", *"other/tw restart", "enter")
        assert [line.key for line in rows(person)] == ["other/twin/0"]
    async with sitting_at(story=story, size=size) as person:
        await person.presses("P", "Pods of default", "READER")
        assert "NAMESPACE" not in person.text


async def test_rights_are_shown_of_the_open_secret_from_its_readers_too() -> None:
    async with in_secret(size=(80, 24)) as person:
        await person.presses("p", "Readers of mysecret")
        await person.presses("A", "Access  default/mysecret")
