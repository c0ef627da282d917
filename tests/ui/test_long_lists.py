"""A list that loads slowly: its first rows can be used, its progress is shown, and ctrl+c stops it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.faulty_cluster.faults import Fault
from tests.ui.person import secret_object, sitting_at
from tui.cluster.api import paging
from tui.model.secret.secret import SecretRef

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


async def test_a_stopped_list_says_so_and_how_to_go_on() -> None:
    async with sitting_at(settles=False, namespace=None, story=STORY, prepare=holds_the_rest) as person:
        await person.sees("Secrets  2…")
        await person.waits_for(lambda: person.session.namespaces.state.is_complete, "the namespaces")
        await person.presses("ctrl+c", "Secrets  2, incomplete: stopped", "You stopped loading")
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


def slows_the_rest(cluster: Any) -> None:
    cluster.faults.add(Fault("delay", path="/api/v1/secrets", query="continue=", seconds=3600, times=None))


LOADING: dict[str, Any] = {"settles": False, "namespace": None, "story": STORY}


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_a_search_in_values_waits_for_the_whole_list(size: tuple[int, int]) -> None:
    async with sitting_at(**LOADING, prepare=slows_the_rest, size=size) as person:
        await person.sees("Secrets  2…")
        await person.presses("ctrl+f", "enter reads every listed Secret: 2 Secrets")
        await person.paste("made up")
        await person.presses("enter", "Waiting for the list of Secrets: 2 of 5 … (ctrl+c stops)")
        person.cluster.faults.clear()
        await person.sees("5 of 5 searched Secrets hold it.")


async def test_a_search_in_a_list_that_broke_off_says_that_it_is_not_all() -> None:
    async with sitting_at(**LOADING, prepare=refuses_the_rest) as person:
        await person.sees("Secrets  2, incomplete: 410")
        await person.press("ctrl+f")
        await person.paste("nowhere")
        await person.presses("enter", "Not found: 2 Secrets searched. The list is incomplete.")
        await person.press("ctrl+f")
        await person.paste("made up")
        await person.presses("enter", "2 of 2 searched Secrets hold it.", "The list is incomplete.")
        await person.presses("I", "The list is incomplete.", "Other Secrets may")


async def test_a_wait_for_the_list_is_stopped_without_the_list_and_by_another_namespace() -> None:
    async with sitting_at(**LOADING, prepare=slows_the_rest) as person:
        await person.sees("Secrets  2…")
        await person.presses("asterisk", "Waiting for the list of Secrets: 2 of 5")
        await person.presses("ctrl+c", "Stopped; nothing was changed.", "Secrets  2…")
        await person.presses("asterisk", "Waiting for the list of Secrets: 2 of 5")
        person.app.screen_stack[0].show_namespace("default")  # type: ignore[attr-defined]
        await person.sees("Nothing done: you chose another namespace.")
        assert not person.listed.choice.marked


async def test_all_are_marked_once_the_list_is_whole() -> None:
    async with sitting_at(**LOADING, prepare=slows_the_rest) as person:
        await person.sees("Secrets  2…")
        await person.presses("asterisk", "Waiting for the list of Secrets: 2 of 5")
        assert not person.listed.choice.marked
        person.cluster.faults.clear()
        await person.sees("5 marked", "Secrets  5")
        await person.sees_no("Waiting")


async def test_all_rows_of_a_list_that_broke_off_are_marked_with_a_warning() -> None:
    async with sitting_at(**LOADING, prepare=refuses_the_rest) as person:
        await person.sees("Secrets  2, incomplete: 410")
        await person.presses("asterisk", "Marked: 2 Secrets. The list is incomplete.", "2 marked")


async def test_namesakes_in_other_namespaces_are_shown_once_the_list_is_whole() -> None:
    story = [*STORY, secret_object("s0", {"key": b"made up"}, namespace="elsewhere")]
    async with sitting_at(**LOADING | {"story": story}, prepare=slows_the_rest) as person:
        await person.sees("Secrets  2…")
        await person.waits_for(lambda: person.session.namespaces.state.is_complete, "the namespaces")
        await person.presses("Y enter", "Copy default/s0 to", "Loading Secrets …", "elsewhere")
        await person.press(*"typed-made-up", "enter")
        person.cluster.faults.clear()
        await person.sees("has a Secret of this name", "typed-made-up", "1 marked")


async def test_the_same_change_elsewhere_waits_for_the_whole_list() -> None:
    story = [*STORY, secret_object("s0", {"key": b"made up"}, namespace="elsewhere")]
    async with sitting_at(**LOADING | {"story": story}, prepare=slows_the_rest) as person:
        await person.sees("Secrets  2…")
        await person.open(SecretRef("default", "s0"), key="key")
        await person.edit("key", "made up too")
        await person.presses("I", "Waiting for the list of Secrets: 2 of 6")
        person.cluster.faults.clear()
        await person.sees("s0 is read in 1 namespace to compare key in memory", "elsewhere")
