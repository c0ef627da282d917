"""Compare a Secret with what each revision of its Helm release set: masked, and nothing is written."""

from __future__ import annotations

import base64
import weakref
from typing import Any

import pytest

from tests.model.test_helm_release import SECRET, record
from tests.promises.test_values_dropped import are_gone
from tests.session.source_objects import kind_of
from tests.ui.person import Person, secret_object, sitting_at
from tests.ui.test_copy import copied, watched
from tui.embedded.users import Rule
from tui.model.draft.draft import Draft
from tui.model.secret.secret import SecretRef
from tui.model.settings.settings import Settings

pytestmark = pytest.mark.slow

REF = SecretRef("default", "redis")
NOW = {"password": b"made-up-2", "mode": b"made-up-mode"}
RELEASE = {"meta.helm.sh/release-name": "redis", "meta.helm.sh/release-namespace": "default"}
OWNED = secret_object("redis", NOW, namespace="default") | {
    "metadata": {
        "name": "redis",
        "namespace": "default",
        "labels": {"app.kubernetes.io/managed-by": "Helm"},
        "annotations": RELEASE,
    }
}


def kept(number: int, manifest: str, release: str = "redis") -> dict[str, Any]:
    """A Helm release record, as stored in the cluster."""
    name = f"sh.helm.release.v1.{release}.v{number}"
    value = record(manifest, version=number, namespace="default").data["release"].reveal()
    labels = {"owner": "helm", "name": release, "version": f"{number}", "status": "superseded"}
    metadata = {"name": name, "namespace": "default", "labels": labels}
    found = secret_object(name, {"release": value}, namespace="default")
    return found | {"type": "helm.sh/release.v1", "metadata": metadata}


THIRD = SECRET.replace("bWFkZS11cC0x", base64.b64encode(NOW["password"]).decode())
STORY = [OWNED, kept(1, ""), kept(2, SECRET), kept(3, THIRD), kept(10, THIRD), kept(3, SECRET, "other")]


async def compares(person: Person) -> None:
    """Open the source with M, then the comparison."""
    await person.put_cursor("#secret-table", "default/redis")
    await person.presses("M", "3  Compare with Helm's revisions")
    await person.presses("3 enter", "Compare: default/redis with the revisions of release redis")


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_each_revision_says_in_which_keys_it_set_another_value(size: tuple[int, int]) -> None:
    async with sitting_at(story=STORY, size=size, settings=Settings(read_only=True)) as person:
        await compares(person)
        await person.sees("revision 2", "1 key differs", "password", "does not exist")
        rows = [line for line in person.text.splitlines() if "revision " in line and "┏" not in line]
        numbers = [line.split("revision ")[1].split()[0] for line in rows]
        assert numbers == ["10", "3", "2", "1"], "the newest first, and no other release"
        await person.presses("down down enter", "revision 2 → now", "Revision 2: chart redis-18.1.0")
        assert "made-up" not in person.text
        await person.presses("r", "made-up-1", "made-up-2")
        assert not person.asked("PATCH")


async def test_values_read_from_revisions_are_dropped_when_the_comparison_is_left() -> None:
    async with sitting_at(story=STORY) as person:
        await compares(person)
        await person.presses("down down enter R", "made-up-1")
        screen: Any = person.app.screen
        held = [
            weakref.ref(change.before) for change in screen._comparison.changes if change.before is not None
        ]
        del screen
        await person.press("escape", "escape", "escape")
        await person.sees_no("Compare ")
        await are_gone(person, held)


async def test_the_former_value_of_a_key_can_be_copied() -> None:
    async with sitting_at(story=STORY) as person:
        await compares(person)
        await person.press("down", "down", "enter")
        await person.reads("#about", "enter opens the old value of a key, to copy it.")
        await person.presses("enter", "sh.helm.release.v1.redis.v2 / password")
        assert "made-up" not in person.text
        await person.presses("r", "made-up-1")
        terminal = watched(person)
        await person.press("c")
        await person.waits_for(lambda: copied(terminal) == [b"made-up-1"], "a copy")


async def test_a_helm_record_that_does_not_exist_or_may_not_be_listed_is_reported() -> None:
    async with sitting_at(story=[OWNED]) as person:
        await person.put_cursor("#secret-table", "default/redis")
        await person.presses("M", "3  Compare with Helm's revisions")
        await person.presses("3 enter", "No Secret in default is a record of release redis.")
    rules = [Rule(("get",), ("secrets",), names=("redis",))]
    async with sitting_at(story=STORY, rules=rules, start=REF, settles=False) as person:
        await person.sees("password")
        await person.presses("M", "3  Compare with Helm's revisions")
        await person.presses(
            "3 enter", "Not compared. Refused: you may not list secrets in namespace default."
        )


async def test_where_no_value_is_shown_none_is_offered() -> None:
    async with sitting_at(story=STORY, settings=Settings(no_reveal=True)) as person:
        await compares(person)
        await person.presses("down down enter", "Revision 2")
        await person.sees_no("opens the old value")


PUT_BACK = (
    "u drafts the old value of one key, :take all drafts the values of all keys. "
    "Keys that are not in the old version are kept."
)


@pytest.mark.parametrize("keys", ["u", "colon t a k e space a l l enter"])
async def test_a_former_value_is_put_back_by_a_reviewed_draft(keys: str) -> None:
    async with sitting_at(story=STORY, size=(120, 36)) as person:
        await compares(person)
        await person.presses("down down enter", "enter open", "u put back")
        await person.reads("#about", PUT_BACK)
        await person.presses(
            keys, "Review: redis", "accepted at", "~", "password", "Helm/redis may write password"
        )
        assert "made-up" not in person.text and person.on_server(REF) == NOW
        await person.presses("W", "Written: password of default/redis")
        assert person.on_server(REF) == NOW | {"password": b"made-up-1"}


async def test_a_key_that_was_not_there_is_not_dropped() -> None:
    async with sitting_at(story=STORY, size=(120, 36)) as person:
        await compares(person)
        await person.presses("down down down enter", "revision 1 → now", "mode")
        await person.presses("u", "Nothing drafted: the Secret is not in the old version.")
        assert person.session.drafts.get(REF) is None


async def test_where_the_secret_has_a_draft_none_is_put_in_its_place() -> None:
    async with sitting_at(story=STORY, size=(120, 36)) as person:
        await compares(person)
        await person.presses("down down enter", PUT_BACK, at="#about")
        there = await person.session.read(REF)
        person.session.drafts.put(Draft.of(there).drop(there, "mode"))
        await person.runs("take all", "Write or discard the draft of default/redis first.")


async def test_a_former_value_is_copied_in_other_forms_that_name_no_key() -> None:
    async with sitting_at(story=STORY, size=(120, 36)) as person:
        await compares(person)
        await person.presses("down down enter", PUT_BACK, at="#about")
        await person.presses("enter", "sh.helm.release.v1.redis.v2 / password")
        await person.presses("C", "in base64")
        await person.sees_no("valueFrom")


async def test_records_are_found_where_flux_has_them_kept() -> None:
    flux = "helm.toolkit.fluxcd.io"
    labels = {f"{flux}/name": "redis", f"{flux}/namespace": "flux-system"}
    mine = OWNED | {"metadata": OWNED["metadata"] | {"labels": labels}}
    moved = kept(2, SECRET) | {"metadata": kept(2, SECRET)["metadata"] | {"namespace": "flux-system"}}
    async with sitting_at(story=[mine, moved]) as person:
        await person.put_cursor("#secret-table", "default/redis")
        await person.presses("M", "1  Compare with Helm's revisions")
        await person.presses("1 enter", "revision 2", "1 key differs")
    release = {
        "apiVersion": f"{flux}/v2",
        "kind": "HelmRelease",
        "metadata": {"name": "redis", "namespace": "flux-system"},
        "spec": {"storageNamespace": "records"},
    }
    moved = moved | {"metadata": moved["metadata"] | {"namespace": "records"}}
    kind = kind_of("HelmRelease", flux, "v2", has_status=True)
    async with sitting_at(story=[mine, moved, kind, release]) as person:
        await person.put_cursor("#secret-table", "default/redis")
        person.fault("delay", method="GET", path="*/helmreleases/redis", seconds=3600)
        await person.presses("M", "Reading")
        await person.presses("3", "Reading the managers of redis …")
        assert "Compare with" not in person.text, "its number would become that of another line"
    async with sitting_at(story=[mine, moved, kind, release], size=(120, 36)) as person:
        await person.put_cursor("#secret-table", "default/redis")
        await person.presses("M", "1  Reconcile", "5  Compare with Helm's revisions")
        await person.presses("5 enter", "revision 2", "1 key differs")
