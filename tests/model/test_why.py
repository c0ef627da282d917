"""Questions read from errors as they are pasted, and their answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from msgspec.structs import replace

from tests.model.pods import info
from tests.model.test_health import evidence
from tests.model.test_workloads import workload
from tui.model.health.why_answer import answer
from tui.model.known_names import near_keys
from tui.model.readers.freshness import Verdict
from tui.model.readers.needs import KnownKeys
from tui.model.readers.pods import PodInfo
from tui.model.readers.reader import ReaderInfo
from tui.model.secret.secret import SecretRef
from tui.model.why import WhyQuestion, parse, parse_typed

NO_KEY = "couldn't find key PASSWORD in Secret payments/db-credentials"
DESCRIBED = f"""\
Name:             ledger-worker-6f4b7d9c55-bbx2v
Namespace:        payments
Node:             node-c/10.0.0.3
Events:
  Type     Reason     Age                 From     Message
  ----     ------     ----                ----     -------
  Normal   Pulled     7s (x3 over 20s)    kubelet  Container image "ledger:1.9" already present on machine
  Warning  Failed     7s (x3 over 20s)    kubelet  Error: {NO_KEY}
  Normal   Scheduled  20s                 default  Successfully assigned payments/ledger-worker to node-c
"""


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        (NO_KEY, WhyQuestion(fault=NO_KEY, namespace="payments", secret="db-credentials", key="PASSWORD")),
        (
            'Error: secret "db" not found',
            WhyQuestion(fault='secret "db" not found', secret="db"),
        ),
        (
            'Error from server (NotFound): secrets "db" not found -n payments',
            WhyQuestion(fault='secrets "db" not found', secret="db", namespace="payments"),
        ),
        (
            'payments  2m13s  Warning  FailedMount  pod/web-1  MountVolume.SetUp failed for volume "sftp" : '
            "references non-existent secret key: config",
            WhyQuestion(
                fault="references non-existent secret key: config",
                namespace="payments",
                key="config",
                kind="Pod",
                name="web-1",
            ),
        ),
        (
            "Unable to retrieve some image pull secrets (registry-a, registry.b); attempting to pull "
            "the image may not succeed.",
            WhyQuestion(
                fault="Unable to retrieve some image pull secrets (registry-a, registry.b)",
                pulls=("registry-a", "registry.b"),
            ),
        ),
        (
            "Keys [9lives, x=y] from the EnvFrom secret web/env were skipped since they are considered",
            WhyQuestion(
                fault="Keys [9lives, x=y] from the EnvFrom secret web/env",
                namespace="web",
                secret="env",
                key="9lives",
            ),
        ),
        (
            'Volume with secret.secretName="db" is not allowed because service account x does not',
            WhyQuestion(fault='secret.secretName="db" is not allowed because service account', secret="db"),
        ),
        (
            'object "web"/"db" not registered',
            WhyQuestion(fault='object "web"/"db" not registered', namespace="web", secret="db"),
        ),
        (
            r'err="failed to \"StartContainer\": \"secret \"db\" not found\"" pod="payments/web-1"',
            WhyQuestion(
                fault='secret "db" not found', namespace="payments", secret="db", kind="Pod", name="web-1"
            ),
        ),
        ("pod/web-1", WhyQuestion(kind="Pod", name="web-1")),
        ("deployment.apps/web -n x", WhyQuestion(kind="Deployment", name="web", namespace="x")),
        (
            "kubectl describe pod web-1 -n payments",
            WhyQuestion(kind="Pod", name="web-1", namespace="payments"),
        ),
    ],
)
def test_an_error_says_what_it_is_about(text: str, asked: WhyQuestion) -> None:
    assert parse(text) == asked
    assert parse(asked.text) == asked, "what the field shows of a paste asks the same"


@pytest.mark.parametrize("width", [60, 66, 72, 79])
def test_a_description_is_read_however_the_terminal_broke_its_lines(width: int) -> None:
    lines = [line[at : at + width] for line in DESCRIBED.splitlines() for at in range(0, len(line), width)]
    for text in (DESCRIBED, "\n".join(lines), DESCRIBED.replace("in Secret", "in\n      Secret")):
        assert parse(text) == WhyQuestion(
            fault=NO_KEY,
            namespace="payments",
            secret="db-credentials",
            key="PASSWORD",
            kind="Pod",
            name="ledger-worker-6f4b7d9c55-bbx2v",
        )


@pytest.mark.parametrize(
    "text", ["", "web-1", "payments/db", "the pod web is down", "password=made up", "a b"]
)
def test_a_text_that_names_neither_an_error_nor_a_reader_asks_nothing(text: str) -> None:
    assert parse(text) is None


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("web-1", WhyQuestion(name="web-1")),
        (" web-1 -n payments\n", WhyQuestion(name="web-1", namespace="payments")),
        ("payments   web-1   0/1   Pending   0   5m", WhyQuestion(name="web-1", namespace="payments")),
        ("web-1   0/1   CreateContainerConfigError   0   5m", WhyQuestion(name="web-1")),
        ("NAME    READY   STATUS\nweb-1   0/1     Pending", WhyQuestion(name="web-1")),
        ("pod/web-1", WhyQuestion(kind="Pod", name="web-1")),
    ],
)
def test_a_name_alone_or_a_row_of_kubectl_is_enough_where_only_that_is_asked(
    text: str, asked: WhyQuestion
) -> None:
    assert parse_typed(text) == asked
    assert parse_typed(asked.text) == asked


@pytest.mark.parametrize("text", ["", "payments/db", "the pod web is down", "password=made up", "a b", "Web"])
def test_a_text_that_is_no_name_is_not_taken_for_one(text: str) -> None:
    assert parse_typed(text) is None


def test_a_key_that_differs_in_case_or_separators_is_the_nearest() -> None:
    assert near_keys("PASSWORD", ["username", "password", "ca.p12"]) == ["password"]
    assert near_keys("db_password", ["DB-PASSWORD", "password"]) == ["DB-PASSWORD", "password"]
    assert near_keys("token", ["username"]) == []


NEW = Verdict("new value", "")
HAS = {SecretRef("default", "db"): KnownKeys(frozenset(("username", "password")))}


def reads(
    key: str, *, name: str = "web-1", message: str = "", phase: str = "Pending", **more: Any
) -> PodInfo:
    """A pod whose variable asks the Secret db for this key."""
    ref = {"name": more.pop("secret", "db"), "key": key, **more}
    state: dict[str, Any] = {"waiting": {"reason": "CreateContainerConfigError", "message": message}}
    return info(
        {"containers": [{"name": "app", "env": [{"name": "X", "valueFrom": {"secretKeyRef": ref}}]}]},
        {"phase": phase, "containerStatuses": [{"name": "app", "state": state if message else {}}]},
        name=name,
    )


def ask(
    text: str,
    *infos: ReaderInfo,
    has: Mapping[SecretRef, KnownKeys | None] = HAS,
    namespace: str | None = "default",
    verdict: Verdict = NEW,
    is_complete: bool = False,
) -> tuple[str, Any, str, bool]:
    asked = parse(text)
    assert asked is not None
    known = evidence(*infos, has=has, verdict_of=lambda info, use: verdict)
    found = answer(asked, namespace, known, is_complete=is_complete)
    return found.sentence, found.ref and str(found.ref), found.key, found.is_missing


def test_a_missing_key_is_answered_with_the_similar_key() -> None:
    said = (
        "PASSWORD is not in default/db, but password is. web-1 waits for it.",
        "default/db",
        "password",
        False,
    )
    assert ask("couldn't find key PASSWORD in Secret default/db", reads("PASSWORD")) == said
    assert ask("references non-existent secret key: PASSWORD", reads("PASSWORD")) == said
    assert ask("pod/web-1", reads("PASSWORD")) == said


def test_a_missing_secret_is_answered_with_the_key_that_is_needed() -> None:
    said = ("Secret default/gone does not exist; web-1 waits for its key k.", "default/gone", "k", True)
    assert ask('secret "gone" not found', reads("k", secret="gone")) == said
    assert ask('secret "gone" not found', reads("k", secret="gone"), namespace=None) == said
    assert ask("pod/web-1", reads("k", secret="gone")) == said
    assert ask('secret "gone" not found')[0] == "Secret default/gone does not exist."


def test_a_failure_that_the_kubelet_reports_comes_before_a_future_one() -> None:
    infos = (
        reads("k", name="web-1", secret="gone", phase="Running"),
        reads("PASSWORD", name="web-2", message="couldn't find key PASSWORD in Secret default/db"),
    )
    assert ask("pod/web-1", *infos)[0] == "Secret default/gone does not exist; web-1 needs its key k."
    workload = [replace(one, controller=("Deployment", "web")) for one in infos]
    assert ask("deploy/web", *workload)[0].startswith("PASSWORD is not in default/db")


def made_by(kind: str, owner: tuple[str, str], key: str) -> ReaderInfo:
    """Workload of this kind, called web-abc, whose pods ask the Secret db for this key."""
    env = [{"name": "X", "valueFrom": {"secretKeyRef": {"name": "db", "key": key}}}]
    template = {"template": {"spec": {"containers": [{"name": "app", "env": env}]}}}
    owners = [{"kind": owner[0], "name": owner[1], "controller": True}]
    found: ReaderInfo = workload(kind, template, name="web-abc", ownerReferences=owners)
    return found


def test_a_reader_that_is_done_or_has_an_owner_is_answered_too() -> None:
    revision = made_by("ReplicaSet", ("Deployment", "web"), "PASSWORD")
    job = made_by("Job", ("CronJob", "web"), "PASSWORD")
    needs = "PASSWORD is not in default/db, but password is. {} needs it."
    assert ask("rs/web-abc", revision)[0] == needs.format("ReplicaSet/web-abc")
    assert ask("job/web-abc", job)[0] == needs.format("Job/web-abc")
    failed = reads("k", secret="gone", phase="Failed")
    assert ask("pod/web-1", failed)[0] == "Secret default/gone does not exist; web-1 needs its key k."
    pod = replace(reads("k", secret="gone", phase="Failed"), controller=("Job", "web-abc"))
    assert ask("job/web-abc", pod)[0] == "Secret default/gone does not exist; web-1 needs its key k."


def test_a_former_revision_does_not_speak_for_its_workload() -> None:
    former = made_by("ReplicaSet", ("Deployment", "web"), "gone")
    pod = replace(reads("password", phase="Running"), controller=("Deployment", "web"))
    assert "all Secrets and keys" in ask("deploy/web", former, pod)[0]
    waiting = replace(reads("gone"), controller=("Deployment", "web"))
    for text in ("couldn't find key gone in Secret default/db", "references non-existent secret key: gone"):
        assert ask(text, former, waiting)[0].endswith("web-1 waits for it.")


def test_a_key_or_secret_that_exists_by_now_is_reported() -> None:
    for text in (
        "couldn't find key password in Secret default/db",
        "references non-existent secret key: password",
    ):
        assert "has the key password now" in ask(text, reads("password"))[0]
    assert ask('secret "db" not found', reads("password"))[0].startswith("default/db exists now")
    assert ask("pod/web-1", reads("password", phase="Running")) == (
        "web-1 (running): all Secrets and keys that it needs exist.",
        None,
        "",
        False,
    )


def test_the_answer_on_a_key_that_a_named_reader_does_not_need_is_about_that_reader_alone() -> None:
    infos = [reads("username", phase="Running"), reads("password", phase="Running", name="worker-1")]
    asked = WhyQuestion(kind="Pod", name="web-1", key="password")
    assert answer(asked, "default", evidence(*infos, has=HAS)).sentence == "web-1 needs no key password."
    nowhere = answer(WhyQuestion(fault="made up", key="port"), "default", evidence(*infos, has=HAS))
    assert nowhere.sentence == "No known reader in default needs a key port."


def test_an_old_value_is_the_answer_if_nothing_is_missing() -> None:
    old = Verdict("old value", "the key password changed 14:00")
    said = ask("pod/web-1", reads("password", phase="Running"), verdict=old)
    assert said[:3] == (
        "1 pod keeps an old value: the key password changed 14:00.",
        "default/db",
        "password",
    )
    assert "PASSWORD is not in" in ask("pod/web-1", reads("PASSWORD"), verdict=old)[0]


def test_nothing_is_called_missing_or_existing_on_a_guess() -> None:
    unknown = {SecretRef("default", "db"): KnownKeys(frozenset(), is_whole=False, is_there=False)}
    assert (
        "Could not check"
        in ask("couldn't find key PASSWORD in Secret default/db", reads("PASSWORD"), has=unknown)[0]
    )
    assert "could not check" in ask("pod/web-1", reads("PASSWORD"), has=unknown)[0]
    assert "Could not check" in ask('secret "db" not found', reads("PASSWORD"), has=unknown)[0]


def test_a_key_that_is_skipped_and_a_refused_service_account_have_words_of_their_own() -> None:
    skipped = ask("Keys [username] from the EnvFrom secret default/db were skipped", reads("username"))
    assert skipped[0].startswith("Kubelets before 1.34 skip username of")
    refused = ask('secret.secretName="db" is not allowed because service account x', reads("username"))
    assert refused[0] == "The pod's service account does not list db among its secrets."


def test_a_reader_is_called_nonexistent_only_if_all_are_known() -> None:
    elsewhere = "For another namespace, add -n NAMESPACE."
    assert ask("pod/nope")[0] == f"No Pod nope is known in default. {elsewhere}"
    assert ask("pod/nope", is_complete=True)[0] == f"No Pod nope exists in default. {elsewhere}"
    assert ask("pod/nope", is_complete=True, namespace=None)[0] == "No Pod nope exists in any namespace."
    said = f"No Deployment nope that uses a Secret exists in default. {elsewhere}"
    assert ask("deploy/nope", is_complete=True)[0] == said
    anything = answer(WhyQuestion(name="nope"), "default", evidence(), is_complete=True)
    assert anything.sentence == said.replace("Deployment", "pod or workload")


def test_a_mistyped_reader_is_answered_with_similar_names() -> None:
    assert ask("pod/web-l", reads("password"))[0].endswith("Did you mean web-1?")


def test_the_missing_one_of_several_pull_secrets_is_named() -> None:
    pulling = info({"containers": [], "imagePullSecrets": [{"name": "db"}, {"name": "gone"}]}, name="web-1")
    said = ask("Unable to retrieve some image pull secrets (db, gone)", pulling)
    assert said[:2] == (
        "Secret default/gone does not exist; web-1 needs it.",
        "default/gone",
    )


PULL = (
    'Failed to pull image "r.example/app:1": rpc error: code = Unknown desc = failed to authorize: '
    "unexpected status: 401 Unauthorized"
)

REFUSED = "1 pod waits for the image: the login in pull may be refused."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        *((text, REFUSED) for text in (PULL, 'Back-off pulling image "r.example/app:1"', "pod/web-1")),
        (
            'Failed to pull image "other.example/app"',
            "No known pod with a pull secret waits for an image of other.example.",
        ),
    ],
)
def test_an_image_that_cannot_be_pulled_leads_to_the_login_of_its_registry(text: str, said: str) -> None:
    spec = {
        "containers": [{"name": "app", "image": "r.example/app:1"}],
        "imagePullSecrets": [{"name": "pull"}],
    }
    waiting = {"state": {"waiting": {"reason": "ImagePullBackOff", "message": PULL}}, "name": "app"}
    pod = info(spec, {"phase": "Pending", "containerStatuses": [waiting]}, name="web-1")
    has = {SecretRef("default", "pull"): KnownKeys(frozenset((".dockerconfigjson",)))}
    asked = parse(text)
    assert asked is not None
    found = answer(asked, "default", evidence(pod, has=has))
    assert found.sentence == said
    assert found.is_login is (found.ref is not None)
