"""Restarts: sent once in their order, and followed until pods are new, through lost answers too."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from tests.helpers import eventually
from tests.session.cluster_session import MINE, ClusterSession, cluster_session, secret_object
from tests.session.samples import START
from tests.session.workloads import controller_sees, pod_of, replaced, restarts_of, workload
from tui.embedded.users import Rule
from tui.model.api_object import DEPLOYMENT, STATEFUL_SET, ObjectRef
from tui.model.journal import JournalIdentity
from tui.model.readers.freshness import TICK
from tui.model.text.times import rfc3339
from tui.session.rollouts.record import entries, record
from tui.session.rollouts.rollout import Order, Rollout
from tui.session.rollouts.rollouts import SENT_AT_ONCE

OLD = START - 600
WEB, API = (ObjectRef(DEPLOYMENT, "default", name) for name in ("web", "api"))
MISSING = "couldn't find key password in Secret default/mysecret"


def story(*more: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        secret_object("mysecret", {"password": b"made-up-1"}),
        *(workload(name) for name in ("web", "api")),
        *(pod_of(name, f"{name}-1", started=OLD) for name in ("web", "api")),
        *more,
    ]


@asynccontextmanager
async def at_work(*more: dict[str, Any], **how: Any) -> AsyncIterator[ClusterSession]:
    """Session on the embedded cluster that knows its pods."""
    async with cluster_session(story=story(*more), **how) as found:
        await eventually(lambda: found.session.readers.state.is_live, "live pods")
        yield found


def begin(at: ClusterSession, *refs: ObjectRef, order: Order = "one at a time", typed: str = "") -> Rollout:
    """Restart these workloads, for the pods that exist."""
    pods = at.session.readers_of(MINE.namespace).of(MINE)
    wanted = [
        (ref, frozenset(one.info.uid for one in pods if one.info.workload == (ref.kind.kind, ref.name)))
        for ref in refs
    ]
    assert at.session.rollouts.start((MINE,), wanted, order, typed=typed) is None
    return at.session.rollouts.runs[MINE]


async def wait_for_state(at: ClusterSession, run: Rollout, number: int, state: str) -> str:
    """Wait for the state of a step; return its message."""
    await at.in_time(lambda: run.steps[number].state == state, f"{state}, not {run.steps}")
    return run.steps[number].message


def roll_out(at: ClusterSession, name: str, **how: Any) -> None:
    """Replace the one pod of a workload, as its controller does."""
    new = pod_of(name, f"{name}-2", started=at.clock.now(), **how)
    replaced(at.home, [f"{name}-1"], [new])
    controller_sees(at.home, name)


def waits(at: ClusterSession, name: str) -> str:
    """Add a new pod of web that is not ready; return its uid."""
    at.home.store.put(pod_of("web", name, started=0, waiting=("ContainerCreating", "")))
    controller_sees(at.home, "web", updatedReplicas=1, replicas=2)
    return str(at.home.store.get("pods", "default", name)["metadata"]["uid"])


def add_warning(at: ClusterSession, name: str, uid: str, message: str) -> None:
    """Add an event: a volume of the pod cannot be mounted."""
    at.home.store.put(
        {
            "kind": "Event",
            "apiVersion": "v1",
            "metadata": {"name": "made-up", "namespace": "default"},
            "type": "Warning",
            "reason": "FailedMount",
            "message": message,
            "lastTimestamp": rfc3339(at.clock.now()),
            "involvedObject": {"kind": "Pod", "name": name, "uid": uid},
        }
    )


async def test_the_order_one_at_a_time_sends_a_restart_when_the_former_ones_pods_are_new() -> None:
    async with at_work() as at:
        run = begin(at, WEB, API)
        await wait_for_state(at, run, 0, "rolling")
        assert restarts_of(at.home, "web") == "2025-11-24T14:00:00Z" and not restarts_of(at.home, "api")
        assert run.line() == "restarting 1 of 2: Deployment/web" and not run.is_over

        def new_pods() -> list[tuple[int, int]]:
            pods = at.session.rollouts.pods(run)
            return [step.new_pods(pods[step.ref]) for step in run.steps]

        assert new_pods() == [(0, 1), (0, 1)]
        roll_out(at, "web")
        assert await wait_for_state(at, run, 0, "new") == "1 pod ready"
        await wait_for_state(at, run, 1, "rolling")
        assert run.line() == "restarting 2 of 2: Deployment/api"
        assert new_pods() == [(1, 1), (0, 1)]
        at.home.store.delete("pods", "default", "web-2")
        await at.in_time(lambda: not at.session.rollouts.pods(run)[WEB], "no pod of web")
        assert new_pods() == [(1, 1), (0, 1)], "what has ended is told as it ended"
        roll_out(at, "api")
        await wait_for_state(at, run, 1, "new")
        await at.in_time(lambda: at.session.rollouts.running is None)
        assert [news.text for news in at.session.events.news()] == ["Restarted: 2 workloads with new pods."]
        assert len(at.asked("PATCH", "deployments")) == 2, "each is sent once"


async def test_all_at_once_sends_each_without_waiting() -> None:
    async with at_work() as at:
        run = begin(at, WEB, API, order="all at once")
        await wait_for_state(at, run, 0, "rolling")
        await wait_for_state(at, run, 1, "rolling")
        for name in ("api", "web"):
            roll_out(at, name)
        await at.in_time(lambda: run.is_over)
        assert [step.state for step in run.steps] == ["new", "new"]


async def test_no_restart_is_sent_in_the_second_of_the_write() -> None:
    async with at_work() as at:
        await at.sends(await at.reviewed(await at.edited()))
        run = begin(at, WEB)
        await eventually(lambda: any(0 < wait <= TICK for wait in at.clock.waits), "that it waits")
        assert run.steps[0].state == "queued" and not at.asked("PATCH", "deployments")
        await wait_for_state(at, run, 0, "rolling")
        assert len(at.asked("PATCH", "deployments")) == 1


async def test_the_order_one_first_asks_before_the_others() -> None:
    async with at_work() as at:
        run = begin(at, WEB, API, order="one first")
        await wait_for_state(at, run, 0, "rolling")
        roll_out(at, "web")
        await at.in_time(lambda: run.waits_for_go)
        assert run.line() == "Deployment/web has new pods; 1 workload not restarted yet"
        assert not restarts_of(at.home, "api")
        at.session.rollouts.go_on(run)
        await wait_for_state(at, run, 1, "rolling")
        roll_out(at, "api")
        await wait_for_state(at, run, 1, "new")


async def test_a_pod_that_does_not_start_fails_with_the_kubelets_reason_and_no_other_is_restarted() -> None:
    async with at_work() as at:
        run = begin(at, WEB, API)
        await wait_for_state(at, run, 0, "rolling")
        at.home.store.put(pod_of("web", "web-2", started=0, waiting=("CreateContainerConfigError", MISSING)))
        controller_sees(at.home, "web", updatedReplicas=1, replicas=2, availableReplicas=1)
        assert await wait_for_state(at, run, 0, "failed") == MISSING
        assert await wait_for_state(at, run, 1, "stopped") == "not restarted: Deployment/web failed"
        assert not restarts_of(at.home, "api")
        told = [news.text for news in at.session.events.news()]
        assert told[0] == f"Deployment/web: {MISSING}."
        assert told[-1] == "Restarts incomplete: 1 workload failed, 1 workload not restarted."


async def test_a_mount_failure_that_only_events_report_fails_the_restart() -> None:
    async with at_work() as at:
        run = begin(at, WEB)
        await wait_for_state(at, run, 0, "rolling")
        uid = waits(at, "web-2")
        told = "references non-existent secret key: password"
        add_warning(at, "web-2", uid, f'MountVolume.SetUp failed for volume "v" : {told}')
        assert await wait_for_state(at, run, 0, "failed") == told
        assert run.steps[0].detail.startswith("MountVolume")


JANE = JournalIdentity(context="prod", server="https://cluster.example.test", user="jane")


async def test_the_message_of_a_volume_driver_is_shown_and_not_recorded() -> None:
    async with at_work() as at:
        run = begin(at, WEB)
        await wait_for_state(at, run, 0, "rolling")
        add_warning(at, "web-2", waits(at, "web-2"), "driver: made-up-1")
        assert await wait_for_state(at, run, 0, "failed") == "event FailedMount"
        assert run.steps[0].detail == "driver: made-up-1"
        assert "made-up-1" not in record((MINE,), entries((), (), [run], are_several=False), JANE)
        assert not any("made-up-1" in news.text for news in at.session.events.news())


async def test_a_lost_connection_only_delays_a_restart_that_is_followed() -> None:
    async with at_work() as at:
        run = begin(at, WEB)
        await wait_for_state(at, run, 0, "rolling")
        at.fault("refuse")
        await at.in_time(lambda: "trying again" in run.steps[0].message, "that it is said")
        assert run.steps[0].state == "rolling"
        at.home.faults.clear()
        roll_out(at, "web")
        await wait_for_state(at, run, 0, "new")
        assert len(at.asked("PATCH", "deployments")) == 1


async def test_a_restart_whose_answer_is_lost_is_looked_up_and_never_sent_again() -> None:
    async with at_work() as at:
        at.fault("drop_after", method="PATCH", path="*deployments*")
        run = begin(at, WEB)
        await wait_for_state(at, run, 0, "rolling")
        roll_out(at, "web")
        await wait_for_state(at, run, 0, "new")
        assert len(at.asked("PATCH", "deployments")) == 1


async def test_a_missing_right_is_named_and_the_others_go_on() -> None:
    rules = [
        Rule(("get", "list", "watch"), ("secrets", "pods")),
        Rule(("get",), ("deployments", "statefulsets"), groups=("apps",)),
        Rule(("patch",), ("statefulsets",), groups=("apps",)),
    ]
    db = ObjectRef(STATEFUL_SET, "default", "db")
    more = workload("db", "StatefulSet"), pod_of("db", "db-0", started=OLD, kind="StatefulSet")
    async with at_work(*more, user="jane", users={"jane": rules}) as at:
        run = begin(at, WEB, db)
        said = await wait_for_state(at, run, 0, "not sent")
        assert said == "Refused: you may not patch deployments web in namespace default"
        await wait_for_state(at, run, 1, "rolling")


async def test_no_new_pods_are_claimed_where_pods_may_not_be_read() -> None:
    rules = [
        Rule(("get", "list", "watch"), ("secrets", "namespaces")),
        Rule(("get", "patch"), ("deployments",), groups=("apps",)),
    ]
    async with cluster_session(story=story(), user="jane", users={"jane": rules}) as at:
        at.session.want_readers("default")
        await eventually(lambda: at.session.readers.state.kind == "refused", "refused pods")
        run = begin(at, WEB)
        await wait_for_state(at, run, 0, "rolling")
        controller_sees(at.home, "web")
        assert await wait_for_state(at, run, 0, "not seen") == "rolled out; its pods could not be read"
        await at.in_time(lambda: at.session.rollouts.running is None)
        assert run.end() == "Restarted: 1 workload whose pods were not seen."


async def test_a_restart_that_never_arrived_was_not_sent() -> None:
    async with at_work() as at:
        at.fault("drop_before", method="PATCH", path="*deployments*")
        run = begin(at, WEB)
        assert (
            await wait_for_state(at, run, 0, "looking")
            == "no answer came; checking whether the request arrived"
        )
        assert await wait_for_state(at, run, 0, "not sent") == "no answer came, and it was not restarted"
        assert run.end() == "Restarts incomplete: 1 workload that could not be restarted."
        assert len(at.asked("PATCH", "deployments")) == 1


async def test_a_key_that_a_controller_reset_needs_no_restart_until_it_gets_another_value() -> None:
    managed = {"labels": {"reconcile.external-secrets.io/managed": "true"}}
    secret = secret_object("mysecret", {"password": b"made-up-1"}, metadata=managed)
    async with at_work(secret) as at:

        def due() -> list[str]:
            return [owner.name for owner in at.session.rollouts.owners(MINE) if owner.needs_restart]

        await at.wrote(await at.edited())
        at.session.leave()  # so that nothing tells which value it has
        assert due() == ["api", "web"]
        run = begin(at, WEB, API)
        await wait_for_state(at, run, 0, "rolling")
        at.others_set("password", b"made-up-1", manager="external-secrets")
        said = "not restarted: mysecret was changed again by external-secrets"
        assert await wait_for_state(at, run, 1, "stopped") == said
        assert due() == []
        roll_out(at, "web")
        await at.in_time(lambda: run.is_over)
        assert not restarts_of(at.home, "api")
        at.clock.advance(60)
        at.others_set("password", b"made-up-2", manager="external-secrets")
        await eventually(lambda: due() == ["api", "web"], "the value of the source")


async def test_a_key_that_another_person_changed_again_still_needs_a_restart() -> None:
    managed = {"labels": {"reconcile.external-secrets.io/managed": "true"}}
    secret = secret_object("mysecret", {"password": b"made-up-1"}, metadata=managed)
    async with at_work(secret) as at:
        await at.wrote(await at.edited())
        at.others_set("password", b"made-up-2", manager="kubectl-edit")
        await eventually(lambda: at.session.rollouts.writes.lost(MINE), "the other change")
        assert all(owner.needs_restart for owner in at.session.rollouts.owners(MINE))


async def test_a_read_only_run_sends_no_restart() -> None:
    async with at_work(read_only=True) as at:
        rollouts = at.session.rollouts
        why = rollouts.start((MINE,), [(WEB, frozenset())], "one at a time")
        assert why == "Nothing sent: this run is read-only." and not rollouts.runs


async def test_a_run_that_is_stopped_sends_nothing_more_and_follows_what_was_sent() -> None:
    async with at_work() as at:
        run = begin(at, WEB, API)
        await wait_for_state(at, run, 0, "rolling")
        assert at.session.rollouts.stop(run) == "Stopped: 1 workload not restarted."
        assert run.steps[1].state == "stopped" and not run.is_over
        roll_out(at, "web")
        await wait_for_state(at, run, 0, "new")
        assert not restarts_of(at.home, "api")


async def test_a_workload_that_someone_else_restarted_meanwhile_is_skipped() -> None:
    async with at_work() as at:
        run = begin(at, WEB, API)
        await wait_for_state(at, run, 0, "rolling")
        roll_out(at, "api")
        roll_out(at, "web")
        await wait_for_state(at, run, 1, "skipped")
        assert not restarts_of(at.home, "api")


async def test_old_pods_that_outlive_a_finished_rollout_fail_the_restart() -> None:
    async with at_work() as at:
        run = begin(at, WEB)
        await wait_for_state(at, run, 0, "rolling")
        controller_sees(at.home, "web")
        assert await wait_for_state(at, run, 0, "failed") == "1 old pod not replaced"


async def test_before_a_restart_the_workload_is_read_and_a_dry_run_sent() -> None:
    async with at_work() as at:
        at.session.rollouts.look(WEB)
        await eventually(lambda: at.session.rollouts.looked[WEB].dry_run, "the dry run")
        looked = at.session.rollouts.looked[WEB]
        assert looked.obj is not None and looked.dry_run is not None and looked.dry_run.made == "sent"
        assert not restarts_of(at.home, "web") and at.sent() == 0


async def test_a_look_that_is_left_ends_without_an_error_and_without_a_dry_run() -> None:
    async with at_work() as at:
        failures = list[str]()
        asyncio.get_running_loop().set_exception_handler(
            lambda _, context: failures.append(context["message"])
        )
        for is_begun in (True, False):
            at.session.rollouts.look(WEB)
            if is_begun:
                await asyncio.sleep(0)
            at.session.rollouts.looked.clear()  # as on leaving the screen
            await eventually(lambda: not any("look at" in task.get_name() for task in asyncio.all_tasks()))
        assert not failures and not at.session.rollouts.looked and not at.asked("PATCH", "deployments")


@pytest.mark.slow
async def test_all_at_once_only_a_few_are_sent_at_a_time_and_the_rest_can_be_stopped() -> None:
    names = [f"made-up-{number}" for number in range(2 * SENT_AT_ONCE)]
    async with at_work(*(workload(name) for name in names)) as at:
        at.fault("hang", path="*deployments*", times=None)
        run = begin(at, *(ObjectRef(DEPLOYMENT, "default", name) for name in names), order="all at once")
        await eventually(lambda: len(at.asked("PATCH", "deployments")) == SENT_AT_ONCE, "the first ones")
        assert at.session.rollouts.stop(run) == f"Stopped: {SENT_AT_ONCE} workloads not restarted."
        assert [step.state for step in run.steps].count("stopped") == SENT_AT_ONCE
        at.home.faults.clear()  # else those that were sent end when their answers are given up
