"""Controllers that act when a Secret changes: restart a workload, reconcile at once, read it by a label."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pytest
from msgspec import convert

from tests.model.pods import pod
from tests.model.test_effects import ENV
from tui.model.api_object import ApiKind
from tui.model.readers.controllers import CONTROLLERS, SecretMeta, by_label, restarted_by, when_seen
from tui.model.readers.objects import object_source
from tui.model.readers.reader import ChangeKind, Reader, ReaderInfo
from tui.model.readers.rules.registry import rules_by_kind
from tui.model.readers.workloads import WORKLOADS
from tui.model.rollout.effects import effects_on
from tui.model.rollout.restart import annotations_of
from tui.model.secret.secret import SecretRef

REF: Final = SecretRef("default", "s")
RELOADER: Final = "reloader.stakater.com"
FLUX: Final = {"reconcile.fluxcd.io/watch": "Enabled"}
POSTGRES: Final = {"cnpg.io/reload": ""}
RULES: Final = rules_by_kind()


def object_of(group: str, kind: str, spec: dict[str, Any]) -> ReaderInfo:
    source = object_source(ApiKind(group, "v1", f"{kind.lower()}s", kind), RULES[group, kind])
    return source.read({"metadata": {"name": "made", "namespace": "default"}, "spec": spec})


def release() -> ReaderInfo:
    chart = {"spec": {"verify": {"secretRef": {"name": "s"}}}}
    spec = {"valuesFrom": [{"kind": "Secret", "name": "s", "valuesKey": "password"}], "chart": chart}
    return object_of("helm.toolkit.fluxcd.io", "HelmRelease", spec)


def vault(kind: str = "VaultStaticSecret", **spec: Any) -> ReaderInfo:
    targets = [{"kind": "Deployment", "name": "web"}, {"kind": "argo.Rollout", "name": "shop"}]
    return object_of(
        "secrets.hashicorp.com",
        kind,
        {"destination": {"name": "s"}, "rolloutRestartTargets": targets, **spec},
    )


RESTARTS: Final[list[tuple[dict[str, str], dict[str, str], str]]] = [
    ({}, {}, ""),
    ({f"{RELOADER}/auto": "true"}, {}, "Reloader"),
    ({f"secret.{RELOADER}/reload": "a, s"}, {}, "Reloader"),
    ({f"{RELOADER}/auto": "false"}, {}, ""),
    ({f"{RELOADER}/auto": "true", f"secrets.exclude.{RELOADER}/reload": "s"}, {}, ""),
    ({f"{RELOADER}/auto": "true"}, {f"{RELOADER}/ignore": "true"}, ""),
    ({f"{RELOADER}/search": "true"}, {f"{RELOADER}/match": "true"}, "Reloader"),
    ({"vso.secrets.hashicorp.com/restartedAt": "then"}, {}, "Vault Secrets Operator"),
]
"""Annotations of a workload and of the Secret, and who restarts it."""


@pytest.mark.parametrize(("workload", "secret", "found"), RESTARTS)
def test_a_workloads_annotations_tell_who_restarts_it(
    workload: dict[str, str], secret: dict[str, str], found: str
) -> None:
    """Check the whole object, and what is kept of an object that is only a reader."""
    own = {"metadata": {"annotations": workload}}
    source = WORKLOADS[0]
    for obj in (own, {"metadata": {}, "spec": {"template": own}}):
        kept: Any = source.read(convert(obj, source.shape))
        for noted in (annotations_of(obj), dict(kept.annotations)):
            by = restarted_by(("Deployment", "web"), noted, SecretMeta(REF, {}, secret))
            assert (by.name if by is not None else "") == found


@pytest.mark.parametrize("kind", ["VaultStaticSecret", "VaultDynamicSecret", "VaultPKISecret"])
def test_a_vault_object_names_the_workloads_that_it_restarts(kind: str) -> None:
    assert vault(kind).restarts == (("Deployment", "web"), ("Rollout", "shop"))
    assert vault(kind, rolloutRestartTargets="odd").restarts == ()


def test_the_vault_operator_restarts_nothing_if_it_does_not_compare_values() -> None:
    assert vault(hmacSecretData=False).restarts == ()
    assert vault(hmacSecretData=True).restarts


def review_sentences(
    *infos: ReaderInfo,
    change: ChangeKind = "changed",
    labels: Mapping[str, str] | None = None,
    restarted: tuple[tuple[str, str], ...] = (),
) -> list[str]:
    """Sentences of the review, one for each use."""
    meta = SecretMeta(REF, labels, restarted=frozenset(restarted))
    readers = [Reader(info, use) for info in infos for use in info.uses if use.secret == "s"]
    key = None if change == "deleted" else "password"
    return [effect.sentence for _, effect in effects_on(readers, change, meta, key)]


def test_the_pod_of_a_vault_restart_target_says_so_though_its_workload_is_not_listed() -> None:
    web, other = (pod(f"{name}-1", ENV, controller=("Deployment", name)) for name in ("web", "other"))
    sentences = review_sentences(web, other, restarted=vault().restarts)
    assert sentences[0].endswith("; Vault Secrets Operator restarts it when writing the Secret")
    assert sentences[1] == "old value until a restart"


def test_a_release_with_the_watch_label_is_reconciled_at_once() -> None:
    values, verified = review_sentences(release(), labels=FLUX)
    assert values == "Flux reconciles it at once"
    assert verified == "by its controller, at the next reconcile"
    for labels in ({}, {"reconcile.fluxcd.io/watch": "Disabled"}):
        [values, _] = review_sentences(release(), labels=labels)
        assert values.endswith(
            "next reconcile; at once if the Secret has label reconcile.fluxcd.io/watch=Enabled"
        )
    assert review_sentences(release(), labels=None)[0] == "by its controller, at the next reconcile"


def test_a_flux_release_fails_at_once_without_its_secret_if_the_secret_is_watched() -> None:
    assert review_sentences(release(), change="deleted", labels=FLUX)[0].endswith(
        "; Flux reconciles it at once"
    )
    assert "Flux" not in review_sentences(release(), change="deleted", labels={})[0]
    assert review_sentences(release(), change="removed", labels=FLUX)[0].startswith(
        "may FAIL: it reads this key; Flux"
    )


@pytest.mark.parametrize("kind", ["Cluster", "Pooler", "DatabaseRole"])
def test_cloudnativepg_reconciles_at_once_by_its_label_even_if_the_label_is_empty(kind: str) -> None:
    cluster = object_of("postgresql.cnpg.io", kind, {"passwordSecret": {"name": "s"}})
    [use] = [use for use in cluster.uses if use.secret == "s"]
    assert when_seen(cluster, use, SecretMeta(REF, POSTGRES)) == "CloudNativePG reconciles it at once"
    unlabeled = when_seen(cluster, use, SecretMeta(REF, {}))
    assert unlabeled.endswith("at once if the Secret has label cnpg.io/reload")


def test_a_label_can_say_that_a_project_reads_the_secret() -> None:
    [reader] = by_label(REF, {"argocd.argoproj.io/secret-type": "repository", "app": "web"})
    assert (reader.info.title, reader.use.how()) == (
        "Argo CD",
        "label argocd.argoproj.io/secret-type=repository",
    )
    assert [one.info.title for one in by_label(REF, FLUX | POSTGRES)] == []
    for change in ("changed", "removed", "deleted"):
        [(_, effect)] = effects_on([reader], change, SecretMeta(REF), "password")
        assert effect.sentence.startswith("within seconds" if change == "changed" else "may FAIL")


def test_each_controller_of_the_table_does_something() -> None:
    restarts = {found for _, _, found in RESTARTS}
    for one in CONTROLLERS:
        if one.restarts is not None:
            assert one.annotations and one.name in restarts, f"none of RESTARTS is {one.name}"
        else:
            assert one.label and (one.reads or one.kinds), one.name
