"""Checks of health: what is a finding, at which level, and that a guess is no finding."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal

import pytest
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)
from msgspec.structs import replace

from tests.certificates import made_up_chain
from tests.model.pods import info
from tui.model.health.certificates import certificates_in, has_login
from tui.model.health.checks import judge, states, states_words
from tui.model.health.evidence import Certificates, Evidence, SourceTrouble, TlsHost
from tui.model.health.finding import Finding
from tui.model.health.missing_references import not_known
from tui.model.health.report import report
from tui.model.readers.freshness import Verdict
from tui.model.readers.needs import KnownKeys
from tui.model.readers.pods import PodInfo
from tui.model.readers.reader import ReaderInfo, ReaderKind
from tui.model.readers.rules.object_use import ObjectUse
from tui.model.secret.formats.pem import covers
from tui.model.secret.formats.validity import Validity
from tui.model.secret.secret import SecretRef, SecretSummary

DB: Final = SecretRef("default", "db")
NOW: Final = 1_000_000.0
OWNED: Final = [{"kind": "ReplicaSet", "name": "web-abc", "controller": True}]


def row(name: str, type: str = "Opaque") -> SecretSummary:  # noqa: A002
    return SecretSummary(SecretRef("default", name), f"uid-{name}", "1", type, 1, 0.0)


def reads(name: str, key: str, phase: str = "Running", message: str = "", **more: Any) -> PodInfo:
    """A pod of the Deployment web whose variable asks for a key of db."""
    ref = {"name": "db", "key": key, **more}
    state = {"waiting": {"reason": "CreateContainerConfigError", "message": message}} if message else {}
    labels = {"pod-template-hash": "abc"}
    return info(
        {"containers": [{"name": "app", "env": [{"name": "X", "valueFrom": {"secretKeyRef": ref}}]}]},
        {"phase": phase, "containerStatuses": [{"name": "app", "state": state}]},
        name=name,
        labels=labels,
        ownerReferences=OWNED,
    )


def pulls(image: str, reason: str = "", *secrets: str) -> PodInfo:
    """A pod that pulls an image with the named Secrets, or with the Secret pull."""
    status = {
        "phase": "Pending",
        "containerStatuses": [{"name": "app", "state": {"waiting": {"reason": reason}}}],
    }
    refs = [{"name": name} for name in secrets or ("pull",)]
    spec = {"containers": [{"name": "app", "image": image}], "imagePullSecrets": refs}
    return info(spec, status, name="web-1")


def evidence(
    *infos: ReaderInfo, has: Mapping[SecretRef, KnownKeys | None] | None = None, **more: Any
) -> Evidence:
    keys = {DB: KnownKeys(frozenset(("password",)))} if has is None else has
    usual: dict[str, Any] = {
        "now": NOW,
        "today": NOW,
        "rows": (row("db"),),
        "keys_of": lambda ref: keys.get(ref),
        "usage": lambda ref: "in use",
        "producers": lambda ref: (),
        "verdict_of": lambda one, use: Verdict("not known", ""),
        "certificates": {},
        "registries": {},
    }
    return Evidence(infos=infos, **(usual | more))


def only(found: tuple[Finding, ...]) -> Finding:
    (one,) = found
    return one


def test_pods_of_one_workload_that_wait_for_a_key_are_one_finding_with_the_kubelets_words() -> None:
    words = "couldn't find key PASSWORD in Secret default/db"
    infos = [reads(f"web-{n}", "PASSWORD", "Pending", words) for n in (1, 2)]
    one = only(judge(evidence(*infos)))
    assert (one.level, one.object, one.ref, one.key) == ("fails", "Deployment/web", DB, "PASSWORD")
    assert one.says == f"2 pods wait, the kubelet says: {words}"
    assert one.short == "no key PASSWORD: deploy/web waits, 2 pods"
    assert one.do == "Add the key PASSWORD, or change PASSWORD to password in Deployment/web"
    managed = replace(row("db"), manager="ExternalSecret/db")
    assert "(ExternalSecret/db may undo that)" in only(judge(evidence(*infos, rows=(managed,)))).do


def test_a_pod_that_waits_without_words_of_the_kubelet_is_explained_by_its_spec() -> None:
    one = only(judge(evidence(reads("web-1", "gone", "Pending"))))
    assert (one.level, one.says.partition(": ")[0]) == ("fails", "1 pod pending, probably for this reason")


def test_a_pod_that_runs_fails_only_at_its_next_start() -> None:
    one = only(judge(evidence(reads("web-1", "gone"))))
    assert (one.level, one.says) == (
        "will fail",
        "next start FAILS: couldn't find key gone in Secret default/db",
    )
    one = only(judge(evidence(reads("web-1", "k"), has={})))
    assert one.is_missing
    assert one.do == "Create Secret db with the key k"
    made = evidence(reads("web-1", "k"), has={}, producers=lambda ref: ("ExternalSecret/db",))
    assert only(judge(made)).do == "See why ExternalSecret/db has not written the Secret"


def test_optional_keys_ended_pods_and_unknown_secrets_are_no_finding() -> None:
    unknown = {DB: KnownKeys(frozenset(), is_whole=False, is_there=False)}
    half = {DB: KnownKeys(frozenset(("other",)), is_whole=False)}
    assert judge(evidence(reads("web-1", "gone", optional=True))) == ()
    assert judge(evidence(reads("web-1", "gone", "Succeeded"))) == ()
    assert judge(evidence(reads("web-1", "gone"), has=unknown)) == ()
    assert judge(evidence(reads("web-1", "gone"), has=half)) == ()
    assert not_known([reads("web-1", "gone")], unknown.get) == {DB}
    assert not_known([reads("web-1", "gone", "Succeeded")], unknown.get) == frozenset()


@pytest.mark.parametrize(("word", "keeps"), [("old value", "keep"), ("old value?", "may keep")])
def test_an_old_value_is_reported_with_its_grounds_and_its_certainty(word: Any, keeps: str) -> None:
    infos = [reads(f"web-{n}", "password") for n in (1, 2)]
    one = only(judge(evidence(*infos, verdict_of=lambda one, use: Verdict(word, "because"))))
    assert (one.level, one.says) == (word, f"2 pods {keeps} an old value: because")


def test_no_restart_is_recommended_where_a_new_pod_does_not_start() -> None:
    lacks = (("app", "CreateContainerConfigError", "couldn't find key token in Secret default/other"),)
    old = replace(reads("web-1-a", "password"), controller=("Deployment", "web"), created=1.0)
    new = replace(old, name="web-2-a", uses=(), created=2.0, waiting=lacks)

    def verdict_of(info: PodInfo, use: Any) -> Verdict:
        return Verdict("old value", "because")

    assert only(judge(evidence(old, verdict_of=verdict_of))).do == "Restart it"
    told = judge(evidence(old, new, verdict_of=verdict_of))
    assert [one.do for one in told] == ["A new pod would not start: fix the cause first"]


def test_a_missing_key_is_not_reported_again_as_an_old_value() -> None:
    told = evidence(reads("web-1", "gone"), verdict_of=lambda one, use: Verdict("old value", "it is gone"))
    assert [one.check for one in judge(told)] == ["missing"]


@pytest.mark.parametrize("how", ["produces", "is_template", "is_namespace_uncertain", "is_guessed"])
def test_an_object_that_writes_a_secret_or_names_it_uncertainly_lacks_nothing(how: str) -> None:
    def named(**more: Any) -> ReaderInfo:
        use = ObjectUse(secret="gone", way="field", key=None, path="spec.secretName", **more)
        kind = ReaderKind("Widget", "widget", "widgets", "example.com")
        return ReaderInfo(
            kind=kind, namespace="default", name="w", uid="u", resource_version="1", uses=(use,)
        )

    assert only(judge(evidence(named()), ("missing",))).level == "care"
    assert judge(evidence(named(**{how: True})), ("missing",)) == ()


def test_a_secret_is_called_unused_only_if_no_reader_was_found() -> None:
    by_label = replace(row("repo"), labels=(("argocd.argoproj.io/secret-type", "repository"),))
    rows = (row("db"), row("token", "kubernetes.io/service-account-token"), by_label)
    for usage, count in (("no reader found", 1), ("mentioned", 0), ("not known", 0), ("in use", 0)):
        found = evidence(rows=rows, usage=lambda ref, usage=usage: usage)
        assert [one.level for one in judge(found, ("unused",))] == ["unused"] * count
        assert states(found)[usage] == 1
        assert states(found)["for controllers"] == 2
        assert sum(states(found).values()) == len(rows)


def test_the_report_of_readers_names_what_mentions_a_secret_that_nothing_is_known_to_read() -> None:
    found = evidence(usage=lambda ref: "mentioned", mentions=lambda ref: ("Key/signing",))
    told = report(
        "readers",
        found,
        lambda ref: "",
        context="made-up",
        namespace="shop",
        fail_on="unused",
        not_checked=len,
    )
    assert told.rows[0][3:] == ("mentioned", "", ("Key/signing (mentions it)",)) and told.code == 0


def test_an_unused_secret_that_a_controller_would_create_again_names_it() -> None:
    made = replace(row("db"), manager="ExternalSecret/db")
    one = only(judge(evidence(rows=(made,), usage=lambda ref: "no reader found")))
    assert one.short == "no reader known, managed by ExternalSecret/db"
    assert one.do.endswith("; ExternalSecret/db may create it again: delete it at the source")


def test_a_secret_that_is_being_deleted_already_is_not_called_unused() -> None:
    gone = replace(row("db"), is_terminating=True)
    assert judge(evidence(rows=(gone,), usage=lambda ref: "no reader found")) == ()
    told = evidence(rows=(gone, row("idle")), usage=lambda ref: "no reader found")
    assert states_words(told) == "2 no reader known (1 being deleted)"
    assert states_words(replace(told, rows=(row("idle"),))) == "1 no reader known"


DAY = 86_400
SOON = 30 * DAY


def year_until(end: float) -> tuple[Validity, ...]:
    return (Validity(end - 365 * DAY, end),)


def test_a_certificate_is_judged_by_its_end_and_its_hosts() -> None:
    def found(ends: float, names: tuple[str, ...] = ("*.shop.example",)) -> list[tuple[str, str]]:
        host = TlsHost("default", "Ingress/shop", "www.shop.example", DB)
        told = evidence(certificates={DB: Certificates(names, year_until(ends))}, hosts=[host])
        return [(one.level, one.check) for one in judge(told)]

    assert found(NOW + SOON + 1) == []
    assert found(NOW + SOON - 1) == [("care", "certificate")]
    assert found(NOW - 1) == [("fails", "certificate")]
    assert found(NOW + SOON + 1, ("shop.example",)) == [("fails", "host")]
    assert found(NOW + SOON + 1, ()) == [("fails", "host")]
    early = evidence(certificates={DB: Certificates((), (Validity(NOW + 7_200, NOW + SOON + 1),))})
    assert only(judge(early)).says == "the certificate becomes valid in 2h"
    broken = evidence(certificates={DB: Certificates(problem="Cannot read the value as a PEM certificate")})
    assert only(judge(broken)).level == "fails"


def test_certificates_that_expire_soon_are_listed_by_their_end_in_few_words() -> None:
    other = SecretRef("apps", "later")
    told = evidence(
        certificates={
            other: Certificates((), year_until(NOW + 9 * DAY)),
            DB: Certificates((), year_until(NOW + 7_200)),
        }
    )
    assert [(one.ref, one.short) for one in judge(told)] == [
        (DB, "tls.crt expires in 2h"),
        (other, "tls.crt expires in 9d"),
    ]


def test_a_certificate_of_cert_manager_needs_care_once_its_renewal_is_due() -> None:
    def found(days_left: float, renewal: float) -> list[tuple[str, str]]:
        end = NOW + days_left * DAY
        times = (Validity(end - 90 * DAY, end, NOW + renewal),)
        told = evidence(certificates={DB: Certificates((), times)})
        return [(one.level, one.short) for one in judge(told)]

    assert found(9, DAY) == [], "it renews in its last days"
    assert found(60, -3 * DAY) == [("care", "tls.crt expires in 60d, renewal due 3d ago")]
    assert found(-1, -3 * DAY) == [("fails", "tls.crt expired 1d ago")]


def test_a_key_that_a_server_cannot_use_with_its_certificate_is_found() -> None:
    leaf, issuer, _, key = made_up_chain()
    *_, other = made_up_chain()
    private = load_pem_private_key(key.encode(), None)
    locked = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"made-up"))

    def found(key_pem: bytes, chain: str = leaf + issuer) -> list[tuple[str, str, str]]:
        told = evidence(certificates={DB: certificates_in(chain.encode(), key_pem)})
        return [(one.level, one.key, one.says) for one in judge(told) if one.key == "tls.key"]

    assert found(key.encode()) == []
    words = "tls.key does not match the first certificate in tls.crt"
    assert found(other.encode()) == [("fails", "tls.key", words)]
    words = "tls.key belongs to certificate 2 of tls.crt, not to the first"
    assert found(key.encode(), issuer + leaf) == [("fails", "tls.key", words)]
    words = "tls.key is encrypted: a server needs the key's passphrase"
    assert found(locked) == [("care", "tls.key", words)]


def test_a_certificate_in_another_key_needs_care_before_its_end() -> None:
    ends = {"ca.crt": NOW + SOON - 1, "other.pem": NOW + SOON + 1, "old.crt": NOW - 1}
    told = evidence(other_times={DB: {key: year_until(end) for key, end in ends.items()}})
    found = [(one.level, one.key) for one in judge(told)]
    assert found == [("care", "old.crt"), ("care", "ca.crt")]
    early = evidence(other_times={DB: {"ca.crt": (Validity(NOW + 7_200, NOW + SOON + 1),)}})
    assert only(judge(early)).do == "Wait until it is valid, or replace it"


@pytest.mark.parametrize(
    ("names", "host", "is_covered"),
    [
        (("a.example",), "A.example", True),
        (("*.a.example",), "b.a.example", True),
        (("*.a.example",), "a.example", False),
        (("*.a.example",), "c.b.a.example", False),
        (("*.a.example",), "*.a.example", True),
    ],
)
def test_a_star_covers_one_label(names: tuple[str, ...], host: str, is_covered: bool) -> None:
    assert covers(names, host) is is_covered


def test_a_pull_secret_for_other_registries_is_found_and_a_failed_pull_is_worse() -> None:
    pull = SecretRef("default", "pull")
    has: dict[SecretRef, KnownKeys | None] = {pull: KnownKeys(frozenset((".dockerconfigjson",)))}
    for reason, level in (("ImagePullBackOff", "fails"), ("ContainerCreating", "care")):
        told = evidence(pulls("r.example/app", reason), has=has, registries={pull: ("other.example",)})
        one = only(judge(told))
        assert (one.level, one.says) == (level, "no login to r.example; logins: other.example")
    for registry in ("r.example", "*.example"):
        assert judge(evidence(pulls("r.example/app"), has=has, registries={pull: (registry,)})) == ()
    assert has_login(("index.docker.io",), "docker.io")
    assert judge(evidence(pulls("r.example/app"), has=has)) == (), "its logins were not read"


def test_a_failed_pull_with_an_existing_pull_secret_names_its_login() -> None:
    pull = SecretRef("default", "pull")
    has: dict[SecretRef, KnownKeys | None] = {pull: KnownKeys(frozenset((".dockerconfigjson",)))}
    one = only(judge(evidence(pulls("r.example/app", "ImagePullBackOff"), has=has)))
    assert (one.level, one.ref) == ("fails", pull)
    assert one.says == "1 pod waits for the image: the login in pull may be refused"
    assert judge(evidence(pulls("r.example/app", "ContainerCreating"), has=has)) == ()
    assert "does not exist" in only(judge(evidence(pulls("r.example/app", "ErrImagePull"), has={}))).says


def test_the_login_in_any_of_several_pull_secrets_is_enough() -> None:
    other, pull = SecretRef("default", "other"), SecretRef("default", "pull")
    has: dict[SecretRef, KnownKeys | None] = {
        ref: KnownKeys(frozenset((".dockerconfigjson",))) for ref in (other, pull)
    }
    logins = {other: ("other.example",), pull: ("r.example",)}
    pod = pulls("r.example/app", "", "other", "pull")
    assert judge(evidence(pod, has=has, registries=logins)) == ()
    assert judge(evidence(pod, has=has, registries={other: ("other.example",)})) == (), "pull was not read"

    waiting = pulls("r.example/app", "ImagePullBackOff", "other", "pull")
    one = only(judge(evidence(waiting, has=has, registries=logins)))
    assert (one.ref, one.says) == (pull, "1 pod waits for the image: the login in pull may be refused")

    found = judge(evidence(waiting, has=has, registries=logins | {pull: ("else.example",)}))
    assert [(one.ref, one.says) for one in found] == [
        (other, "no login to r.example; logins: other.example"),
        (pull, "no login to r.example; logins: else.example"),
    ]


def test_a_missing_pull_secret_fails_only_while_the_image_is_waited_for() -> None:
    assert only(judge(evidence(pulls("r.example/app", "ErrImagePull"), has={}))).level == "fails"
    assert only(judge(evidence(pulls("r.example/app", ""), has={}))).level == "care"


def test_an_immutable_secret_that_was_recreated_under_its_pods_is_found() -> None:
    pod = replace(reads("web-1", "password"), created=100.0)
    for created, count in ((1_000.0, 1), (50.0, 0)):
        rows = (replace(row("db"), is_immutable=True, created=created),)
        assert [one.check for one in judge(evidence(pod, rows=rows))] == ["replaced"] * count


def test_an_object_in_error_is_reported_with_its_reason() -> None:
    trouble = SourceTrouble(
        *("default", "ExternalSecret/db", "not ready", "Look", DB), NOW - 7200, "SecretSyncedError"
    )
    one = only(judge(evidence(troubles=[trouble])))
    assert (one.level, one.object, one.do) == ("care", "ExternalSecret/db", "Look")
    assert one.says == "not ready since 11:46: SecretSyncedError"
    assert one.short == "es/db not ready for 2h: SecretSyncedError"


def test_a_due_renewal_is_overdue_only_after_its_grace_period() -> None:
    late = SourceTrouble(
        *("default", "Certificate/db", "renewal overdue", "Look", DB),
        NOW - 3600,
        grace=3600,
        ends=NOW + 86400,
        span="by",
    )
    assert not judge(evidence(troubles=[replace(late, since=NOW - 3599)]))
    one = only(judge(evidence(troubles=[late])))
    assert one.says == "renewal overdue since 12:46; the certificate expires in 1d"
    expired = only(judge(evidence(troubles=[replace(late, ends=NOW - 1)])))
    assert (one.level, expired.level) == ("care", "fails")


@pytest.mark.parametrize(
    ("span", "short"), [("for", "waiting for 2h"), ("by", "waiting by 2h"), ("ago", "waiting 2h ago")]
)
def test_the_words_of_the_time_do_not_depend_on_those_of_the_trouble(
    span: Literal["for", "by", "ago"], short: str
) -> None:
    trouble = SourceTrouble("web", "Application/shop", "waiting", "Look", DB, NOW - 7200, span=span)
    assert only(judge(evidence(troubles=[trouble]))).short == f"Application/shop {short}"


def test_an_object_that_writes_several_secrets_is_one_finding() -> None:
    paused = SourceTrouble("flux-system", "Kustomization/apps", "suspended", "Resume it", DB, others=2)
    one = only(judge(evidence(troubles=[paused])))
    assert one.says == "suspended; the object writes 2 more Secrets; the object is in namespace flux-system"
    assert one.short == "ks/apps suspended"


def test_the_worst_finding_comes_first() -> None:
    waits = replace(reads("web-2", "gone", "Pending"), controller=None)
    found = judge(
        evidence(reads("web-1", "gone"), waits, certificates={DB: Certificates((), year_until(NOW + 1))})
    )
    assert [one.level for one in found] == ["fails", "will fail", "care"]
