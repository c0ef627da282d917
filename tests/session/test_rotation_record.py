"""Record of a rotation for a ticket: names and times, in the order of the steps."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

from tests.session.samples import START
from tui.model.api_object import DEPLOYMENT, ObjectRef
from tui.model.draft.former_values import FormerHeld
from tui.model.journal import JournalIdentity
from tui.model.secret.secret import SecretRef
from tui.session.rollouts.record import WriteRecord, entries, record, record_of_run
from tui.session.rollouts.rollout import Rollout, RolloutStep, SkippedWorkload
from tui.session.writes.intents import CHANGE, DELETE
from tui.session.writes.outcome import Outcome
from tui.session.writes.revert_watch import AfterWrite

REF = SecretRef("payments", "db")
JANE = JournalIdentity(context="prod", server="https://cluster.example.test", user="jane")


def test_the_record_says_who_changed_and_restarted_what_and_when() -> None:
    web = ObjectRef(DEPLOYMENT, "payments", "web")
    step = RolloutStep(web, frozenset({"uid-1"}), "new", "1 pod ready", sent=START + 10, ended=START + 40)
    run = Rollout((REF,), "one at a time", [step], "", START + 9, asyncio.Event())
    action = SimpleNamespace(ref="ExternalSecret/db")
    prepared = SimpleNamespace(title="Refresh from the store", action=action)
    asked: Any = SimpleNamespace(
        began=START + 5, prepared=prepared, state="done", ended=START + 7, keys=("password",)
    )
    readers = ["Deployment/web (1 pod)"]
    states = ["Deployment/web 1 pod: new", "Pod/a 1 pod: new within 2 min"]
    done = entries([WriteRecord(REF, START, ("user",))], [asked], [run], are_several=False)
    told = record((REF,), done, JANE, readers, (), states, START + 50)
    assert told.splitlines() == [
        "Secret payments/db",
        "in prod (https://cluster.example.test) by jane",
        "read by Deployment/web (1 pod)",
        "2025-11-24 14:00:00Z  written    user",
        "2025-11-24 14:00:05Z  requested  Refresh from the store (ExternalSecret/db)",
        "2025-11-24 14:00:07Z  done       Refresh from the store",
        "2025-11-24 14:00:07Z  changed    password, since the request",
        "2025-11-24 14:00:09Z  begun      restarts, one at a time",
        "2025-11-24 14:00:10Z  restarted  Deployment/web, 1 pod",
        "2025-11-24 14:00:40Z  new        Deployment/web after 30s: 1 pod ready",
        "2025-11-24 14:00:50Z  now        Deployment/web 1 pod: new; Pod/a 1 pod: new within 2 min",
    ]


def test_the_record_is_in_order_of_time_and_names_old_pods_and_kept_values() -> None:
    web, left = (
        ObjectRef(DEPLOYMENT, "payments", "web"),
        SkippedWorkload("Deployment/api", "1 pod keeps the old value", "paused"),
    )
    step = RolloutStep(web, frozenset(), "new", "1 pod ready")
    run = Rollout((REF,), "one at a time", [step], "", START + 9, asyncio.Event(), (left,))
    kept = WriteRecord(REF, START, ("a", "a_previous"), (("a_previous", "a"),))
    missed = WriteRecord(REF, START + 60, ("b",), left=(FormerHeld("b", ("url",)),))
    searched = ["not checked: other kinds"]
    done = entries([kept, missed], (), [run], are_several=False)
    assert record((REF,), done, JANE, searched=searched).splitlines()[2:] == [
        "not checked: other kinds",
        "2025-11-24 14:00:00Z  written    a, a_previous; a_previous keeps the old value of a",
        "2025-11-24 14:00:09Z  begun      restarts, one at a time",
        "2025-11-24 14:00:09Z  left out   Deployment/api, 1 pod keeps the old value: paused",
        "2025-11-24 14:01:00Z  written    b; url still holds the old value of b",
    ]


def test_a_reset_by_a_controller_is_recorded_after_the_write_that_it_undid() -> None:
    later = AfterWrite(
        "undone", REF, "", did="changed again by eso", at=START + 1, keys=frozenset({"user", "password"})
    )
    written = WriteRecord(REF, START, ("password", "user"), later=later)
    step = RolloutStep(ObjectRef(DEPLOYMENT, "payments", "web"), frozenset(), "new", "1 pod ready")
    run = Rollout((REF,), "one at a time", [step], "", START + 9, asyncio.Event())
    assert record((REF,), entries([written], (), [run], are_several=False), JANE).splitlines()[2:5] == [
        "2025-11-24 14:00:00Z  written    password, user",
        "2025-11-24 14:00:01Z  changed    again by eso: password, user",
        "2025-11-24 14:00:09Z  begun      restarts, one at a time",
    ]
    other = WriteRecord(SecretRef("web", "cart"), START, ("url",))
    *_, last = entries([written, other], (), (), are_several=True)
    assert last.what == "again by eso: password, user of payments/db"
    outcome = Outcome("written", CHANGE, REF, ("password", "user"), START, "", is_done=True)
    gone = AfterWrite("undone", REF, "", did="deleted", at=START + 60)
    kept = AfterWrite("kept", REF, "")
    assert record_of_run([outcome], [later, gone, kept], (), (), JANE, START).splitlines()[2:] == [
        "2025-11-24 14:00:00Z  written    password, user of payments/db",
        "2025-11-24 14:00:01Z  changed    again by eso: password, user of payments/db",
        "2025-11-24 14:01:00Z  deleted    payments/db",
    ]


def test_without_a_restart_the_write_is_recorded() -> None:
    done = entries([WriteRecord(REF, START, ("a", "b"))], (), (), are_several=False)
    assert record((REF,), done, JANE).splitlines()[2:] == ["2025-11-24 14:00:00Z  written    a, b"]


def test_the_record_of_several_secrets_names_the_secret_and_the_namespace_of_each_entry() -> None:
    other = SecretRef("web", "cart")
    web = ObjectRef(DEPLOYMENT, "web", "cart")
    step = RolloutStep(web, frozenset({"uid-1"}), "new", "1 pod ready", sent=START + 10, ended=START + 40)
    run = Rollout((REF, other), "one first", [step], "", START + 9, asyncio.Event())
    written = [WriteRecord(REF, START, ("password",)), WriteRecord(other, START + 1, ("url",))]
    done = entries(written, (), [run], are_several=True)
    assert record((REF, other), done, JANE).splitlines() == [
        "Secrets payments/db, web/cart",
        "in prod (https://cluster.example.test) by jane",
        "2025-11-24 14:00:00Z  written    password of payments/db",
        "2025-11-24 14:00:01Z  written    url of web/cart",
        "2025-11-24 14:00:09Z  begun      restarts, Deployment/cart in web first",
        "2025-11-24 14:00:10Z  restarted  Deployment/cart in web, 1 pod",
        "2025-11-24 14:00:40Z  new        Deployment/cart in web after 30s: 1 pod ready",
    ]


def test_a_secret_that_waits_for_its_finalizers_is_not_recorded_as_gone() -> None:
    ref = SecretRef("web", "db")
    ends = [
        Outcome("deleted", DELETE, ref, (), START, "", is_done=True, is_pending=is_pending)
        for is_pending in (True, False)
    ]
    told = record_of_run(ends, (), (), (), JANE, START).splitlines()[2:]
    assert told[0].endswith("deleted    web/db; it stays until its finalizers finish")
    assert told[1].endswith("deleted    web/db")
