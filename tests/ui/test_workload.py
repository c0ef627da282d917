"""Inputs of a workload: rows, values on demand, refusals, and the ways to the source."""

from __future__ import annotations

from typing import Any, Final

import pytest
from textual.widgets import Input

from tests.ui.person import Person, pod_object, secret_object, sitting_at
from tui.embedded.users import Rule
from tui.model.secret.secret import SecretRef
from tui.model.secret.value import MASK
from tui.model.settings.settings import Settings

pytestmark = pytest.mark.slow

_MADE_UP: Final = "made-up-host.example.test"
_LITERAL: Final = "made-up-literal"


def config_map(name: str, data: dict[str, str], *, fields: bool = True) -> dict[str, Any]:
    owned: dict[str, Any] = {"f:data": {f"f:{key}": {} for key in data}}
    managed = {"manager": "kubectl", "operation": "Update", "fieldsType": "FieldsV1", "fieldsV1": owned}
    meta = {"name": name, "namespace": "default", "managedFields": [managed] if fields else []}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta, "data": data}


def story(**more: Any) -> list[dict[str, Any]]:
    container = {
        "envFrom": [{"configMapRef": {"name": "app"}}],
        "env": [
            {"name": "MODE", "value": _LITERAL},
            *(
                {"name": name, "valueFrom": {"secretKeyRef": {"name": "s", "key": "password"}}}
                for name in ("PASSWORD", "SECOND")
            ),
        ],
    }
    return [
        secret_object("s", {"password": b"made-up-password"}),
        config_map("app", {"DB_HOST": _MADE_UP}, **more),
        pod_object("web", container),
    ]


async def at_the_pod(person: Person) -> None:
    await person.presses("P", "Pods of default")
    await person.put_cursor("#pod-table", "default/web/0")
    await person.presses("enter", "Inputs of Pod/web", "4 variables")


async def to_row(person: Person, name: str) -> None:
    table: Any = person.app.screen.query_one("#changes")
    (key,) = (line.key for line in table.rows if not line.heads and line.input.name == name)
    await person.put_cursor("#changes", key)


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_values_stay_masked_until_shown_one_by_one(size: tuple[int, int]) -> None:
    async with sitting_at(story=story(), size=size) as person:
        await at_the_pod(person)
        assert person.line_of("DB_HOST").strip(" ┃").endswith("at restart")
        for name, value in (("DB_HOST", _MADE_UP), ("MODE", _LITERAL), ("PASSWORD", "made-up-password")):
            await to_row(person, name)
            assert value not in person.text
            await person.presses("r", value)
            await person.press("r")
            await person.sees(MASK)
            assert value not in person.text
        reads = [
            request.path for request in person.cluster.requests if request.path.endswith("/configmaps/app")
        ]
        assert len(reads) == 2, "its keys without values, then its value"


async def test_no_reveal_shows_no_value_of_a_config_map_or_literal() -> None:
    async with sitting_at(story=story(), settings=Settings(no_reveal=True), size=(120, 36)) as person:
        await at_the_pod(person)
        for name in ("DB_HOST", "MODE"):
            await to_row(person, name)
            await person.presses("r", "No reveal: values cannot be shown here.")
            assert _MADE_UP not in person.text and _LITERAL not in person.text


async def test_unknown_keys_of_a_config_map_are_named_as_unknown_and_read_on_request() -> None:
    async with sitting_at(story=story(fields=False), size=(120, 36)) as person:
        await person.presses("P", "Pods of default")
        await person.presses("enter", "Inputs of Pod/web", "Keys of ConfigMap/app are unknown: v reads")
        assert "DB_HOST" not in person.text
        await person.presses("v", "Read the keys of 1 object.", "DB_HOST")
        assert _MADE_UP not in person.text


async def test_a_missing_secret_is_the_first_line_and_leads_to_a_draft() -> None:
    absent = {"secretKeyRef": {"name": "gone", "key": "token"}}
    pod = pod_object("web", {"env": [{"name": "TOKEN", "valueFrom": absent}]})
    async with sitting_at(story=[pod], size=(80, 24)) as person:
        await person.presses("P", "Pods of default")
        await person.presses("enter", "X Secret gone does not exist; ", "needs it.")
        await person.presses("enter", "No Secret gone", "draft the Secret")


async def test_a_config_map_and_a_literal_give_their_kubectl_line() -> None:
    async with sitting_at(story=story(), size=(120, 36)) as person:
        await at_the_pod(person)
        await to_row(person, "DB_HOST")
        await person.sees("kubectl -n default edit configmap/app   c copies")
        await person.presses("e", "not from a Secret. c copies: kubectl -n default edit configmap/app")
        await person.presses("c", "the kubectl line", at="StatusLine")
        await to_row(person, "MODE")
        await person.sees("kubectl -n default edit pod/web")


async def test_inputs_that_may_not_be_read_are_named_and_secrets_are_still_shown() -> None:
    rules = [Rule(("list", "watch"), ("pods",)), Rule(("get", "list", "watch"), ("secrets", "namespaces"))]
    async with sitting_at(story=story(), rules=rules, size=(120, 36)) as person:
        await person.presses("P", "Pods of default")
        await person.presses("enter", "Inputs of Pod/web", "env PASSWORD", "Refused: you may not get pod")
    rules = [Rule(("get", "list", "watch"), ("secrets", "pods", "namespaces"))]
    async with sitting_at(story=story(), rules=rules, size=(120, 36)) as person:
        await person.presses("P", "Pods of default")
        await person.presses("enter", "PASSWORD", "keys not known", "Refused: you may not get configmap")
        await person.sees("No known input is missing or overridden; some keys are unknown.")


async def test_the_cursor_begins_at_the_use_and_is_where_it_was_after_a_way_to_the_secret() -> None:
    async with sitting_at(story=story(), size=(80, 24)) as person:
        await person.presses("P", "Pods of default")
        await person.put_cursor("#pod-table", "default/web/0")
        await person.presses("enter", "Inputs of Pod/web", "PASSWORD of main: env")
        await to_row(person, "SECOND")
        await person.presses("enter", "password", at="#secret")
        await person.presses("escape", "Inputs of Pod/web", "SECOND of main: env")


async def test_a_deleted_secret_is_reported_and_its_shown_value_is_dropped() -> None:
    async with sitting_at(story=story(), size=(80, 24)) as person:
        await at_the_pod(person)
        await to_row(person, "PASSWORD")
        await person.presses("r", "made-up-password")
        person.others_delete(SecretRef("default", "s"))
        await person.sees("X Secret s does not exist", "A shown Secret changed. Its old value is hidden.")
        person.others_make(SecretRef("default", "s"), {"password": b"made-up-new"})
        await person.sees("No input is missing or overridden.", MASK, "r shows the value")
        assert "made-up-password" not in person.text
        await person.presses("r", "made-up-new")
        person.others_set("password", b"made-up-other", SecretRef("default", "s"))
        await person.sees_no("made-up-new")


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_two_pods_are_compared_what_differs_first_and_without_a_value(size: tuple[int, int]) -> None:
    env = [
        {"name": "MODE", "value": "made-up-other"},
        {"name": "PASSWORD", "valueFrom": {"secretKeyRef": {"name": "s", "key": "gone"}}},
        {"name": "SECOND", "valueFrom": {"secretKeyRef": {"name": "s", "key": "password"}}},
        {"name": "EXTRA", "value": "made-up-extra"},
    ]
    async with sitting_at(story=[*story(), pod_object("web-2", {"env": env})], size=size) as person:
        await at_the_pod(person)
        await person.presses("d", "Compare Pod/web with", "Objects of the same kind: web-2")
        await person.pilot.press(*"nobody")
        await person.presses("enter", "No such object is known in default")
        person.app.screen.query_one(Input).value = "pod/web-2"
        await person.presses(
            "enter", "Compare: Pod/web with Pod/web-2", "Differing inputs: 4   Same inputs: 1"
        )
        for name, differs in (
            ("DB_HOST", "only here"),
            ("MODE", "other literal"),
            ("EXTRA", "only there"),
            ("SECOND", "same"),
        ):
            assert person.line_of(name).strip(" ┃│").endswith(differs), person.text
        table: Any = person.app.screen.query_one("#changes")
        rows = [pair.first.name for pair in table.rows]
        assert rows == ["DB_HOST", "MODE", "PASSWORD", "EXTRA", "SECOND"]
        for value in (_LITERAL, _MADE_UP, "made-up-other", "made-up-extra"):
            assert value not in person.text
        assert not any("/secrets/s" in request.path for request in person.cluster.requests)
        await person.put_cursor("#changes", "main/SECOND/3/2")
        await person.presses("enter", "password", at="#secret")
