"""Verdicts on pods: the changes that a session sees, its own and others', tell which have the old value."""

from __future__ import annotations

import base64

import pytest
from msgspec.structs import replace

from tests.helpers import eventually
from tests.model.pods import pod
from tests.session.cluster_session import MINE, ClusterSession, cluster_session, secret_object
from tests.session.samples import START
from tui.model.draft.draft import Draft
from tui.model.readers.pod_use import PodUse
from tui.model.secret.secret import SecretRef
from tui.model.secret.value import Value

pytestmark = pytest.mark.asyncio


def use(key: str | None, *, is_optional: bool = False) -> PodUse:
    return PodUse(
        secret=MINE.name,
        way="env" if key is not None else "env_from",
        key=key,
        container="app",
        container_kind="container",
        is_optional=is_optional,
    )


PASSWORD, USERNAME, ALL = use("password"), use("username"), use(None)


def verdict_of(at: ClusterSession, pod_use: PodUse = PASSWORD, *, started: float) -> tuple[str, str]:
    """Verdict on a container that started so many seconds after START, with its grounds."""
    found = at.session.verdicts.of(pod("web", pod_use, starts=(("app", START + started),)), pod_use)
    return found.word, found.grounds


async def wait_for_verdict(
    at: ClusterSession, word: str, pod_use: PodUse = PASSWORD, *, started: float
) -> str:
    """Wait until `word` is the verdict; return its grounds."""
    await eventually(lambda: verdict_of(at, pod_use, started=started)[0] == word, word)
    return verdict_of(at, pod_use, started=started)[1]


async def writes(at: ClusterSession, draft: Draft) -> None:
    assert (await at.wrote(draft)).is_done


async def undoes(at: ClusterSession) -> None:
    """Write back what the only write or deletion replaced."""
    [undoable] = at.session.writes.undo.writes
    assert undoable.draft is not None
    at.session.drafts.put(undoable.draft)
    await writes(at, undoable.draft)


def controller_labels(at: ClusterSession) -> None:
    """Set a label as the controller; its time in managedFields moves."""
    obj = at.home.store.get("secrets", MINE.namespace, MINE.name)
    obj["metadata"]["labels"] = {"team": "a"}
    del obj["metadata"]["managedFields"]
    at.home.store.put(obj, manager="controller")


async def test_a_value_that_a_pod_read_before_our_write_is_old() -> None:
    async with cluster_session() as at:
        assert verdict_of(at, started=60)[0] == "new value"
        at.clock.advance(120)
        await writes(at, await at.edited())
        why = "started 14:01, the key password changed 14:02 by secret-tui"
        assert verdict_of(at, started=60) == ("old value", why)
        assert verdict_of(at, ALL, started=60) == ("old value", why)
        assert verdict_of(at, started=123)[0] == "not known"
        assert verdict_of(at, started=130) == (
            "new value",
            "started 14:02, the key password last changed 14:02 by secret-tui",
        )


async def test_a_value_read_before_our_write_in_another_namespace_is_old() -> None:
    async with cluster_session() as at:
        theirs = SecretRef("web", "elsewhere")
        secret = await at.open(theirs)
        at.clock.advance(120)
        await writes(at, Draft.of(secret).set(secret, "a", Value(b"made-up")))
        await at.open()
        pod_use = replace(use("a"), secret=theirs.name)
        reader = pod("shop", pod_use, namespace="web", starts=(("app", START + 60),))
        assert at.session.verdicts.of(reader, pod_use).word == "old value"


async def test_a_container_that_waited_for_a_key_that_we_added_has_the_new_value() -> None:
    async with cluster_session() as at:
        secret = await at.open()
        at.clock.advance(120)
        await writes(at, Draft.of(secret).set(secret, "new", Value(b"made-up")))
        why = "started 14:02, with the key new, which the container needs to start"
        assert verdict_of(at, use("new"), started=121) == ("new value", why)
        assert verdict_of(at, started=121)[0] == "new value"


async def test_a_key_that_our_write_did_not_touch_keeps_its_verdict() -> None:
    async with cluster_session() as at:
        at.clock.advance(120)
        await writes(at, await at.edited())
        at.clock.advance(120)
        await writes(at, await at.edited("username", b"made-up"))
        assert verdict_of(at, USERNAME, started=130)[0] == "old value"
        assert verdict_of(at, started=130)[0] == "new value", (
            "the manager's time moved, the key did not change"
        )
        secret = await at.open()
        at.clock.advance(120)
        await writes(at, Draft.of(secret).set(secret, "labels/team", Value(b"a")))
        assert verdict_of(at, ALL, started=260)[0] == "new value"


async def test_a_write_that_is_undone_leaves_no_old_value() -> None:
    async with cluster_session() as at:
        at.clock.advance(120)
        await writes(at, await at.edited())
        at.clock.advance(60)
        await undoes(at)
        assert at.on_server()["password"] == b"1f2d1e2e67df"
        why = "started 14:01, the key password got its former value back at 14:03"
        assert verdict_of(at, started=60) == ("new value", why)
        of_pod = pod("web", PASSWORD, starts=(("app", START + 60),))
        assert at.session.verdicts.of(of_pod, PASSWORD).value == "current value", "it is the former one"
        assert verdict_of(at, started=140)[0] == "old value", "it read the value in between"


async def test_a_value_that_a_controller_puts_back_leaves_no_old_value() -> None:
    async with cluster_session() as at:
        at.clock.advance(120)
        await writes(at, await at.edited())
        at.clock.advance(60)
        at.others_set("password", b"1f2d1e2e67df")
        why = "started 14:01, the key password got its former value back at 14:03"
        assert await wait_for_verdict(at, "new value", started=60) == why
        assert verdict_of(at, started=140)[0] == "old value", "it read the value in between"
        at.clock.advance(60)
        at.others_set("password", b"made-up-other")
        assert await wait_for_verdict(at, "old value", started=60)


async def test_a_deletion_that_is_undone_leaves_no_old_value() -> None:
    async with cluster_session() as at:
        before = verdict_of(at, started=60)
        assert before[0] == "new value"
        at.clock.advance(120)
        assert (await at.deletes(await at.open())).is_done
        await wait_for_verdict(at, "old value", started=60)
        at.clock.advance(60)
        await undoes(at)
        assert at.on_server()["password"] == b"1f2d1e2e67df"
        assert await wait_for_verdict(at, "new value", started=60) == before[1]
        at.clock.advance(60)
        await writes(at, await at.edited())
        assert verdict_of(at, started=60)[0] == "old value"
        assert verdict_of(at, USERNAME, started=60)[0] == "new value"


async def test_a_pod_may_have_the_old_value_of_a_secret_created_again_with_an_edit() -> None:
    async with cluster_session() as at:
        at.clock.advance(120)
        secret = await at.open()
        assert (await at.deletes(secret)).is_done
        [undoable] = at.session.writes.undo.writes
        assert undoable.draft is not None
        at.clock.advance(60)
        draft = undoable.draft.set(None, "password", Value(b"n3w-made-up"))
        at.session.drafts.put(draft)
        await writes(at, draft)
        await wait_for_verdict(at, "old value?", started=60)


async def test_a_key_with_another_writer_has_changed() -> None:
    async with cluster_session() as at:
        at.clock.advance(120)
        at.others_set("password", b"made-up-1", manager="kubectl-edit")
        why = await wait_for_verdict(at, "old value", started=60)
        assert why == "started 14:01, the key password changed 14:02 by kubectl-edit"
        assert verdict_of(at, USERNAME, started=60)[0] == "new value"


async def test_a_later_write_by_the_same_manager_may_have_changed_the_key() -> None:
    async with cluster_session() as at:
        at.others_set("password", b"made-up-1")
        await eventually(lambda: verdict_of(at, started=-60)[0] == "old value", "the first change")
        at.clock.advance(120)
        controller_labels(at)
        why = await wait_for_verdict(at, "old value?", started=60)
        assert why.endswith("the key password may have changed 14:02: controller wrote to the Secret")


async def test_values_that_were_read_show_which_key_changed() -> None:
    async with cluster_session() as at:
        at.others_set("password", b"made-up-1")
        await at.open()
        at.clock.advance(120)
        controller_labels(at)
        await eventually(lambda: at.secret.labels.get("team"), "the label")
        assert verdict_of(at, started=60)[0] == "new value"
        at.clock.advance(120)
        at.others_set("password", b"made-up-2")
        why = await wait_for_verdict(at, "old value", started=60)
        assert why.endswith("the key password changed 14:04 by controller")


async def test_a_removed_key_is_noticed_though_it_moves_no_time() -> None:
    async with cluster_session() as at:
        at.clock.advance(120)
        obj = at.home.store.get("secrets", MINE.namespace, MINE.name)
        del obj["data"]["password"], obj["metadata"]["managedFields"]
        at.home.store.put(obj, manager="kubectl-edit")
        why = await wait_for_verdict(at, "old value", ALL, started=60)
        assert why.endswith("the key password changed 14:02")
        assert verdict_of(at, started=60) == (
            "old value",
            "started 14:01, the key password is gone; the container keeps the old value",
        )
        assert verdict_of(at, use("password", is_optional=True), started=60)[0] == "not known"


async def test_pods_have_the_old_value_of_a_deleted_secret_and_may_have_it_after_a_recreation() -> None:
    async with cluster_session() as at:
        at.clock.advance(120)
        at.home.store.delete("secrets", MINE.namespace, MINE.name)
        why = await wait_for_verdict(at, "old value", started=60)
        assert why.endswith("the Secret is gone; the container keeps the old value")
        at.others_make(MINE, {"password": b"made-up-1"})
        why = await wait_for_verdict(at, "old value?", started=60)
        assert why.endswith("the Secret was created later, 14:02")
        assert verdict_of(at, started=130)[0] == "new value"


async def test_an_immutable_secret_that_was_replaced_may_stay_on_a_node() -> None:
    story = [secret_object("mysecret", {"password": b"made-up-1"}) | {"immutable": True}]
    async with cluster_session(story=story) as at:
        assert verdict_of(at, started=60)[0] == "new value"
        at.clock.advance(120)
        at.others_recreate({"password": b"made-up-2"})
        why = await wait_for_verdict(at, "not known", started=130)
        assert why == "an immutable Secret was replaced; the node may keep the old one"


async def test_a_secret_outside_the_listed_namespace_is_not_taken_for_deleted() -> None:
    async with cluster_session() as at:
        at.session.choose_namespace("web")
        assert verdict_of(at, started=60)[0] == "not known"
        await at.open()
        assert verdict_of(at, started=60)[0] == "new value", "what is fetched tells it too"


async def test_a_write_is_remembered_after_a_change_of_namespace() -> None:
    async with cluster_session() as at:
        at.clock.advance(120)
        await writes(at, await at.edited())
        at.session.choose_namespace("web")
        at.session.choose_namespace("default")
        await at.listed()
        assert verdict_of(at, started=60)[0] == "old value"


async def test_without_managed_fields_no_value_is_called_new() -> None:
    bare = secret_object("bare", {"a": b"made-up-1"}, metadata={"managedFields": []})
    async with cluster_session(story=[bare]) as at:
        pod_use = PodUse(secret="bare", way="env", key="a", container="app", container_kind="container")
        assert verdict_of(at, pod_use, started=60) == (
            "not known",
            "the cluster does not record when the key a last changed",
        )
        await at.open(SecretRef("default", "bare"))
        at.clock.advance(120)
        obj = at.home.store.get("secrets", "default", "bare")
        obj["data"]["a"] = base64.b64encode(b"made-up-2").decode()
        at.home.store.put(obj, manager="kubectl-edit")
        why = await wait_for_verdict(at, "old value", pod_use, started=60)
        assert why.endswith("the key a changed 14:02")
