"""Helm's releases, the revisions of one, and how the values of two differ: masked, and nothing is written."""

from __future__ import annotations

import weakref
from typing import Any

import pytest

from tests.model.test_helm_release import record
from tests.promises.test_values_dropped import are_gone, texts_held, values_held
from tests.ui.person import Person, secret_object, sitting_at
from tests.ui.test_copy import copied, watched
from tui.embedded.users import Rule
from tui.model.secret.secret import SecretRef
from tui.model.settings.settings import Settings

pytestmark = pytest.mark.slow

BOTH = pytest.mark.parametrize("size", [(80, 24), (120, 36)])
SECOND = SecretRef("default", "sh.helm.release.v1.redis.v2")


def kept(number: int, release: str = "redis", namespace: str = "default", **more: Any) -> dict[str, Any]:
    """A Helm release record, as stored in the cluster."""
    name = f"sh.helm.release.v1.{release}.v{number}"
    status, manifest = more.pop("status", "superseded"), more.pop("manifest", "")
    info = {
        "last_deployed": f"2026-10-0{number}T08:30:00Z",
        "status": status,
        "description": "Upgrade complete",
    }
    body: dict[str, Any] = {"version": number, "name": release, "namespace": namespace, "info": info} | more
    value = record(manifest, **body).data["release"].reveal()
    labels = {"owner": "helm", "name": release, "version": f"{number}", "status": status}
    metadata = {"name": name, "namespace": namespace, "labels": labels}
    found = secret_object(name, {"release": value}, namespace=namespace)
    return found | {"type": "helm.sh/release.v1", "metadata": metadata}


FIRST_VALUES = {"auth": {"password": "made-up-1"}, "hosts": ["a", "b"]}
SECOND_VALUES = {"auth": {"password": "made-up-2"}, "hosts": ["a", "b"], "replicas": 3}
STORY = [
    kept(1, config=None),
    kept(2, config=FIRST_VALUES),
    kept(3, config=SECOND_VALUES, status="deployed"),
    kept(4, "broken", chart="made-up"),
    kept(1, "web", "web", status="failed"),
    secret_object("mysecret", {"username": b"admin"}),
]


async def lists(person: Person, *texts: str) -> None:
    await person.press("colon")
    await person.fills("helm", "enter")
    await person.sees_no("Helm releases here")
    await person.sees("Helm releases  ", *texts)


async def opens_redis(person: Person) -> None:
    await lists(person)
    await person.put_cursor("#changes", "default/redis")
    await person.presses("enter", "Revisions of redis  default", "3 revisions")


@BOTH
async def test_releases_are_listed_without_a_value_and_charts_are_read_by_a_key(
    size: tuple[int, int],
) -> None:
    async with sitting_at(story=STORY, size=size) as person:
        await lists(person, "Helm releases  default", "2 releases", "CHART not read yet: v reads 2 records")
        await person.put_cursor("#changes", "default/redis")
        await person.sees("enter reads 3 records and lists the revisions. Values stay masked.")
        assert not person.asked("GET", part="/secrets/")
        await person.presses("v", "redis 18.1.0", "1 of 2 records read; 1 could not be read.")
        assert len(person.asked("GET", part="/secrets/")) == 2, "the newest of each"
        assert "deployed" in person.line_of("redis 18.1.0")
        await person.put_cursor("#changes", "default/broken")
        await person.sees("Record not read: Cannot read the value")
        await person.presses("v", "The newest record of each release is already read.")


async def test_releases_of_all_namespaces_are_filtered_by_words() -> None:
    async with sitting_at(story=STORY) as person:
        await person.presses("0", "all namespaces")
        await lists(person, "Helm releases  all namespaces", "3 releases", "NAMESPACE")
        await person.press("slash")
        await person.fills("fail", "enter")
        await person.sees("1 release")
        await person.presses("escape", "3 releases")
    async with sitting_at(story=STORY[-1:]) as person:
        await lists(person, "No listed Secret is a record of a Helm release.")


@BOTH
async def test_values_of_two_revisions_are_compared_masked_and_shown_one_by_one(
    size: tuple[int, int],
) -> None:
    async with sitting_at(story=STORY, size=size) as person:
        await opens_redis(person)
        rows = [line for line in person.text.splitlines() if "redis 18.1.0" in line]
        assert [row.split("]")[1].split()[0] for row in rows] == ["3", "2", "1"], "the newest first"
        await person.sees("2 Oct 2026 08:30 UTC", "none", "Upgrade complete", "4 values given")
        await person.press("space", "space")
        await person.presses("d", "Compare: revision 3 with revision 2", "2 values differ", "auth.password")
        await person.sees(
            "Compared by path", "Revision 3: chart redis-18.1.0, 3 Oct 2026 08:30 UTC, deployed."
        )
        assert "made-up" not in person.text
        await person.put_cursor("#changes", "auth.password\0")
        await person.presses("r", "- made-up-1", "+ made-up-2", "auth.password is shown until")
        await person.presses("u", "Helm records are read-only")
        assert not person.asked("PATCH", "POST", "PUT", part="/secrets")
        await person.presses("enter", "sh.helm.release.v1.redis.v3 / release / auth.password", "made-up-2")


async def test_without_marks_a_revision_is_compared_with_the_one_before_it() -> None:
    async with sitting_at(story=STORY) as person:
        await opens_redis(person)
        await person.presses("down d", "Compare: revision 2 with revision 1", "3 values differ", "only here")
        await person.presses("escape end d", "No older revision to compare with. Mark two")
        await person.presses("space d", "Mark two revisions with space; 1 is marked.")
    same = [kept(1, config=FIRST_VALUES), kept(2, config=FIRST_VALUES)]
    async with sitting_at(story=same) as person:
        await lists(person)
        await person.presses("enter", "2 revisions")
        await person.presses("d", "Revisions 1 and 2 have the same values.")


async def test_values_decoded_from_helm_records_are_dropped_after_use() -> None:
    config = {"auth": {"password": "made-up-let-go"}}  # no other test of this process holds it
    story = [kept(1, config=None), kept(2, config=FIRST_VALUES), kept(3, config=config, status="deployed")]
    async with sitting_at(story=story) as person:
        await opens_redis(person)
        await person.waits_for(
            lambda: not values_held("made-up-let-go"), "values of the records to be dropped"
        )
        await person.presses("d", "Differences")
        await person.presses("R", "made-up-let-go")
        screen: Any = person.app.screen
        held = [
            weakref.ref(change.after) for change in screen._comparison.changes if change.after is not None
        ]
        del screen
        await person.presses("escape enter", "values.auth.password", "********")
        await person.presses("R r", "values.auth.password")
        await person.press("escape", "escape", "escape")
        await person.sees_no("Revisions of")
        await are_gone(person, held)
        await person.waits_for(lambda: not values_held("made-up-let-go"), "the decoded values to be dropped")
        assert set(texts_held(person, "made-up-let-go")) == set()


async def test_a_record_opens_decoded_and_one_leaf_is_shown_or_copied_and_none_is_written() -> None:
    async with sitting_at(story=STORY, size=(160, 36)) as person:
        await opens_redis(person)
        await person.presses(
            "down enter",
            "redis 18.1.0 rev 2",
            "release redis, revision 2, superseded",
            "values.auth.password",
        )
        assert "made-up" not in person.text
        await person.put_cursor("#leaves", "values.auth.password")
        terminal = watched(person)
        await person.press("c")
        await person.waits_for(lambda: copied(terminal) == [b"made-up-1"], "a copy")
        await person.presses("r", "made-up-1")
        for key in ("e", "s"):
            await person.presses(key, "Helm records are read-only: change the chart's values and upgrade")
        await person.presses("escape", "Revisions of redis")


async def test_facts_and_leaves_of_a_record_fit_into_a_small_terminal() -> None:
    start = SecretRef("payments", "sh.helm.release.v1.ledger.v8")
    async with sitting_at(size=(80, 24), namespace="payments", start=start) as person:
        await person.sees("ledger 1.8.0")
        parts = ("Upgrade complete", "1 object", "accounts[0].secret")
        await person.presses("enter", *parts)
        assert sorted(parts, key=person.text.index) == list(parts), "facts above leaves"


async def test_from_an_open_record_its_revisions_are_one_key_away() -> None:
    async with sitting_at(story=STORY, size=(120, 36)) as person:
        await person.press("H")
        await person.open(SECOND, key="release")
        await person.presses("enter", "release redis, revision 2, superseded", "H revisions")
        await person.presses("e", "Helm records are read-only")
        await person.presses("H", "Revisions of redis  default", "3 revisions")
    async with sitting_at(story=STORY) as person:
        await person.open(key="username")
        await person.presses("H", "This Secret is not a record of a Helm release.")


async def test_records_that_may_not_be_listed_or_read_are_shown_as_refused() -> None:
    own = Rule(("get",), ("secrets",), names=(SECOND.name,))
    async with sitting_at(story=STORY, rules=[own], start=SECOND, settles=False) as person:
        await person.sees("release")
        await person.presses("H", "Refused: you may not list secrets in namespace default.")
    rules = [Rule(("list", "watch"), ("*",)), own]
    async with sitting_at(story=STORY, rules=rules) as person:
        await opens_redis(person)
        await person.sees("Record not read: Refused: you may not get", "not read")
        await person.presses("d", "Revisions not compared. Refused: you may not get")
        await person.presses("enter", "Record not opened. Refused: you may not get")


async def test_reading_can_be_stopped_and_begun_again() -> None:
    async with sitting_at(story=STORY) as person:
        person.fault("delay", method="GET", path="*/secrets/sh.helm.release.v1.redis.v1", seconds=3600)
        await lists(person)
        await person.put_cursor("#changes", "default/redis")
        await person.presses("enter", "reading 2 of 3 records, ctrl+c stops")
        await person.presses(
            "ctrl+c", "Stopped. Press ctrl+r to read the records again.", "3 revisions", "redis 18.1.0"
        )
        person.cluster.faults.clear()
        await person.presses("ctrl+r", "none")


async def test_without_reveal_no_value_is_shown() -> None:
    async with sitting_at(story=STORY, settings=Settings(no_reveal=True)) as person:
        await opens_redis(person)
        await person.presses("d", "2 values differ")
        await person.presses("r", "No reveal: values cannot be shown here.")
        await person.presses("enter", "no value is shown in this run")
        assert "made-up" not in person.text


# From a Secret that a release wrote, to the value that set its key

RELEASE = {"meta.helm.sh/release-name": "redis", "meta.helm.sh/release-namespace": "default"}
WRITTEN = secret_object("redis", {"mode": b"chart-made-up", "password": b"made-up-2"})
WRITTEN["metadata"] |= {"labels": {"app.kubernetes.io/managed-by": "Helm"}, "annotations": RELEASE}


@BOTH
async def test_the_value_that_set_a_key_is_named_with_the_line_that_sets_another(
    size: tuple[int, int],
) -> None:
    async with sitting_at(story=[*STORY, WRITTEN], size=size) as person:
        await person.open(SecretRef("default", "redis"), key="password")
        await person.presses("M", "4  Find the chart value of each key")
        assert not person.asked("GET", part="redis.v3")
        await person.presses("4 enter", "6  password: auth.password", "release redis, revision 3")
        await person.sees("--set-file")
        await person.presses("5", "Perhaps made by the chart")
        await person.presses("enter", "No row with a line to copy is selected.")
        assert "made-up" not in person.text
        await person.waits_for(lambda: not values_held("made-up-1"), "the record to be dropped")


async def test_a_record_that_may_not_be_read_or_does_not_exist_is_reported() -> None:
    rules = [Rule(("list", "watch"), ("*",)), Rule(("get",), ("secrets",), names=("redis",))]
    async with sitting_at(story=[*STORY, WRITTEN], rules=rules) as person:
        await person.open(SecretRef("default", "redis"))
        await person.presses("M", "4  Find the chart value")
        await person.presses("4 enter", "Helm values not read. Refused: you may not get")
    async with sitting_at(story=[WRITTEN]) as person:
        await person.open(SecretRef("default", "redis"))
        await person.presses("M", "4  Find the chart value")
        await person.presses("4 enter", "No Secret in default is a record of release redis.")
