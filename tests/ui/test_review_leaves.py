"""A changed value in which only leaves differ is listed by their paths, masked until it is shown."""

from __future__ import annotations

import json
from typing import Final

import pytest

from tests.promises.test_values_dropped import texts_held
from tests.ui.person import MINE, sitting_at
from tests.ui.test_review_diff import changed
from tui.model.settings.settings import Settings

OLD, NEW = "m4de-up-1", "n3w-made-up"
SIZES: Final = pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=str)
LONG: Final = ".".join(["made-up"] * 20)


def config(password: str, *users: str, **more: object) -> bytes:
    """A Docker config on one line of JSON."""
    auths = {"ghcr.io": {"username": "ann", "password": password}}
    return json.dumps({"auths": auths, "users": users, **more}).encode()


@SIZES
async def test_changed_leaves_are_listed_masked_and_shown_on_request(size: tuple[int, int]) -> None:
    before, after = config(OLD, "a", "b", old=1), config(NEW, "a", "b", new="made-up-2")
    async with sitting_at(size=size) as person:
        await changed(person, before, after, "config.json")
        await person.sees(
            "~ auths.ghcr.io.password  ******** → ********  9 B → 11 B",
            "+ new  ********  9 B",
            "- old  ********  1 B",
        )
        for text in (OLD, NEW, "made-up-2"):
            assert text not in person.text
        await person.presses("r", f"- {OLD}", f"+ {NEW}", "+ made-up-2")
        assert person.text.count("users") == 0, "what is the same"
        await person.presses("r", "~ auths.ghcr.io.password  ******** → ********")
        await person.sees_no(NEW)
        assert list(texts_held(person, f"+ {NEW}")) == []


async def test_a_place_in_a_list_and_another_kind_are_named() -> None:
    before, after = config(OLD, "a", "b", "c", port=5432), config(OLD, "a", "b", "d", port="5432")
    async with sitting_at(size=(80, 24)) as person:
        await changed(person, before, after, "config.json")
        await person.sees("~ users[2]  ******** → ********  1 B → 1 B")
        await person.sees("~ port  ******** → ********  number → text")


async def test_a_long_path_is_cut_in_the_middle() -> None:
    async with sitting_at(size=(80, 24)) as person:
        before, after = (json.dumps({LONG: text}).encode() for text in (OLD, NEW))
        await changed(person, before, after, "config.json")
        await person.sees("~ made-up.made-up.", "…", ".made-up  ******** → ********  9 B → 11 B")


async def test_a_change_of_a_comment_too_is_shown_by_lines() -> None:
    before = f"# made up\npassword: {OLD}\nuser: ann\n"
    async with sitting_at(size=(80, 24)) as person:
        after = before.replace(OLD, NEW)
        await changed(person, before.encode(), after.replace("# made up", "# changed").encode(), "app.yaml")
        await person.presses("r", "- # made up⏎", f"+ password: {NEW}⏎")
        assert "~ password" not in person.text


async def test_kinds_alone_name_no_path() -> None:
    async with sitting_at(settings=Settings(facts="kinds"), size=(80, 24)) as person:
        await changed(person, config(OLD), config(NEW), "config.json")
        assert "ghcr.io" not in person.text
        await person.presses("r", "+ {", NEW)


async def test_a_conflict_shows_the_changes_of_each_side_by_leaves() -> None:
    async with sitting_at(size=(80, 24)) as person:
        await changed(person, config(OLD, "ann"), config(NEW, "ann"), "config.json")
        person.others_set("config.json", config(OLD, "eve"))
        await person.presses("ctrl+r", "1 key to resolve")
        await person.presses("r", "the server changed", "~ users[0]", "+ eve", "you changed", f"+ {NEW}")


@pytest.mark.slow
async def test_a_large_value_is_decoded_beside_the_presses() -> None:
    more = {f"name-{number}": "made-up" for number in range(1_900)}
    async with sitting_at(size=(80, 24)) as person:
        await changed(person, config(OLD, **more), config(NEW, **more), "config.json")
        await person.sees("~ auths.ghcr.io.password  ******** → ********")
        await person.presses("r", f"+ {NEW}")


async def test_another_key_that_holds_the_old_value_of_a_leaf_is_named() -> None:
    async with sitting_at(size=(120, 36)) as person:
        person.others_set("url", f"redis://ann:{OLD}@cache.internal:6379/0".encode())
        await changed(person, config(OLD), config(NEW), "config.json")
        await person.sees(
            "url still holds the old value of config.json auths.ghcr.io.password   i puts the new"
        )
        await person.presses("i", "The draft has the new value in url too.", "accepted at")
        await person.sees("~ password  ******** → ********  9 B → 11 B")
        await person.sees_no("still holds")
        draft = person.session.drafts.get(MINE)
        assert draft is not None
        assert draft.changes().set["url"].reveal() == f"redis://ann:{NEW}@cache.internal:6379/0".encode()
