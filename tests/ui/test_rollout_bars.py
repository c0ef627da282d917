"""Followed restarts: bars, pods below the rows, the cursor on the active row, and the record."""

from __future__ import annotations

from typing import Any

import pytest

from tests.session.workloads import pod_of, workload
from tests.ui.person import Person, in_secret
from tests.ui.test_rollout import MISSING, OLD, restarting, rolls, story

pytestmark = pytest.mark.slow


async def sends(person: Person) -> None:
    """Restart the marked workloads, once each dry run has ended."""
    table: Any = person.app.screen.query_one("#changes")
    await person.waits_for(lambda: all(row.proposal.looked.dry_run for row in table.rows), "the dry runs")
    await person.press("W")


@pytest.mark.parametrize(("size", "cells"), [((80, 24), 8), ((120, 36), 16), ((200, 60), 16)])
async def test_bars_show_how_many_pods_are_new_of_each_workload_and_of_all(
    size: tuple[int, int], cells: int
) -> None:
    async with restarting(size=size) as person:
        await person.sees("2 of 2 marked", "accepted")
        await sends(person)
        await person.sees_later(">  Deployment/api", "rolling")
        assert f"{'─' * cells} 0/1" in person.line_of("Deployment/api")
        await person.sees(".  Deployment/web", "─  0 of 2 pods", "restarting 1 of 2", "since 14:00")
        await person.sees("ctrl+c stop after this", "esc leave it running")
        rolls(person, "api")
        await person.sees_later("ok Deployment/api", "1 of 2 pods", ">  Deployment/web", "rolling")
        assert f"{'━' * cells} 1/1  new after " in person.line_of("Deployment/api")
        await person.sees("ctrl+c stop following")
        rolls(person, "web")
        await person.sees_later("━  2 of 2 pods", "2 new")
        assert "ctrl+c" not in person.text


async def test_the_pods_of_the_workload_under_the_cursor_are_below_the_rows() -> None:
    async with restarting(size=(80, 24)) as person:
        await person.sees("2 of 2 marked", "accepted")
        await person.reads("#about", "api-1 old? ready, started 13:50")
        await sends(person)
        await person.sees_later("rolling")
        person.cluster.store.put(pod_of("api", "api-2", started=0, waiting=("ContainerCreating", "")))
        await person.reads("#about", "api-1 old ready, started 13:50", "api-2 new starting")
        await person.reads("#about", "Order one at a time: each restart waits for")


async def test_the_cursor_follows_what_moves_until_a_person_moves_it() -> None:
    more = (workload("zoo"), pod_of("zoo", "zoo-1", started=OLD))
    async with restarting(*more) as person:
        await person.sees("3 of 3 marked", "accepted")
        await sends(person)
        await person.sees_later(">  Deployment/api", "rolling")
        rolls(person, "api")
        await person.sees_later(">  Deployment/web", "rolling")
        assert "▸" in person.line_of(">  Deployment/web")
        await person.press("up")
        rolls(person, "web")
        await person.sees_later(">  Deployment/zoo", "rolling")
        assert "▸" in person.line_of("ok Deployment/api")


async def test_restarts_that_are_returned_to_have_the_cursor_on_what_moves() -> None:
    async with restarting() as person:
        await person.sees("2 of 2 marked", "accepted")
        await sends(person)
        await person.sees_later("rolling")
        await person.press("escape")
        rolls(person, "api")
        await person.sees_later("restarting 2/2")
        await person.acts_on("default/mysecret", "T", ">  Deployment/web")
        assert "▸" in person.line_of(">  Deployment/web")


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_the_record_is_a_table_that_shows_a_failure_once(size: tuple[int, int]) -> None:
    async with in_secret(story=story(), size=size) as person:
        await person.edit_to_review("password", "made-up-3")
        await person.presses("W", "Written: password")
        person.clock.advance(10)
        await person.presses("T", "2 of 2 marked", "accepted")
        await sends(person)
        await person.sees_later("rolling")
        await person.reads(
            "#about", "c copies", "14:00:00 written password", "restarted Deployment/api, 1 pod"
        )
        waiting = ("CreateContainerConfigError", MISSING)
        person.cluster.store.put(pod_of("api", "api-2", started=0, waiting=waiting))
        await person.sees_later("X  Deployment/api")
        # The clock goes on until the failure is seen: how long it took is not always the same.
        await person.reads("#about", "failed Deployment/api after ", f"s: {MISSING}")
        await person.reads("#about", "stopped Deployment/web: ")
        assert person.read("#about").count(MISSING) == 1


@pytest.mark.parametrize(("size", "blank_rows"), [((80, 24), 12), ((120, 36), 0), ((200, 60), 0)])
async def test_order_and_destination_are_directly_below_where_all_has_room(
    size: tuple[int, int], blank_rows: int
) -> None:
    async with restarting(size=size) as person:
        await person.sees("2 of 2 marked", "accepted", "Restarts in")
        rows = person.text.splitlines()
        last, order = (next(n for n, row in enumerate(rows) if word in row) for word in ("Dry run", "Order"))
        assert sum(not row.strip("┃ ") for row in rows[last:order]) <= blank_rows
