"""Restarts of workloads with an old value: proposed, marked, sent, followed, left and returned to."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from tests.app_pilot import STORY_TIME
from tests.faulty_cluster.faults import Fault
from tests.session.workloads import controller_sees, pod_of, replaced, restarts_of, workload
from tests.ui.person import MINE, Person, in_secret, pod_object, secret_object, sitting_at
from tests.ui.test_copy import copied, watched
from tests.ui.test_palette import looks_for
from tui.embedded.users import Rule

pytestmark = pytest.mark.slow

OLD = STORY_TIME - 600
READS = {"envFrom": [{"secretRef": {"name": "mysecret"}}]}
MISSING = "couldn't find key password in Secret default/mysecret"


def story(*more: dict[str, Any]) -> list[dict[str, Any]]:
    """Two Deployments of one pod each that take the password into a variable."""
    names = ("api", "web")
    return [
        secret_object("mysecret", {"password": b"made-up-1", "username": b"made-up-2"}),
        *(workload(name) for name in names),
        *(pod_of(name, f"{name}-1", started=OLD) for name in names),
        *more,
    ]


@asynccontextmanager
async def restarting(*more: dict[str, Any], **how: Any) -> AsyncIterator[Person]:
    """A person who pressed T on mysecret."""
    async with sitting_at(story=story(*more), **how) as person:
        await person.acts_on("default/mysecret", "T", "Restart: readers of mysecret")
        yield person


def rolls(person: Person, name: str, **how: Any) -> None:
    """Replace the workload's one pod, as its controller does."""
    new = pod_of(name, f"{name}-2", started=person.clock.now(), **how)
    replaced(person.cluster, [f"{name}-1"], [new])
    controller_sees(person.cluster, name)


async def test_a_restart_that_failed_is_not_proposed_again_until_a_new_pod_is_ready() -> None:
    async with restarting() as person:
        await person.sees("accepted")
        await person.press("W")
        await person.sees_later("rolling")
        person.cluster.store.put(pod_of("api", "api-2", started=0, waiting=("ContainerCreating", "")))
        reason = {"type": "Warning", "reason": "FailedMount", "message": "no such made-up thing"}
        names = {"metadata": {"name": "made-up", "namespace": "default"}, "kind": "Event", "apiVersion": "v1"}
        pod = person.cluster.store.get("pods", "default", "api-2")["metadata"]["uid"]
        person.cluster.store.put({**names, **reason, "involvedObject": {"kind": "Pod", "uid": pod}})
        await person.sees_later("failed: event FailedMount", "Cluster says  no such made-up thing")
        await person.presses("T", "1 of 2 marked", "the last restart FAILED")
        person.cluster.store.put(pod_of("api", "api-2", started=person.clock.now()))
        await person.sees("2 of 2 marked")


async def test_the_reason_why_a_workload_is_not_followed_is_shown_below_the_rows() -> None:
    async with restarting() as person:
        await person.sees("accepted")
        await person.press("W")
        await person.sees_later("rolling")
        person.cluster.faults.add(Fault("refuse"))
        await person.sees_later("rolling: Not reachable:", "State         Not reachable:")
        reason = person.line_of("State         Not reachable:")
        assert "refused the connection; trying again" in reason, "the whole reason"
        assert person.text.index(reason) > person.text.index("Deployment/web"), "below the last row"


async def test_workloads_that_cannot_be_restarted_say_why_and_are_left_out() -> None:
    more = (
        workload("paused", paused=True),
        pod_of("paused", "paused-1", started=OLD),
        workload("db", "StatefulSet", updateStrategy={"type": "OnDelete"}),
        pod_of("db", "db-0", started=OLD, kind="StatefulSet"),
        pod_of("nightly", "nightly-1", started=OLD, kind="Job"),
        pod_object("alone", READS) | {"status": {"phase": "Running"}},
    )
    async with restarting(*more, size=(120, 36)) as person:
        await person.sees(
            "paused: run kubectl rollout resume deployment/paused first", "update strategy OnDelete"
        )
        await person.sees("the next Job reads the new value", "of 6 marked")
        await person.put_cursor("#changes", "Deployment/paused")
        await person.presses("space", "Not marked: paused", at="StatusLine")


async def test_a_bare_pod_that_reads_files_only_needs_nothing() -> None:
    files = {"volumeMounts": [{"name": "files", "mountPath": "/made/up"}]}
    volume = {"name": "files", "secret": {"secretName": "mysecret"}}
    alone = pod_object("alone", files, volumes=[volume]) | {"status": {"phase": "Running"}}
    async with restarting(alone) as person:
        await person.sees("of 3 marked")
        assert "files change within 2 min" in person.line_of("Pod/alone")
        await person.put_cursor("#changes", "Pod/alone")
        await person.sees("To restart    a bare pod: delete it and create it again")
        assert "! a bare pod" not in person.text


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_a_workload_without_pods_is_there_and_says_what_its_next_pod_reads(
    size: tuple[int, int],
) -> None:
    more = (workload("idle", replicas=0),)
    async with in_secret(story=story(*more), size=size) as person:
        await person.presses("T", "of 2 marked")
        await person.reads("#rows", "pods only; p reads all kinds")
        await person.presses("p", "Deployment/idle", "all kinds were read")
        await person.put_cursor("#changes", "Deployment/idle")
        await person.reads("#rows", "No pod runs; the next pod gets the new value.")
        line = person.line_of("Deployment/idle")
        assert "0 pods" in line and "the next pod gets the new value" in line
        assert "dry run" not in person.read("#rows")
        await person.presses("space", "Not marked: no pod runs", at="StatusLine")
        assert not restarts_of(person.cluster, "idle")
        person.others_drop("password")
        await person.sees("next start FAILS")


async def test_the_number_of_pods_with_the_old_value_follows_their_restarts() -> None:
    async with in_secret(story=story()) as person:
        await person.edit_to_review("password", "made-up-3")
        await person.presses(
            "W", "2 pods keep the old value; T restarts them. U undoes the write.", at="StatusLine"
        )
        person.clock.advance(10)
        rolls(person, "api")
        await person.reads("StatusLine", "1 pod keeps the old value; T restarts it. U undoes the write.")
        rolls(person, "web")
        await person.waits_for(lambda: person.status.endswith("at 14:00:00. U undoes it."), "no old pod")


async def test_a_write_names_no_pods_that_keep_an_old_value_of_another_key_alone() -> None:
    async with in_secret(story=story()) as person:
        await person.edit_to_review("password", "made-up-3")
        await person.presses(
            "W", "2 pods keep the old value; T restarts them. U undoes the write.", at="StatusLine"
        )
        await person.edit_to_review("username", "made-up-4")
        await person.press("W")
        await person.reads("StatusLine", "Written: username of default/mysecret at 14:00:00. U undoes it.")
        await person.sees("2 pods keep the old value until they restart")


async def test_long_names_of_keys_leave_room_for_the_outcome_and_what_to_press() -> None:
    keys = [f"{word}-password-of-the-made-up-database-user" for word in ("first", "second", "third")]
    pods = [pod_of("api", f"api-{number}", started=OLD) for number in (1, 2)]
    for pod in pods:
        pod["spec"] = {"containers": [{"name": "app", **READS}]}
    more = [secret_object("mysecret", {key: key.encode() for key in keys}), workload("api"), *pods]
    async with in_secret(key=keys[0], story=more, size=(80, 24)) as person:
        for number, key in enumerate(keys):
            await person.edit(key, f"made-up-{number}")
        await person.reviewed()
        await person.presses("W", "Written: first-…user, second…-user and third-…-user of ")
        await person.sees(" 14:00:00. 2 pods keep the old value; T restarts them. U undoes the write.")


async def test_after_a_key_was_removed_no_restart_is_offered_that_would_fail() -> None:
    env = [{"name": "USER", "valueFrom": {"secretKeyRef": {"name": "mysecret", "key": "username"}}}]
    other = pod_of("other", "other-1", started=OLD) | {"spec": {"containers": [{"name": "app", **READS}]}}
    web = pod_of("web", "web-1", started=OLD)
    web["spec"]["containers"][0]["env"] += env
    more = (workload("other"), web)
    async with in_secret(key="password", story=story(*more)) as person:
        await person.presses("delete", "1 draft")
        await person.reviewed()
        await person.press("W")
        await person.reads("StatusLine", "2 pods keep the old value; the next start FAILS (T says why). U")
        await person.reads("#warnings", "2 pods keep the old value until they restart T shows why pods fail")
        person.cluster.store.put(other)
        await person.reads(
            "StatusLine",
            "3 pods keep the old value; T restarts 1 of them, but the next start of the other 2 FAILS.",
        )
        await person.reads("#warnings", "until they restart T restarts")
        await person.presses("T", "1 of 3 marked", "next start FAILS: couldn't find key password")


async def test_a_rotation_that_is_left_can_be_gone_on_with_and_is_no_write() -> None:
    async with in_secret(key="password", story=story()) as person:
        await person.press("colon")
        await looks_for(person, "rotate")
        await person.presses("enter", "Rotate password of mysecret")
        await person.presses("enter", "Set unseen")
        await person.press(*"typed", "escape")
        await person.sees("Rotating password")
        await person.presses("e enter enter", "Review: mysecret", "accepted at")
        await person.presses("escape", "KEY", "1 draft")
        assert person.on_server()["password"] == b"made-up-1"


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_a_second_w_after_a_rotation_restarts_nothing(size: tuple[int, int]) -> None:
    async with in_secret(key="password", story=story(), size=size) as person:
        await person.presses("t enter", "Set unseen")
        await person.press(*"typed")
        await person.presses("enter", "Review: mysecret", "accepted at")
        person.time_stands_still()
        await person.presses("W", "Restart: readers of mysecret", "2 of 2 marked", "accepted")
        for _ in range(3):
            await person.presses_soon("W", 0.4)
            await person.reads(
                "StatusLine", "Written: password", "Ignored W: pressed for the previous screen."
            )
        assert person.session.rollouts.running is None
        await person.press("W")
        await person.sees_later("restarting 1 of 2")


async def test_a_second_w_after_a_rotation_sends_nothing_on_a_screen_that_is_drawn_late() -> None:
    async with in_secret(key="password", story=story()) as person:
        await person.presses("t enter", "Set unseen")
        await person.press(*"typed")
        await person.presses("enter", "Review", "accepted at")
        person.time_stands_still()
        await person.presses("W", "Restart: readers of mysecret", "2 of 2 marked", "accepted")
        screen: Any = person.app.screen
        screen.drawn_at += 1.0
        await person.presses_soon("W", 1.3)
        await person.reads("StatusLine", "Nothing sent: W was pressed before this screen was drawn.")
        assert person.session.rollouts.running is None
        await person.presses_soon("W", 2.0)
        await person.sees_later("restarting 1 of 2")


async def test_an_escape_for_a_review_that_closes_by_itself_leaves_no_secret() -> None:
    async with in_secret(key="password", story=story(), size=(80, 24)) as person:
        await person.edit_to_review("password", "made-up-3")
        person.time_stands_still()
        await person.presses("W", "Written: password of default/mysecret", "KEY")
        await person.presses_soon("escape", 0.3)
        await person.sees("KEY", "Ignored esc: pressed for the previous")
        await person.presses("escape", "Opaque", at="#peek")


async def test_the_preview_of_a_managed_secret_leaves_out_its_time_not_its_manager() -> None:
    managed = story()
    managed[0]["metadata"]["ownerReferences"] = [
        {"apiVersion": "external-secrets.io/v1", "kind": "ExternalSecret", "name": "db", "controller": True}
    ]
    async with in_secret(key="password", story=managed, size=(80, 24)) as person:
        await person.edit_to_review("password", "made-up-3")
        await person.presses("W", "Written: password of default/mysecret", "KEY")
        await person.presses("escape", "! managed by ExternalSecret/db", at="#peek")
        await person.reads("#peek", "read by 2 pods", "2 pods keep the old value")
        assert "last change" not in person.text


async def test_a_rotation_that_is_brought_back_replaces_no_other_draft() -> None:
    async with in_secret(key="password", story=story()) as person:
        await person.presses("t enter", "Set unseen")
        await person.press(*"typed", "escape")
        await person.presses("delete", "password dropped in the draft")
        await person.presses("e enter", "Not rotated: this Secret has a draft. Review it first (w).")
        (draft,) = person.session.drafts.all()
        assert draft.changes().removed == {"password"}
        await person.presses("u", "Undone")
        await person.presses("e enter enter", "Review: mysecret")


async def test_a_workload_whose_new_pods_would_lack_a_key_is_not_proposed() -> None:
    async with in_secret(story=story()) as person:
        person.others_drop("password")
        await person.sees("X api, web fail at the next start: no key password   a adds it")
        await person.presses("T", "0 of 2 marked", "next start FAILS")
        await person.reads("#rows", MISSING)
        person.others_delete()
        await person.reads("#rows", 'secret "mysecret" not found')


async def test_a_workload_whose_file_by_sub_path_is_gone_is_not_proposed() -> None:
    pod = pod_of("api", "api-1", started=OLD)
    volume = {"name": "v", "secret": {"secretName": "mysecret"}}
    mount = {"name": "v", "mountPath": "/etc/app/password", "subPath": "password"}
    pod["spec"] = {"containers": [{"name": "app", "volumeMounts": [mount]}], "volumes": [volume]}
    async with in_secret(story=story(pod)) as person:
        person.others_drop("password")
        await person.sees("X api may fail at the next start: no key password")
        await person.presses("T", "0 of 2 marked")
        await person.put_cursor("#changes", "Deployment/api")
        await person.reads("#rows", "next start may FAIL: an empty directory replaces the file (subPath)")


async def test_enter_opens_what_is_known_of_a_workload_and_marks_nothing() -> None:
    async with restarting(size=(80, 24)) as person:
        await person.sees("2 of 2 marked")
        await person.put_cursor("#changes", "Deployment/api")
        await person.presses("enter", "Deployment/api", "Dry run", at="#page")
        await person.presses("escape", "2 of 2 marked")


async def test_workloads_are_looked_at_no_longer_once_it_is_left_also_while_a_restart_runs() -> None:
    async with restarting() as person:
        await person.sees("2 of 2 marked", "accepted")
        await person.put_cursor("#changes", "Deployment/api")
        await person.press("space", "W")
        await person.sees_later("rolling")
        await person.press("escape")
        await person.waits_for(lambda: len(person.app.screen_stack) == 1, "the list")
        assert person.session.rollouts.running is not None
        assert not person.session.rollouts.looked


async def test_marks_and_the_order_are_the_persons() -> None:
    async with restarting() as person:
        await person.sees("2 of 2 marked")
        await person.put_cursor("#changes", "Deployment/api")
        await person.presses("space", "1 of 2 marked", "[ ]")
        await person.presses("o", "all at once")
        await person.presses("o", "Deployment/web first")
        await person.waits_for(lambda: "accepted" in person.read("#rows"))
        await person.press("W")
        await person.sees_later("restarting 1 of 1", "Deployment/web")
        assert not restarts_of(person.cluster, "api")


async def test_quitting_and_leaving_the_context_ask_while_something_is_not_restarted_yet() -> None:
    async with restarting() as person:
        await person.sees("accepted")
        await person.press("W")
        await person.sees_later("rolling")
        await person.presses(
            "ctrl+q", "Quit before all workloads are restarted?", "Not restarted yet: Deployment/web."
        )
        await person.presses("escape", "restarting 1 of 2")


async def test_a_missing_right_is_named_before_anything_is_sent() -> None:
    watches = Rule(("get", "list", "watch"), ("secrets", "namespaces", "pods"))
    rules = [watches, Rule(("get",), ("deployments",), groups=("apps",))]
    async with restarting(rules=rules, size=(120, 36)) as person:
        await person.sees("you may not patch deployments", "A shows the Role to ask for.")
        await person.presses("W", "Nothing sent: no listed workload can be restarted.", at="StatusLine")
        assert "one at a time" not in person.text
        await person.presses("A", "5 rights are refused", "patch deployments/api", "restart (T)")
        await person.sees("kubectl auth can-i patch deployments.apps/api -n default")
        await person.sees('metadata: {name: "patch-deployments-api", namespace: "default"}')


async def test_reloader_is_waited_for_and_missed_after_a_minute() -> None:
    web = workload("web")
    web["metadata"]["annotations"] = {"reloader.stakater.com/auto": "true"}
    async with in_secret(story=[*story(), web], size=(120, 36)) as person:
        await person.edit_to_review("password", "made-up-3")
        await person.presses("W", "keep the old value", at="StatusLine")
        await person.presses("T", "Reloader should restart it", "1 of 2 marked")
        person.clock.advance(61)
        await person.presses("ctrl+r", "no restart seen after 60 s", "2 of 2 marked")


async def test_of_a_reader_only_its_own_workload_is_marked() -> None:
    async with in_secret(story=story()) as person:
        await person.presses("p", "Readers of mysecret")
        await person.put_cursor("#pod-table", "default/web-1/0")
        await person.presses("T", "Restart: readers of mysecret", "1 of 2 marked")


async def test_where_nothing_reads_it_nothing_is_proposed() -> None:
    async with sitting_at(story=[secret_object("mysecret", {"password": b"made-up-1"})]) as person:
        await person.acts_on(
            "default/mysecret", "T", "No known pod reads mysecret, so no workload needs a restart."
        )
        await person.presses("W", "Nothing sent: no listed workload can be restarted.", at="StatusLine")
        assert "o order" not in person.text


async def test_pods_that_may_not_be_listed_are_reported_instead_of_nothing_to_restart() -> None:
    rules = [Rule(("get", "list", "watch"), ("secrets", "namespaces"))]
    async with restarting(rules=rules, settles=False) as person:
        await person.sees("Refused: you may not list pods in namespace default.", "━ not known ━")
        assert "nothing to restart" not in person.text


async def test_the_record_says_that_the_readers_are_not_known() -> None:
    rules = [Rule(("get", "list", "watch", "patch"), ("secrets", "namespaces"))]
    async with in_secret(story=story(), rules=rules, settles=False) as person:
        sent = watched(person)
        await person.edit_to_review("password", "made-up-3")
        await person.presses("W", "Written: password")
        await person.presses("T", "━ not known ━")
        await person.press("c")
        await person.waits_for(lambda: bool(sent), "the copy")
        lines = copied(sent)[-1].decode().splitlines()
        assert "readers not known: you may not list pods" in lines


async def test_the_record_ends_with_the_value_that_each_pod_has() -> None:
    async with in_secret(story=story(), size=(80, 24)) as person:
        sent = watched(person)
        await person.edit_to_review("password", "made-up-3")
        await person.presses("W", "Written: password")
        await person.presses("T", "2 of 2 marked")
        person.clock.advance(10)
        rolls(person, "web")
        await person.sees("1 of 2 marked")
        await person.press("c")
        await person.waits_for(lambda: bool(sent), "the copy")
        last = copied(sent)[-1].decode().splitlines()[-1]
        assert last.endswith("Z  now        Deployment/api 1 pod: old; Deployment/web 1 pod: new")


MANAGED = {"labels": {"reconcile.external-secrets.io/managed": "true"}}


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_a_key_that_a_controller_set_again_is_named_and_not_restarted_for(
    size: tuple[int, int],
) -> None:
    managed = secret_object("mysecret", {"password": b"made-up-1"}, metadata=MANAGED)
    async with in_secret(key="password", story=story(managed), size=size) as person:
        sent = watched(person)
        person.session.sources.edited_here.add(MINE)
        await person.edit_to_review("password", "made-up-3")
        await person.presses("W", "Written: password")
        await person.presses("T", "2 of 2 marked")
        person.others_set("password", b"made-up-2", manager="external-secrets")
        await person.reads("#rows", "! password: changed again by external-secrets; M shows the source")
        await person.sees("0 of 2 marked", "a manager undid the write")
        await person.presses("W", "Nothing sent: no workload is marked", at="StatusLine")
        assert not person.session.rollouts.runs
        await person.press("c")
        await person.waits_for(lambda: bool(sent), "the copy")
        assert "Z  changed    again by external-secrets: password" in copied(sent)[-1].decode()
        await person.presses("M", "Source of mysecret")
        await person.presses("escape", "0 of 2 marked")
        await person.presses("escape", "! password: changed again by external-secrets; M shows the source")
        person.clock.advance(60)
        person.others_set("password", b"made-up-4", manager="external-secrets")
        await person.sees("2 pods keep the old value until they restart")
        await person.presses("T", "2 of 2 marked")


async def test_a_write_is_undone_from_the_restarts_too() -> None:
    async with in_secret(story=story(), size=(80, 24)) as person:
        await person.presses("T", "2 of 2 marked")
        assert "U undo" not in person.text
        await person.press("escape")
        await person.edit_to_review("password", "made-up-3")
        await person.presses("W", "Written: password")
        await person.presses("T", "2 of 2 marked", "U undo")
        await person.presses("U", "Undo a write", "mysecret: password")
        await person.presses("enter", "Review: mysecret", "accepted at")
        await person.presses("W", "Written: password")
        assert person.on_server()["password"] == b"made-up-1"


async def test_a_workload_that_still_rolls_out_is_not_proposed_until_it_has() -> None:
    async with sitting_at(story=story()) as person:
        person.cluster.store.put(pod_of("web", "web-2", started=OLD))
        controller_sees(person.cluster, "web", replicas=2, updatedReplicas=1)
        await person.acts_on("default/mysecret", "T", "rolling out: 1 old pod still running", "1 of 2 marked")
        person.cluster.store.delete("pods", "default", "web-1")
        controller_sees(person.cluster, "web", replicas=1, updatedReplicas=1)
        await person.sees_later("2 of 2 marked")
