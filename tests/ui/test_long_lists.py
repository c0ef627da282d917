"""A list that is long in coming: its first rows are of use, it says how far it is, and ctrl+c stops it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.faulty_cluster.faults import Fault
from tests.ui.person import secret_object, sitting_at
from tui.cluster.api import paging

STORY = [secret_object(f"s{number}", {"key": b"made up"}) for number in range(5)]


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "PAGE_SIZE", 2)


def holds_the_rest(cluster: Any) -> None:
    cluster.faults.add(Fault("hang", path="/api/v1/secrets", query="continue=", times=None))


def refuses_the_rest(cluster: Any) -> None:
    cluster.faults.add(Fault("status", path="/api/v1/secrets", query="continue=", code=410, times=None))


async def test_the_first_rows_can_be_filtered_and_opened_before_the_rest_is_here() -> None:
    async with sitting_at(settles=False, namespace=None, story=STORY, prepare=holds_the_rest) as person:
        await person.sees("Secrets  2…")
        await person.presses("slash s 1 enter", "filter: s1")
        await person.sees_no("s0")
        await person.presses("enter", "********")
        assert len(person.asked("GET", part="secrets/s1")) == 1


async def test_what_is_stopped_says_so_and_how_to_go_on() -> None:
    async with sitting_at(settles=False, namespace=None, story=STORY, prepare=holds_the_rest) as person:
        await person.sees("Secrets  2…")
        await person.waits_for(lambda: person.session.namespaces.state.is_complete, "the namespaces")
        await person.presses("ctrl+c", "Secrets  2, incomplete: stopped", "You stopped the list")
        assert person.status == "Stopped: 2 Secrets so far. ctrl+r refreshes."
        await person.press("ctrl+c")
        assert "Nothing to stop" in person.status
        person.cluster.faults.clear()
        await person.presses("ctrl+r", "Secrets  5 ")
        await person.sees_no("incomplete")


async def test_a_list_that_broke_off_says_that_it_is_not_all() -> None:
    async with sitting_at(settles=False, namespace=None, story=STORY, prepare=refuses_the_rest) as person:
        await person.sees("Secrets  2, incomplete: 410", "ctrl+r")


async def test_pods_of_all_namespaces_are_stopped_too() -> None:
    def holds(cluster: Any) -> None:
        cluster.faults.add(Fault("hang", path="/api/v1/pods", times=None))

    async with sitting_at(namespace=None, story=STORY, prepare=holds) as person:
        await person.sees("Secrets  5 ")
        await person.presses("P", "Pods of all namespaces", "Loading pods")
        await person.press("ctrl+c")
        await person.sees("Stopped: 0 pods so far. ctrl+r refreshes.", "0 pods, incomplete: stopped")
