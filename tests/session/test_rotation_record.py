"""The record for a ticket: names and times, in the order in which things were done."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

from tests.session.samples import START
from tui.model.api_object import DEPLOYMENT, ObjectRef
from tui.model.journal import Who
from tui.model.secret.secret import SecretRef
from tui.session.rollouts.record import Written, record
from tui.session.rollouts.run import Run, Step

REF = SecretRef("payments", "db")
JANE = Who(context="prod", server="https://cluster.example.test", user="jane")


def test_it_says_who_changed_and_restarted_what_and_when() -> None:
    web = ObjectRef(DEPLOYMENT, "payments", "web")
    step = Step(web, frozenset({"uid-1"}), "fresh", "1 new pod, ready", sent=START + 10, ended=START + 40)
    run = Run(REF, "one at a time", [step], "", START + 9, asyncio.Event())
    action = SimpleNamespace(ref="ExternalSecret/db")
    prepared = SimpleNamespace(title="Refresh from the store", action=action)
    asked: Any = SimpleNamespace(began=START + 5, prepared=prepared, state="done")
    assert record(REF, [Written(START, ("password",))], asked, run, JANE).splitlines() == [
        "Secret payments/db",
        "in prod (https://cluster.example.test) by jane",
        "2025-11-24 14:00:00Z  changed password",
        "2025-11-24 14:00:05Z  Refresh from the store (ExternalSecret/db): done",
        "2025-11-24 14:00:09Z  restarts begun, one at a time",
        "2025-11-24 14:00:10Z  Deployment/web restarted, for 1 pod",
        "2025-11-24 14:00:40Z  Deployment/web fresh: 1 new pod, ready",
        "Restarted: 1 workload with the new value.",
    ]


def test_without_a_restart_the_write_is_recorded() -> None:
    assert record(REF, [Written(START, ("a", "b"))], None, None, JANE).splitlines()[2:] == [
        "2025-11-24 14:00:00Z  changed a, b"
    ]
