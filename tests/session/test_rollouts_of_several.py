"""Run of restarts for several Secrets: their readers in each namespace, and the journal."""

from __future__ import annotations

import json
from typing import Any

from tests.helpers import eventually
from tests.session.cluster_session import MINE, ClusterSession, cluster_session, secret_object
from tests.session.samples import START
from tests.session.test_rollouts import wait_for_state
from tests.session.workloads import pod_of, replaced, restarts_of, workload
from tui.model.api_object import DEPLOYMENT, ObjectRef
from tui.model.secret.secret import SecretRef
from tui.session.writes.audit import Journal

OLD = START - 600
OTHER = SecretRef("default", "other")
PAYMENTS = SecretRef("payments", "mysecret")
API = ObjectRef(DEPLOYMENT, "default", "api")


def reads_both() -> dict[str, Any]:
    """Pod of api that takes a key of two Secrets into variables."""
    pod = pod_of("api", "api-1", started=OLD)
    names = ("mysecret", "other")
    env = [
        {"name": name.upper(), "valueFrom": {"secretKeyRef": {"name": name, "key": "a"}}} for name in names
    ]
    pod["spec"] = {"containers": [{"name": "app", "image": "example.test/app", "env": env}]}
    return pod


def in_payments(obj: dict[str, Any]) -> dict[str, Any]:
    obj["metadata"]["namespace"] = "payments"
    return obj


STORY = [
    *(secret_object(name, {"a": b"made-up"}) for name in ("mysecret", "other")),
    secret_object("mysecret", {"password": b"made-up"}, namespace="payments"),
    *(workload("api"), reads_both()),
    *(in_payments(workload("web")), in_payments(pod_of("web", "web-1", started=OLD))),
]


async def load_pods(at: ClusterSession, *secrets: SecretRef) -> None:
    """Load the pods in the namespaces of these Secrets."""
    at.session.want_readers(*(ref.namespace for ref in secrets))
    await eventually(
        lambda: all(at.session.readers_of(ref.namespace).state.is_live for ref in secrets), "live pods"
    )


async def test_readers_of_several_namespaces_are_followed_until_others_are_wanted() -> None:
    async with cluster_session(story=STORY) as at:
        await load_pods(at, MINE, PAYMENTS, SecretRef("web", "any"))
        at.session.want_readers("payments")
        assert at.session.readers_of("web").state.is_live, "nothing more is wanted"
        await load_pods(at, PAYMENTS, SecretRef("monitoring", "any"))
        assert at.session.readers_of("payments").state.is_live and at.session.readers.state.is_live
        assert at.session.readers_of("web").state.kind == "idle"


async def test_a_workload_that_reads_several_secrets_is_listed_once_with_its_old_keys() -> None:
    async with cluster_session(story=STORY) as at:
        await load_pods(at, MINE, PAYMENTS)
        owners = at.session.rollouts.owners(MINE, OTHER, PAYMENTS)
        assert [(one.title, one.namespace) for one in owners] == [
            ("Deployment/api", "default"),
            ("Deployment/web", "payments"),
        ]
        assert owners[0].reads == (MINE, OTHER) and owners[0].old == ((MINE, "a"), (OTHER, "a"))
        assert owners[1].reads == (PAYMENTS,)


async def test_a_run_restarts_each_workload_once_and_the_journal_names_every_secret() -> None:
    lines: list[bytes] = []
    secrets = (MINE, OTHER, PAYMENTS)
    async with cluster_session(story=STORY, journal=Journal(lines.append)) as at:
        await load_pods(at, MINE, PAYMENTS)
        rollouts = at.session.rollouts
        owners = rollouts.owners(*secrets)
        wanted = [(ref, one.stale) for one in owners if (ref := one.ref) is not None]
        assert rollouts.start(secrets, wanted, "one at a time") is None
        run = rollouts.runs[OTHER]
        assert run is rollouts.latest(PAYMENTS, MINE) and run.secrets == secrets
        assert run.line() == "restarting 1 of 2: Deployment/api in default"
        again = rollouts.start((OTHER,), wanted[:1], "one at a time")
        assert again == "Nothing sent: earlier restarts still run."
        await wait_for_state(at, run, 0, "rolling")
        replaced(at.home, ["api-1"], [pod_of("api", "api-2", started=at.clock.now())])
        deployment = at.home.store.get("deployments.apps", "default", "api")
        deployment["status"]["observedGeneration"] = deployment["metadata"]["generation"]
        at.home.store.put(deployment)
        await wait_for_state(at, run, 1, "rolling")
        assert restarts_of(at.home, "api") and len(at.asked("PATCH", "deployments")) == 2
        rollouts.stop(run)
        await at.in_time(lambda: rollouts.running is None)
        assert rollouts.all_runs(*secrets) == (run,)
    noted = [json.loads(line) for line in lines]
    sent = [(one["secret"], one["how"]) for one in noted if one.get("outcome") == "sent"]
    assert sent == [
        ("default/mysecret", "Restart: Deployment/api in default"),
        ("default/other", "Restart: Deployment/api in default"),
        ("payments/mysecret", "Restart: Deployment/web in payments"),
    ]
