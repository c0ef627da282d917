"""Thin rights: one Secret alone, lists that are refused, and what is missing, in words that can be copied."""

from __future__ import annotations

from typing import Any

import pytest

from tests.screens.person import MINE, PASSWORD, sitting_at
from tui.embedded.access import Rule
from tui.embedded.server import EmbeddedCluster

ONE = "mysecret"


def oncall(*rules: Rule) -> dict[str, Any]:
    """The stage for somebody who may do this and nothing else."""

    def prepare(cluster: EmbeddedCluster) -> None:
        cluster.users.add("oncall", rules=rules)

    return {"user": "oncall", "prepare": prepare, "settles": False}


def named(*verbs: str) -> Rule:
    """These verbs on the one Secret."""
    return Rule(verbs, ("secrets",), names=(ONE,), namespaces=("default",))


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_one_secret_and_the_right_to_get_it_is_enough(size: tuple[int, int]) -> None:
    async with sitting_at(size=size, start=MINE, is_alone=True, **oncall(named("get"))) as person:
        await person.sees("password", "********")
        await person.reads("#secret", "looked at every 30 s: you may not watch secrets mysecret in namespace")
        await person.put_cursor("#key-table", "password")
        await person.press("r")
        await person.sees(PASSWORD, "not looked at yet (p looks)")
        assert "Refused" not in person.text
        asked = {line for line in person.asked() if "selfsubject" not in line}
        assert {line.split("?")[0] for line in asked} == {
            "GET /api/v1/namespaces/default/secrets/mysecret",
            "GET /api/v1/namespaces/default/secrets",
        }
        assert all(
            "metadata.name%3Dmysecret" in line for line in asked if "?watch" in line or "&watch" in line
        )
        await person.press("escape")
        await person.reads("#secrets", "you may not list")


async def test_one_secret_is_edited_if_patch_is_allowed() -> None:
    async with sitting_at(start=MINE, is_alone=True, **oncall(named("get", "patch"))) as person:
        await person.sees("password", "********")
        await person.edit("password", "another-made-up")
        await person.reviewed()
        await person.press("W")
        await person.sees("Written: password of default/mysecret")
        assert person.on_server()["password"] == b"another-made-up"


async def test_what_lies_around_one_secret_is_asked_for_when_one_goes_there() -> None:
    async with sitting_at(start=MINE, is_alone=True, settles=False) as person:
        await person.sees("password", "Not looked at yet.")
        await person.reads("#secrets", "not looked at yet")
        assert not person.asked("GET", part="/api/v1/namespaces?")
        await person.press("escape")
        await person.settles()
        await person.sees("Namespaces 7", "mysecret")
