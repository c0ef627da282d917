"""Actions at the source: each manager's request, when it would do nothing, and how its end is recognized."""

from __future__ import annotations

from typing import Any

import pytest

from tui.model.api_object import Obj
from tui.model.managers.source import argo_cd, cert_manager, external_secrets, flux, sealed_secrets, vault
from tui.model.managers.source.registry import SOURCES
from tui.model.managers.source.source import Request, Source, SourceAction
from tui.model.secret.secret import Owner, Secret, SecretRef
from tui.model.text.times import parse_time

REF = SecretRef("payments", "db")
NOW = parse_time("2026-11-24T14:00:00Z") or 0.0
REQUEST = Request(NOW + 0.25, "jo", REF)
MARK = "1795528800.250000"
TIME = "2026-11-24T14:00:00.250000Z"
BEFORE, AFTER = "2026-11-24T13:00:00Z", "2026-11-24T14:00:01Z"


def secret(
    *owners: Owner, labels: dict[str, str] | None = None, notes: dict[str, str] | None = None, **more: Any
) -> Secret:
    return Secret(
        REF, "uid", "1", "Opaque", {}, owners=owners, labels=labels or {}, annotations=notes or {}, **more
    )


def condition(type: str, status: str, reason: str = "", **more: str) -> Obj:  # noqa: A002
    return {"type": type, "status": status, "reason": reason, **more}


def action(source: Source, obj: Obj, title: str, of: Secret | None = None) -> SourceAction:
    found = next(one for one in source.offers(obj, of or secret()) if one.title.startswith(title))
    assert isinstance(found, SourceAction)
    return found


# What is sent

ES: Obj = {"kind": "ExternalSecret", "metadata": {"name": "es"}, "spec": {}}
APP: Obj = {"kind": "Application", "metadata": {"name": "orders"}, "spec": {}}
KUSTOMIZATION: Obj = {
    "kind": "Kustomization",
    "metadata": {"name": "apps", "namespace": "flux-system"},
    "spec": {"sourceRef": {"kind": "GitRepository", "name": "repo"}},
}
RELEASE: Obj = {"kind": "HelmRelease", "metadata": {"name": "shop", "namespace": "web"}, "spec": {}}
OF_CLUSTER: Obj = {
    "kind": "ExternalSecret",
    "metadata": {"name": "es", "ownerReferences": [{"kind": "ClusterExternalSecret", "name": "all"}]},
}
STATIC, DYNAMIC, PKI = vault.VAULT_SOURCES
FLUX, FLUX_HELM = flux.FLUX_SOURCES
EXTERNAL, CERTIFICATE = external_secrets.EXTERNAL_SECRETS_SOURCE, cert_manager.CERT_MANAGER_SOURCE


def annotated(**notes: str) -> Obj:
    """The patch that sets annotations."""
    return {"metadata": {"annotations": notes}}


@pytest.mark.parametrize(
    ("source", "obj", "title", "patch"),
    [
        (EXTERNAL, ES, "Refresh", annotated(**{"force-sync": MARK})),
        (
            *(EXTERNAL, OF_CLUSTER, "Refresh"),
            annotated(**{"external-secrets.io/force-sync": MARK}),
        ),
        (external_secrets.PUSH, {}, "Push", annotated(**{"force-sync": MARK})),
        (FLUX, KUSTOMIZATION, "Reconcile", annotated(**{"reconcile.fluxcd.io/requestedAt": TIME})),
        (
            *(FLUX_HELM, RELEASE, "Force"),
            annotated(**{"reconcile.fluxcd.io/requestedAt": TIME, "reconcile.fluxcd.io/forceAt": TIME}),
        ),
        (
            *(FLUX_HELM, RELEASE, "Reset"),
            annotated(**{"reconcile.fluxcd.io/requestedAt": TIME, "reconcile.fluxcd.io/resetAt": TIME}),
        ),
        (argo_cd.ARGO_CD_SOURCE, APP, "Refresh", annotated(**{"argocd.argoproj.io/refresh": "normal"})),
        (
            *(argo_cd.ARGO_CD_SOURCE, APP, "Sync"),
            {
                "operation": {
                    "initiatedBy": {"username": "jo"},
                    "sync": {
                        "resources": [{"group": "", "kind": "Secret", "name": "db", "namespace": "payments"}],
                        "prune": False,
                    },
                }
            },
        ),
        (STATIC, {}, "Sync", annotated(**{"force-sync": MARK})),
        (DYNAMIC, {}, "Ask Vault for a new lease", annotated(**{"force-sync": MARK})),
    ],
)
def test_each_action_sends_its_patch(source: Source, obj: Obj, title: str, patch: Obj) -> None:
    found = action(source, obj, title)
    assert found.patch is not None and found.patch(REQUEST) == patch
    assert not found.idle


def test_a_cluster_external_secret_gets_the_annotation_and_not_its_child() -> None:
    found = action(EXTERNAL, OF_CLUSTER, "Refresh")
    assert found.at is not None and found.at.title == "ClusterExternalSecret/all"
    assert not found.at.kinds[0].is_namespaced and not found.is_followed_there
    assert "every namespace" in found.warnings[0]


HEALED: Obj = {"kind": "Application", "spec": {"syncPolicy": {"automated": {"selfHeal": True}}}}
UNHEALED: Obj = {"kind": "Application", "spec": {"syncPolicy": {"automated": {"prune": True}}}}
SUSPENDED: Obj = {**KUSTOMIZATION, "spec": {"suspend": True}}


def self_heal(value: bool) -> Obj:
    return {"spec": {"syncPolicy": {"automated": {"selfHeal": value}}}}


@pytest.mark.parametrize(
    ("source", "obj", "title", "patch", "after"),
    [
        (FLUX, KUSTOMIZATION, "Suspend", {"spec": {"suspend": True}}, SUSPENDED),
        (FLUX, SUSPENDED, "Resume", {"spec": {"suspend": False}}, KUSTOMIZATION),
        (FLUX_HELM, RELEASE, "Suspend", {"spec": {"suspend": True}}, SUSPENDED),
        (argo_cd.ARGO_CD_SOURCE, HEALED, "Turn self-heal off", self_heal(False), UNHEALED),
        (argo_cd.ARGO_CD_SOURCE, UNHEALED, "Turn self-heal on", self_heal(True), HEALED),
    ],
)
def test_a_manager_that_would_revert_an_edit_can_be_paused_and_resumed(
    source: Source, obj: Obj, title: str, patch: Obj, after: Obj
) -> None:
    found = action(source, obj, title)
    assert found.patch is not None and found.patch(REQUEST) == patch
    assert found.progress(obj, obj, REQUEST).kind == "waiting"
    assert found.progress(obj, after, REQUEST).kind == "done"
    assert bool(found.warnings) == (title in ("Suspend", "Turn self-heal off"))
    words = {"Suspend": "suspended", "Resume": "resumed"}
    assert found.act == words.get(title, title.removeprefix("Turn "))


def test_an_application_that_is_synced_by_hand_has_no_self_heal_to_turn_off() -> None:
    offers = argo_cd.ARGO_CD_SOURCE.offers(APP, secret())
    assert not [one for one in offers if "self-heal" in one.title]


def test_flux_fetches_what_a_kustomization_is_made_from() -> None:
    found = action(FLUX, KUSTOMIZATION, "Fetch GitRepository/repo")
    assert found.at is not None and found.is_followed_there
    assert (found.at.namespace, found.at.kinds[0].api) == ("flux-system", "source.toolkit.fluxcd.io/v1")
    assert "suspended" in found.idle_there({"kind": "GitRepository", "spec": {"suspend": True}})
    assert "does not fetch" in found.idle_there({"kind": "HelmRepository", "spec": {"type": "oci"}})


def test_credentials_that_vault_rotates_itself_are_read_and_not_made_new() -> None:
    (found,) = DYNAMIC.offers({"spec": {"allowStaticCreds": True}}, secret())
    assert isinstance(found, SourceAction)
    assert (found.title, found.warnings) == ("Sync from Vault", ())


@pytest.mark.parametrize(
    ("spec", "path"),
    [
        ({"mount": "pki", "role": "shop"}, "pki/issue/shop"),
        ({"mount": "pki", "role": "shop", "issuerRef": "root"}, "pki/issuer/root/shop"),
    ],
)
def test_the_path_of_a_certificate_in_vault_is_shown(spec: Obj, path: str) -> None:
    assert ("path in Vault", path) in PKI.state({"spec": spec}, secret()).facts


def test_a_certificate_is_renewed_by_its_whole_status_as_cmctl_does() -> None:
    obj: Obj = {
        "metadata": {"name": "web", "generation": 3, "resourceVersion": "7"},
        "spec": {"secretName": "db"},
        "status": {
            "revision": 2,
            "conditions": [condition("Ready", "True"), condition("Issuing", "False", "Failed")],
        },
    }
    found = action(CERTIFICATE, obj, "Renew")
    assert found.status is not None and found.patch is None and not found.idle
    assert found.status(obj, REQUEST) == {
        **obj,
        "status": {
            "revision": 2,
            "conditions": [
                condition("Ready", "True"),
                {
                    "type": "Issuing",
                    "status": "True",
                    "reason": "ManuallyTriggered",
                    "message": "Certificate re-issuance manually triggered",
                    "observedGeneration": 3,
                    "lastTransitionTime": "2026-11-24T14:00:00Z",
                },
            ],
        },
    }


# When it would do nothing, and what must be known


def synced(**spec: Any) -> Obj:
    """An ExternalSecret that was synced before."""
    return {"metadata": {"name": "es"}, "spec": spec, "status": {"syncedResourceVersion": "1-abc"}}


@pytest.mark.parametrize(
    ("source", "obj", "title", "why"),
    [
        (EXTERNAL, synced(), "Refresh", ""),
        (EXTERNAL, synced(refreshPolicy="CreatedOnce"), "Refresh", "CreatedOnce"),
        (EXTERNAL, synced(refreshInterval="0"), "Refresh", "refreshInterval is 0"),
        (EXTERNAL, synced(refreshPolicy="OnChange", refreshInterval="0"), "Refresh", ""),
        (EXTERNAL, {"spec": {"refreshPolicy": "CreatedOnce"}}, "Refresh", ""),
        (FLUX, {**KUSTOMIZATION, "spec": {"suspend": True}}, "Reconcile", "suspended"),
        (argo_cd.ARGO_CD_SOURCE, {**APP, "operation": {"sync": {}}}, "Sync", "already runs"),
        (
            CERTIFICATE,
            {"spec": {"secretName": "db"}, "status": {"conditions": [condition("Issuing", "True")]}},
            *("Renew", "issued already"),
        ),
        (CERTIFICATE, {"spec": {"secretName": "web-tls"}}, "Renew", "another Secret: web-tls"),
    ],
)
def test_a_request_that_would_do_nothing_says_why(source: Source, obj: Obj, title: str, why: str) -> None:
    found = action(source, obj, title)
    assert (why in found.idle) if why else not found.idle


def test_a_secret_that_flux_leaves_alone_is_not_reconciled() -> None:
    mark = {"kustomize.toolkit.fluxcd.io/reconcile": "disabled"}
    for held in (secret(labels=mark), secret(notes=mark)):
        assert "Flux ignores the Secret" in action(FLUX, KUSTOMIZATION, "Reconcile", held).idle
    released = secret(labels={**mark, "helm.toolkit.fluxcd.io/name": "shop"})
    assert not action(FLUX_HELM, RELEASE, "Reconcile", released).idle
    assert "stays until an upgrade" in FLUX_HELM.state(RELEASE, released).edit


@pytest.mark.parametrize(
    ("source", "obj", "title", "said"),
    [
        (DYNAMIC, {}, "Ask", "until their TTL ends"),
        (DYNAMIC, {"spec": {"revoke": True}}, "Ask", "until their TTL ends"),
        (STATIC, {"spec": {"version": 3}}, "Sync", "pins version 3"),
        (CERTIFICATE, {}, "Renew", "from cert-manager 1.18 on, and stays before"),
        (CERTIFICATE, {"spec": {"privateKey": {"rotationPolicy": "Always"}}}, "Renew", "key changes too"),
        (CERTIFICATE, {"spec": {"privateKey": {"rotationPolicy": "Never"}}}, "Renew", "key stays"),
        (FLUX_HELM, RELEASE, "Force", "whole release"),
    ],
)
def test_an_action_warns_of_its_consequences(source: Source, obj: Obj, title: str, said: str) -> None:
    assert any(said in one for one in action(source, obj, title).warnings)


# How it ended


def es(at: str, *conditions: Obj) -> Obj:
    """An ExternalSecret or PushSecret with that refreshTime."""
    return {"metadata": {"name": "es"}, "status": {"refreshTime": at, "conditions": list(conditions)}}


def certificate(revision: int, *conditions: Obj, **status: Any) -> Obj:
    return {"status": {"revision": revision, "conditions": list(conditions), **status}}


def handled(handled: str, *conditions: Obj, **status: str) -> Obj:
    """A Flux object that has handled a request."""
    return {"status": {"lastHandledReconcileAt": handled, "conditions": list(conditions), **status}}


def app(*, at: str = BEFORE, refresh: str = "", **operation: str) -> Obj:
    notes = {"argocd.argoproj.io/refresh": refresh} if refresh else {}
    status = {"reconciledAt": at, "operationState": operation, "sync": {"status": "Synced"}}
    return {"metadata": {"annotations": notes}, "status": status}


def sealed(generation: int, observed: int, *conditions: Obj) -> Obj:
    return {
        "metadata": {"generation": generation},
        "status": {"observedGeneration": observed, "conditions": list(conditions)},
    }


def vaulted(*conditions: Obj, **status: Any) -> Obj:
    """An object of the operator."""
    return {"status": {"conditions": list(conditions), **status}}


GOOD, BAD = condition("Ready", "True", "SecretSynced"), condition("Ready", "False", "SecretSyncedError")
READY, BROKEN = condition("Ready", "True", "Succeeded"), condition("Ready", "False", "BuildFailed")
UNSEALED, SEALED = condition("Synced", "True"), condition("Synced", "False", "", message="no key")
SYNCED = condition("SecretSynced", "True", "SecretSynced", lastTransitionTime=BEFORE)
LOOKED = condition("Ready", "True", "Ready", lastTransitionTime=BEFORE)
refresh = action(EXTERNAL, ES, "Refresh")
push = action(external_secrets.PUSH, {}, "Push")
renew = action(CERTIFICATE, {}, "Renew")
reconcile = action(FLUX, KUSTOMIZATION, "Reconcile")
force = action(FLUX_HELM, RELEASE, "Force")
compare = action(argo_cd.ARGO_CD_SOURCE, APP, "Refresh")
sync = action(argo_cd.ARGO_CD_SOURCE, APP, "Sync")
static, dynamic, pki = action(STATIC, {}, "Sync"), action(DYNAMIC, {}, "Ask"), action(PKI, {}, "Ask")
seal = sealed_secrets.sealed_action("password", "AgB=")


@pytest.mark.parametrize(
    ("asked", "before", "now", "kind", "said"),
    [
        (refresh, es(BEFORE, GOOD), es(BEFORE, GOOD), "waiting", "The refresh is not done yet"),
        (refresh, es(BEFORE, GOOD), es(AFTER, GOOD), "done", "SecretSynced"),
        (refresh, es(BEFORE, GOOD), es(BEFORE, BAD), "failed", "SecretSyncedError"),
        (refresh, es(BEFORE, BAD), es(BEFORE, BAD), "waiting", "error is unchanged: SecretSyncedError"),
        (refresh, es(BEFORE, BAD), es(BEFORE, {**BAD, "message": "another"}), "failed", "SecretSyncedError"),
        (refresh, es(BEFORE, BAD), es(AFTER, GOOD), "done", "SecretSynced"),
        (
            *(refresh, es(BEFORE, GOOD), es(AFTER, condition("Ready", "True", "SecretDeleted"))),
            *("failed", "SecretDeleted"),
        ),
        (push, es(BEFORE), es(AFTER, condition("Ready", "True", "Synced")), "done", "push is done: Synced"),
        (renew, certificate(1), certificate(2, condition("Issuing", "True")), "waiting", "not issued yet"),
        (renew, certificate(1), certificate(2, notAfter="2027-02-22T14:00:00Z"), "done", "22 Feb 2027"),
        (
            *(renew, certificate(1)),
            certificate(1, condition("Issuing", "False", "Failed"), lastFailureTime=AFTER),
            *("failed", "Failed"),
        ),
        (
            *(renew, certificate(1, lastFailureTime=BEFORE)),
            certificate(1, condition("Issuing", "False", "Failed"), lastFailureTime=BEFORE),
            *("waiting", "not issued yet"),
        ),
        (reconcile, handled("", READY), handled(BEFORE, READY), "waiting", "not handled"),
        (
            *(reconcile, handled(""), handled(TIME, condition("Ready", "Unknown", "Progressing"))),
            *("waiting", "is handling"),
        ),
        (reconcile, handled(""), handled(TIME, READY), "done", "Succeeded"),
        (reconcile, handled(""), handled(TIME, BROKEN), "failed", "BuildFailed"),
        (force, handled(""), handled(TIME, READY), "waiting", "not handled"),
        (force, handled(""), handled(TIME, READY, lastHandledForceAt=TIME), "done", "Succeeded"),
        (compare, app(), app(), "waiting", "not been compared"),
        (compare, app(), app(at=AFTER, refresh="normal"), "waiting", "not been compared"),
        (compare, app(), app(at=AFTER), "done", "Synced"),
        (
            sync,
            app(phase="Succeeded", startedAt=BEFORE),
            app(phase="Succeeded", startedAt=BEFORE),
            "waiting",
            "",
        ),
        (sync, app(), app(phase="Running", startedAt=AFTER), "waiting", "runs"),
        (sync, app(), app(phase="Succeeded", startedAt=AFTER), "done", "succeeded"),
        (sync, app(), app(phase="Failed", startedAt=AFTER, message="made up"), "failed", "Failed"),
        (static, vaulted(SYNCED, secretMAC="a"), vaulted(SYNCED, secretMAC="a"), "waiting", "same value"),
        (static, vaulted(SYNCED, secretMAC="a"), vaulted(SYNCED, secretMAC="b"), "done", "Synced"),
        (static, vaulted(), vaulted(SYNCED), "done", "Synced"),
        (
            *(static, vaulted(SYNCED), vaulted(condition("SecretSynced", "False", "VaultClientError"))),
            *("failed", "VaultClientError"),
        ),
        (
            *(static, vaulted(SYNCED), vaulted(condition("SecretSynced", "False", "Synced"))),
            *("failed", "The sync failed."),
        ),
        (
            *(static, vaulted(SYNCED, LOOKED), vaulted(SYNCED, {**LOOKED, "lastTransitionTime": AFTER})),
            *("done", "nothing was written"),
        ),
        (dynamic, vaulted(lastRenewalTime=1), vaulted(lastRenewalTime=2), "done", "Synced"),
        (pki, vaulted(serialNumber="1"), vaulted(serialNumber="2"), "done", "Synced"),
        (
            *(pki, vaulted(valid=True), vaulted(valid=False, error="K8sClientError")),
            *("failed", "K8sClientError"),
        ),
        (seal, sealed(1, 1, UNSEALED), sealed(2, 1, UNSEALED), "waiting", "not unsealed the value yet"),
        (seal, sealed(1, 1, UNSEALED), sealed(2, 2, UNSEALED), "done", "Unsealed"),
        (seal, sealed(1, 1, UNSEALED), sealed(2, 2, SEALED), "failed", "no reason given"),
    ],
)
def test_the_object_shows_how_far_an_action_is(
    asked: SourceAction, before: Obj, now: Obj, kind: str, said: str
) -> None:
    found = asked.progress(before, now, REQUEST)
    assert found.kind == kind, found
    assert said in found.sentence


def test_a_reason_that_is_no_word_is_not_part_of_the_sentence() -> None:
    odd = condition("Ready", "False", "a secret: made-up-1")
    assert refresh.progress(es(BEFORE, GOOD), es(BEFORE, odd), REQUEST).sentence == (
        "The refresh failed: no reason given."
    )


def test_the_objects_own_words_are_apart_from_the_sentence() -> None:
    bad = condition("Ready", "False", "SecretSyncedError", message="store said: made-up-1")
    found = refresh.progress(es(BEFORE, GOOD), es(BEFORE, bad), REQUEST)
    assert found.detail == "store said: made-up-1" and "made-up-1" not in found.sentence


# Its state, and what becomes of an edit


@pytest.mark.parametrize(
    ("source", "obj", "verdict", "edit"),
    [
        (EXTERNAL, es(BEFORE, GOOD), "ok", "reset within seconds"),
        (EXTERNAL, {"spec": {"target": {"creationPolicy": "Orphan"}}}, "not known", "stays"),
        (
            EXTERNAL,
            {"spec": {"target": {"creationPolicy": "Merge"}}},
            "not known",
            "other keys",
        ),
        (EXTERNAL, {"spec": {"target": {"immutable": True}}}, "not known", "immutable"),
        (external_secrets.PUSH, es(BEFORE, GOOD), "ok", "at the next refresh"),
        (external_secrets.PUSH, {"spec": {"refreshInterval": "0"}}, "not known", "only after a push"),
        (CERTIFICATE, certificate(1, condition("Issuing", "True")), "busy", "reissues"),
        (
            CERTIFICATE,
            certificate(1, READY, condition("Issuing", "False", "Failed"), lastFailureTime=BEFORE),
            *("in error", "reissues"),
        ),
        (FLUX, {"kind": "Kustomization", "spec": {"suspend": True}}, "suspended", "stays"),
        (FLUX, handled("", READY), "ok", "next reconciliation"),
        (FLUX_HELM, {**RELEASE, "spec": {"driftDetection": {"mode": "enabled"}}}, "not known", "is undone"),
        (argo_cd.ARGO_CD_SOURCE, app(), "ok", "OutOfSync"),
        (
            argo_cd.ARGO_CD_SOURCE,
            {"spec": {"syncPolicy": {"automated": {"selfHeal": True}}}},
            "not known",
            "selfHeal",
        ),
        (STATIC, vaulted(SYNCED), "ok", "about 60 s"),
        (STATIC, {"spec": {"hmacSecretData": False}}, "not known", "stays"),
        (sealed_secrets.SEALED_SECRETS_SOURCE, sealed(2, 2, UNSEALED), "ok", "lost without warning"),
        (sealed_secrets.SEALED_SECRETS_SOURCE, sealed(3, 2, UNSEALED), "busy", "lost without warning"),
    ],
)
def test_the_state_of_a_source_says_what_becomes_of_an_edit(
    source: Source, obj: Obj, verdict: str, edit: str
) -> None:
    found = source.state(obj, secret())
    assert (found.verdict, edit in found.edit) == (verdict, True), found


def test_a_certificate_that_cannot_be_renewed_says_why_first_and_when_it_is_tried_again() -> None:
    failed = condition("Issuing", "False", "Failed") | {"message": "made-up words of the issuer"}
    times = {"lastFailureTime": BEFORE, "failedIssuanceAttempts": 3, "renewalTime": "2001-01-01T00:00:00Z"}
    found = CERTIFICATE.state(certificate(1, READY, failed, **times), secret())
    assert found.verdict == "in error" and found.next == (parse_time(BEFORE) or 0) + 4 * 3600
    assert found.facts[0] == ("last issuance", "Failed: made-up words of the issuer")
    silent = CERTIFICATE.state(certificate(1, READY, failedIssuanceAttempts=1), secret())
    assert (silent.verdict, silent.facts[0][1]) == ("in error", "Failed: the Certificate gives no reason")


def test_the_next_refresh_is_the_last_one_and_its_interval() -> None:
    found = EXTERNAL.state({**es(BEFORE, GOOD), "spec": {"refreshInterval": "1h30m"}}, secret())
    assert found.last is not None and found.next == found.last + 5400
    assert EXTERNAL.state({**es(BEFORE, GOOD), "spec": {"refreshPolicy": "OnChange"}}, secret()).next is None


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("obj", [{}, {"spec": None, "status": "odd"}, {"metadata": {"annotations": []}}])
def test_a_source_object_of_an_odd_shape_is_read_without_error(source: Source, obj: Obj) -> None:
    assert source.state(obj, secret()).verdict in ("not known", "ok", "busy")
    assert source.remote(obj, "password") is None
    for one in source.offers(obj, secret()):
        if isinstance(one, SourceAction):
            assert one.progress(obj, obj, REQUEST).kind == "waiting"


def test_an_error_says_since_when_and_a_failed_operation_why() -> None:
    failed = condition("Ready", "False", "BuildFailed", lastTransitionTime=BEFORE)
    assert ("in error since", BEFORE) in FLUX.state({"status": {"conditions": [failed]}}, secret()).facts
    busy = condition("Issuing", "True", "Renewing", lastTransitionTime=BEFORE)
    found = CERTIFICATE.state({"status": {"conditions": [busy]}}, secret())
    assert ("since", BEFORE) in found.facts
    ended = {"phase": "Failed", "message": "one or more objects failed to apply"}
    app = argo_cd.ARGO_CD_SOURCE.state({"status": {"operationState": ended}}, secret())
    assert ("last operation", "Failed: one or more objects failed to apply") in app.facts
