"""Managers of a Secret: each sign by itself, and which sign goes first."""

from __future__ import annotations

import pytest

from tui.model.managers.detect import manager_of, origin
from tui.model.managers.registry import EXTERNAL_SECRETS, MANAGERS, Manager
from tui.model.secret.secret import Owner

SA = "kubernetes.io/service-account-token"
HELM = "helm.sh/release.v1"


@pytest.mark.parametrize(
    ("labels", "notes", "managers", "who"),
    [
        ({}, {}, [], None),
        ({"reconcile.external-secrets.io/managed": "true"}, {}, [], "External Secrets"),
        (
            {"reconcile.external-secrets.io/managed": "true"},
            {},
            ["kubectl", "externalsecrets.external-secrets.io/db"],
            "ExternalSecret/db",
        ),
        ({}, {"reconcile.external-secrets.io/data-hash": "x"}, [], "External Secrets"),
        ({}, {}, ["externalsecrets.external-secrets.io/sha3/0a1b"], "External Secrets"),
        ({"controller.cert-manager.io/fao": "true"}, {}, [], "cert-manager"),
        ({"sealedsecrets.bitnami.com/sealed-secrets-key": "active"}, {}, [], "Sealed Secrets"),
        (
            {"app.kubernetes.io/managed-by": "Helm"},
            {"meta.helm.sh/release-name": "payments"},
            ["helm"],
            "Helm/payments",
        ),
        ({}, {"meta.helm.sh/release-name": "payments"}, [], None),
        ({}, {"argocd.argoproj.io/tracking-id": "orders:/Secret:shop/db"}, [], "Argo CD/orders"),
        ({"applications.argoproj.io/app-name": "orders"}, {}, [], "Argo CD/orders"),
        ({"app.kubernetes.io/instance": "orders"}, {}, [], None),
        ({"app.kubernetes.io/instance": "orders"}, {}, ["argocd-controller"], "Argo CD/orders"),
        (
            {"app.kubernetes.io/instance": "orders", "app.kubernetes.io/managed-by": "Helm"},
            *({}, ["argocd-controller"], "Argo CD/orders"),
        ),
        ({"app.kubernetes.io/instance": "orders"}, {}, ["kustomize-controller"], "Flux"),
        ({"argocd.argoproj.io/secret-type": "cluster"}, {}, [], None),
        ({"kustomize.toolkit.fluxcd.io/name": "apps"}, {}, [], "Flux/apps"),
        ({}, {}, ["kubectl-edit", "kustomize-controller"], "Flux"),
        ({"app.kubernetes.io/managed-by": "hashicorp-vso"}, {}, [], "Vault Secrets Operator"),
        ({}, {"reflector.v1.k8s.emberstack.com/reflects": "a/b"}, [], "Reflector"),
        ({}, {"replicator.v1.mittwald.de/replicate-to": "b"}, [], None),
        ({"app.kubernetes.io/managed-by": "pulumi"}, {}, ["pulumi-kubernetes-1a2b"], "Pulumi"),
        ({"app.kubernetes.io/managed-by": "pulumi"}, {}, [], "Pulumi"),
        ({}, {}, ["pulumi-kubernetes"], "Pulumi"),
        ({"app.kubernetes.io/managed-by": "argo-rollouts"}, {}, ["rollouts"], "argo-rollouts"),
        ({}, {}, ["kubectl-edit", "HashiCorp"], "Terraform"),
        ({}, {}, ["Terraform"], "Terraform"),
        ({"application": "spilo"}, {}, ["postgres-operator"], "Zalando Postgres operator"),
        ({}, {}, ["postgres-operator"], None),
        (
            {
                "app.kubernetes.io/managed-by": "kyverno",
                "generate.kyverno.io/policy-name": "sync-secrets",
                "kustomize.toolkit.fluxcd.io/name": "copied-with-the-source",
            },
            *({}, ["kyverno"], "Kyverno/sync-secrets"),
        ),
        ({"app.kubernetes.io/managed-by": ""}, {}, [], None),
        ({}, {}, ["kubectl-client-side-apply", "kubectl-edit", "secret-tui", "before-first-apply"], None),
    ],
)
def test_each_sign_names_its_manager(
    labels: dict[str, str], notes: dict[str, str], managers: list[str], who: str | None
) -> None:
    assert manager_of("Opaque", labels, notes, (), managers) == who


@pytest.mark.parametrize("row", MANAGERS, ids=lambda row: row.name)
def test_each_sign_of_a_row_leads_to_its_manager(row: Manager) -> None:
    label, _, value = row.needs.partition("=")
    needed = {label: value or "made-up"} if label else {}
    for sign in (*row.marks, *row.names):
        who = manager_of("Opaque", needed | {sign: needed.get(sign, "made-up")}, {}, (), [])
        assert who in (row.name, f"{row.name}/made-up"), sign
    for writer in row.writers if row is not EXTERNAL_SECRETS else ():  # whose writers name the object
        assert manager_of("Opaque", needed, {}, (), [writer]) in (row.name, f"{row.name}/made-up"), writer


def test_a_controller_goes_before_everything() -> None:
    labels = {"app.kubernetes.io/managed-by": "Helm", "reconcile.external-secrets.io/managed": "true"}
    owners = [Owner("Pod", "p"), Owner("ExternalSecret", "db", is_controller=True)]
    assert manager_of(SA, labels, {}, owners, ["helm"]) == "ExternalSecret/db"
    assert manager_of("Opaque", {}, {}, owners[:1], []) is None


def test_special_signs_go_before_field_managers_and_general_labels() -> None:
    general = {"app.kubernetes.io/managed-by": "Helm"}
    assert (
        manager_of("Opaque", general, {"cert-manager.io/certificate-name": "w"}, (), ["helm"])
        == "cert-manager"
    )
    assert manager_of("Opaque", general, {}, (), ["argocd-controller"]) == "Argo CD"


def test_types_that_the_system_writes_have_their_manager() -> None:
    assert manager_of(SA, {}, {}, (), []) == "service account token controller"
    assert manager_of(HELM, {"owner": "helm", "name": "web"}, {}, (), ["helm"]) == "Helm/web"
    assert manager_of(HELM, {}, {}, (), []) == "Helm"


@pytest.mark.parametrize(
    ("of_type", "manager", "made_by"),
    [
        ("Opaque", None, "kubectl or an API client"),
        (SA, "service account token controller", "the system"),
        ("Opaque", "OpenShift service-ca", "the system"),
        ("Opaque", "OpenShiftBackup/x", "OpenShiftBackup/x"),
        ("Opaque", "ExternalSecret/db", "ExternalSecret/db"),
        ("bootstrap.kubernetes.io/token", None, "kubeadm or kubectl"),
        (HELM, "Helm/web", "Helm/web"),
    ],
)
def test_the_origin_of_a_secret_is_its_manager_the_system_or_kubectl(
    of_type: str, manager: str | None, made_by: str
) -> None:
    assert origin(of_type, manager) == made_by
