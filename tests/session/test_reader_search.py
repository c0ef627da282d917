"""Search for readers in all kinds: only when asked for, its gaps by kind, never a wrong "none"."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.embedded.kinds import GROUP, definition, key
from tests.helpers import eventually
from tests.session.cluster_session import MINE, ClusterSession, cluster_session, pod_object, secret_object
from tui.cluster.api import paging
from tui.cluster.api.list_watch import STEADY
from tui.embedded.users import Rule
from tui.model.secret.secret import SecretRef
from tui.model.settings.settings import OwnReader
from tui.session.cache import reader_search
from tui.session.cache.readers import usage_of
from tui.session.health.known import secret_meta
from tui.session.marks import lack_words, lacks
from tui.session.rights_report import rights_report

OTHER = SecretRef("default", "other")
KINDS = {
    "deployments": ("apps/v1", "Deployment"),
    "statefulsets": ("apps/v1", "StatefulSet"),
    "daemonsets": ("apps/v1", "DaemonSet"),
    "replicasets": ("apps/v1", "ReplicaSet"),
    "replicationcontrollers": ("v1", "ReplicationController"),
    "jobs": ("batch/v1", "Job"),
    "cronjobs": ("batch/v1", "CronJob"),
}

DAEMONS = {
    "resource": "daemonsets",
    "responseKind": {"kind": "DaemonSet"},
    "scope": "Namespaced",
    "verbs": ["list"],
}


def workload(kind: str, name: str, *secrets: str, **spec: Any) -> dict[str, Any]:
    """Workload whose one container takes whole Secrets into its environment."""
    env = [{"secretRef": {"name": secret}} for secret in secrets]
    template = {"template": {"spec": {"containers": [{"name": "main", "image": "redis", "envFrom": env}]}}}
    return {
        "apiVersion": next(api for api, one in KINDS.values() if one == kind),
        "kind": kind,
        "metadata": {"name": name, "namespace": "default"},
        "spec": {"jobTemplate": {"spec": template}} if kind == "CronJob" else template | spec,
    }


STORY = (
    secret_object("mysecret", {"username": b"admin", "password": b"made-up"}),
    secret_object("other", {"a": b"1"}),
    pod_object("mypod", "mysecret"),
    workload("Deployment", "web", "mysecret", replicas=0),
    workload("CronJob", "backup", "mysecret"),
)


def _defined(group: str, kind: str, plural: str) -> dict[str, Any]:
    found = definition()
    found["metadata"]["name"] = f"{plural}.{group}"
    found["spec"] |= {"group": group, "names": {"kind": kind, "plural": plural}}
    return found


async def searched(here: ClusterSession) -> None:
    """Search the namespace, and wait for the end."""
    await eventually(lambda: here.session.readers.state.is_complete, "the pods")
    here.session.search_readers("default")
    await eventually(lambda: here.session.readers.search.phase == "ended", "the end of the search")
    await eventually(lambda: not here.session.readers.search.is_running, "the last list")


def titles(here: ClusterSession, ref: SecretRef = MINE) -> list[str]:
    return [reader.info.title for reader in here.session.readers.of(ref)]


async def test_nothing_but_pods_is_asked_for_before_somebody_searches() -> None:
    async with cluster_session(story=STORY) as here:
        await eventually(lambda: here.session.readers.state.is_live, "live readers")
        assert not here.asked("GET", "/apis")
        assert titles(here) == ["mypod"]
        assert usage_of(here.session.readers)(OTHER) == "not known"
        assert {gap.why for gap in here.session.readers.gaps} == {"not looked at"}
        await searched(here)
        assert titles(here) == ["mypod", "Deployment/web", "CronJob/backup"]
        here.home.store.put(workload("Deployment", "web", "other"))
        await eventually(lambda: titles(here, OTHER) == ["Deployment/web"], "that workloads are followed")
        assert usage_of(here.session.readers)(OTHER) == "in use"


async def test_each_right_taken_away_is_one_gap_and_never_a_wrong_none() -> None:
    for resource, (api, _kind) in KINDS.items():
        group = api.rpartition("/")[0]
        refused = Rule(("list", "watch", "get"), ("secrets", "pods", "namespaces"))
        others = Rule(
            ("list", "watch"), tuple(sorted(KINDS.keys() - {resource})), groups=("", "apps", "batch")
        )
        async with cluster_session(story=STORY, user="oncall", users={"oncall": [refused, others]}) as here:
            await searched(here)
            name = f"{resource}.{group}" if group else resource
            gaps = {gap.what: gap for gap in here.session.readers.gaps}
            assert gaps[name].why == "refused"
            assert f"list {resource} in namespace default" in gaps[name].sentence
            assert usage_of(here.session.readers)(OTHER) == "not known"


async def test_kinds_with_and_without_rules_are_searched_and_producers_are_told_apart() -> None:
    story = (
        *STORY,
        secret_object("made", {"tls.crt": b"made-up"}),
        definition(),
        key("signing", secretName="other"),
        {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "Ingress",
            "metadata": {"name": "shop", "namespace": "default"},
            "spec": {"tls": [{"secretName": "mysecret"}]},
        },
        _defined("cert-manager.io", "Certificate", "certificates"),
        {
            "apiVersion": "cert-manager.io/v1",
            "kind": "Certificate",
            "metadata": {"name": "shop", "namespace": "default"},
            "spec": {"secretName": "made"},
        },
    )
    async with cluster_session(story=story) as here:
        await searched(here)
        readers = here.session.readers
        assert readers.gaps == ()
        assert titles(here) == ["mypod", "Deployment/web", "CronJob/backup", "Ingress/shop"]
        assert titles(here, OTHER) == ["Key/signing"]
        (guessed,) = readers.of(OTHER)
        assert "found by field name" in guessed.use.notes
        made = SecretRef("default", "made")
        assert [one.info.title for one in readers.producers_of(made)] == ["Certificate/shop"]
        assert usage_of(readers)(made) == "no reader found", "what writes it does not read it"
        here.home.store.delete("ingresses.networking.k8s.io", "default", "shop")
        here.session.search_readers("default")
        await eventually(lambda: "Ingress/shop" not in titles(here), "the second search")


def _custom(group: str, kind: str, name: str, namespace: str = "default", **spec: Any) -> dict[str, Any]:
    meta = {"name": name, "namespace": namespace}
    return {"apiVersion": f"{group}/v1", "kind": kind, "metadata": meta, "spec": spec}


FLUX, ESO, VSO = "helm.toolkit.fluxcd.io", "external-secrets.io", "secrets.hashicorp.com"
RELEASES, PUSHES = (
    _defined(FLUX, "HelmRelease", "helmreleases"),
    _defined(ESO, "PushSecret", "pushsecrets"),
)
CHOSEN = {"secret": {"selector": {"matchLabels": {"app": "shop"}}}}


@pytest.mark.parametrize(
    ("more", "gap"),
    [
        ((RELEASES, _custom(FLUX, "HelmRelease", "shop")), ""),
        ((RELEASES, _custom(FLUX, "HelmRelease", "shop", values={"a": 1})), ""),
        ((PUSHES, _custom(ESO, "PushSecret", "shop", selector={"secret": {"name": "mysecret"}})), ""),
        (
            (PUSHES, _custom(ESO, "PushSecret", "shop", selector=CHOSEN)),
            f"pushsecrets.{ESO} that choose Secrets by labels",
        ),
    ],
    ids=["no values", "values", "by name", "by labels"],
)
async def test_an_object_that_chooses_secrets_by_labels_is_a_gap(
    more: tuple[dict[str, Any], ...], gap: str
) -> None:
    async with cluster_session(story=(*STORY, *more)) as here:
        await searched(here)
        assert [(one.what, one.why) for one in here.session.readers.gaps] == (
            [(gap, "not looked at")] if gap else []
        )
        assert usage_of(here.session.readers)(OTHER) == ("not known" if gap else "no reader found")


async def test_a_label_that_says_who_reads_a_secret_is_a_reader() -> None:
    labels = {"argocd.argoproj.io/secret-type": "repository"}
    story = (*STORY, secret_object("repo", {"url": b"made-up"}, metadata={"labels": labels}))
    repo = SecretRef("default", "repo")
    async with cluster_session(story=story) as here:
        await here.listed()
        assert titles(here, repo) == ["Argo CD"] and here.session.readers.count(repo) == 1
        assert usage_of(here.session.readers)(repo) == "in use"
        await searched(here)
        assert usage_of(here.session.readers)(OTHER) == "no reader found"
        assert sum(here.session.readers.counts(repo).values()) == here.session.readers.count(repo) == 1
        here.home.store.put(secret_object("repo", {"url": b"made-up"}))
        await eventually(lambda: titles(here, repo) == [], "that the label is gone")
        assert usage_of(here.session.readers)(repo) == "no reader found"


async def test_an_object_that_writes_a_secret_names_the_workloads_that_it_restarts() -> None:
    targets = [{"kind": "Deployment", "name": "web"}]
    vault = _custom(
        VSO, "VaultStaticSecret", "db", destination={"name": "mysecret"}, rolloutRestartTargets=targets
    )
    async with cluster_session(
        story=(*STORY, _defined(VSO, "VaultStaticSecret", "vaultstaticsecrets"), vault)
    ) as here:
        await here.listed()
        assert secret_meta(here.session, MINE).restarted == frozenset()
        await searched(here)
        assert secret_meta(here.session, MINE).restarted == {("Deployment", "web")}
        assert secret_meta(here.session, OTHER).restarted == frozenset()


async def test_a_workload_whose_pods_read_the_secret_counts_once() -> None:
    owned = pod_object("web-1", "mysecret")
    owned["metadata"] |= {"ownerReferences": [{"kind": "StatefulSet", "name": "db", "controller": True}]}
    async with cluster_session(story=(*STORY, owned, workload("StatefulSet", "db", "mysecret"))) as here:
        await searched(here)
        readers = here.session.readers
        assert titles(here).count("StatefulSet/db") == 1
        assert readers.count(MINE) == sum(readers.counts(MINE).values()) == 4


async def test_a_kind_that_may_name_other_namespaces_is_read_in_all_or_that_is_a_gap() -> None:
    story = (
        *STORY,
        {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "Ingress",
            "metadata": {
                "name": "far",
                "namespace": "web",
                "annotations": {"nginx.ingress.kubernetes.io/auth-tls-secret": "default/other"},
            },
            "spec": {},
        },
    )
    async with cluster_session(story=story) as here:
        await searched(here)
        assert titles(here, OTHER) == ["Ingress/far"]
    everything = Rule(("*",), ("*",), namespaces=("default",), groups=("*",))
    async with cluster_session(story=story, user="oncall", users={"oncall": [everything]}) as here:
        await searched(here)
        assert titles(here, OTHER) == []
        gaps = {gap.what: gap.sentence for gap in here.session.readers.gaps}
        assert "list ingresses in all namespaces" in gaps["ingresses.networking.k8s.io of other namespaces"]
        assert "list persistentvolumes in this cluster" in gaps["persistentvolumes"]
        words = {held.right.words for held in rights_report(here.session, None)}
        assert "list persistentvolumes in this cluster" in words
        assert usage_of(here.session.readers)(OTHER) == "not known"


def mentioned(here: ClusterSession, ref: SecretRef = OTHER) -> dict[str, str]:
    """Objects that mention the Secret's name, with the field."""
    return {one.info.title: one.use.how() for one in here.session.readers.mentions_of(ref)}


async def test_a_name_in_a_field_that_no_rule_knows_is_a_mention_and_never_no_reader() -> None:
    story = (*STORY, definition(), key("signing", databases={"main": "other"}))
    async with cluster_session(story=story) as here:
        await searched(here)
        assert mentioned(here) == {"Key/signing": "spec.databases.main"}
        assert titles(here, OTHER) == [] and here.session.readers.count(OTHER) == 0
        assert usage_of(here.session.readers)(OTHER) == "mentioned"
        assert here.session.readers.gaps_of(OTHER) == ()
        here.home.store.put(key("signing"))
        here.session.search_readers("default")
        await eventually(lambda: not mentioned(here), "the second search")
        await eventually(lambda: usage_of(here.session.readers)(OTHER) == "no reader found", "its end")


@pytest.mark.parametrize(
    ("spec", "is_meant"),
    [
        ({"values": {"auth": {"existingSecret": "other"}}}, False),
        ({"values": {"auth": {"existingSecret": "other"}}, "targetNamespace": "default"}, True),
        ({"values": {"url": "vault://default/other#key"}}, True),
    ],
    ids=["another namespace", "target namespace", "with its namespace"],
)
async def test_an_object_of_another_namespace_means_the_secret_only_with_its_namespace(
    spec: dict[str, Any], is_meant: bool
) -> None:
    release = _custom(FLUX, "HelmRelease", "far", "web", **spec)
    async with cluster_session(story=(*STORY, RELEASES, release)) as here:
        await searched(here)
        assert list(mentioned(here)) == (["HelmRelease/far"] if is_meant else [])
        assert usage_of(here.session.readers)(OTHER) == ("mentioned" if is_meant else "no reader found")
        assert here.session.readers.gaps == ()


async def test_a_secret_that_is_newer_than_the_search_is_not_called_unread() -> None:
    story = (*STORY, definition(), key("signing", any="newer"))
    newer = SecretRef("default", "newer")
    async with cluster_session(story=story) as here:
        await searched(here)
        here.home.store.put(secret_object("newer", {"a": b"1"}))
        await eventually(lambda: here.session.secrets.get(newer) is not None, "the new Secret")
        assert usage_of(here.session.readers)(newer) == "not known"
        assert [gap.what for gap in here.session.readers.gaps_of(newer)] == [
            "custom resources for the name newer"
        ]
        here.fault("delay", method="GET", path="*/keys", seconds=3600.0)
        here.session.search_readers("default")
        await eventually(lambda: len(here.asked("GET", "/keys?")) == 2, "the second search")
        assert usage_of(here.session.readers)(newer) == "not known", "before it ends"
        here.home.faults.clear()
        await searched(here)
        await eventually(
            lambda: mentioned(here, newer) == {"Key/signing": "spec.any"}, "the same object again"
        )
        assert usage_of(here.session.readers)(newer) == "mentioned"


async def test_config_maps_and_literal_variables_are_searched_when_more_is_asked_for() -> None:
    config = {
        "kind": "ConfigMap",
        "metadata": {"name": "app", "namespace": "default"},
        "data": {"app.yaml": "login:\n  secret: other\n"},
    }
    literal = workload("Deployment", "cli")
    container = literal["spec"]["template"]["spec"]["containers"][0]
    container |= {"args": ["--secret=other"], "env": [{"name": "A", "value": "x"}]}
    owned, alone = pod_object("cli-1"), pod_object("alone")
    owned["metadata"]["ownerReferences"] = [{"kind": "ReplicaSet", "name": "cli", "controller": True}]
    owned["spec"]["containers"][0]["args"] = ["--secret=other"]
    alone["spec"]["containers"][0]["env"] = [{"name": "A", "value": "default/other"}]
    async with cluster_session(story=(*STORY, config, literal, owned, alone)) as here:
        await searched(here)
        assert not here.asked("GET", "/configmaps")
        assert usage_of(here.session.readers)(OTHER) == "no reader found"
        here.session.search_more("default")
        search = here.session.readers.search
        await eventually(lambda: search.phase == "ended" and not search.is_running, "the search")
        await eventually(lambda: len(mentioned(here)) == 3, "the texts")
        assert mentioned(here) == {
            "ConfigMap/app": "data['app.yaml']",
            "Deployment/cli": "spec.template.spec.containers[0].args[0]",
            "Pod/alone": "spec.containers[0].env[0].value",
        }
        assert usage_of(here.session.readers)(OTHER) == "mentioned"
        assert titles(here) == ["mypod", "Deployment/web", "CronJob/backup"]


async def test_names_are_looked_for_once_the_secrets_are_listed() -> None:
    story = (*STORY, definition(), key("signing", any="other"))
    async with cluster_session(story=story, start=False) as here:
        here.fault("delay", method="GET", path="*/secrets", seconds=3600.0, times=None)
        here.session.start()
        here.session.search_readers("default")
        await eventually(lambda: here.asked("GET", "/apis?") and here.asked("GET", "/cronjobs"), "the kinds")
        assert not here.asked("GET", "/keys"), "no name is known yet"
        here.home.faults.clear()
        search = here.session.readers.search
        await eventually(lambda: search.phase == "ended" and not search.is_running, "the search")
        assert mentioned(here) == {"Key/signing": "spec.any"}


async def test_a_kind_is_read_up_to_a_limit_in_all_namespaces_and_then_in_the_own_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reader_search, "MOST_MIB", 1)
    monkeypatch.setattr(paging, "PAGE_SIZE", 1)
    large = [key(f"k{number}", namespace="web", filler="x" * 700_000) for number in range(4)]
    story = (*STORY, definition(), *large, key("mine", any="mysecret"))
    async with cluster_session(story=story) as here:
        await searched(here)
        assert [(gap.what, gap.why) for gap in here.session.readers.gaps] == [
            (f"keys.{GROUP} of other namespaces", "stopped")
        ]
        assert "Stopped after 1 MiB of keys" in here.session.readers.gaps[0].sentence
        assert mentioned(here, MINE) == {"Key/mine": "spec.any"}
        assert usage_of(here.session.readers)(OTHER) == "not known"
    large = [key(f"k{number}", filler="x" * 700_000) for number in range(4)]
    async with cluster_session(story=(*STORY, definition(), *large)) as here:
        await searched(here)
        assert (f"keys.{GROUP} after 1 MiB", "stopped") in [
            (gap.what, gap.why) for gap in here.session.readers.gaps
        ]
        assert usage_of(here.session.readers)(OTHER) == "not known"


async def test_reader_fields_named_in_the_settings_are_searched() -> None:
    own = OwnReader(GROUP, "Key", "spec.sealedBy")
    story = (*STORY, definition(), key("signing", sealedBy="other"))
    async with cluster_session(story=story, own_readers=(own,)) as here:
        await searched(here)
        assert titles(here, OTHER) == ["Key/signing"]


async def test_a_former_revision_is_a_reader_but_lacks_no_key() -> None:
    owner = [{"kind": "Deployment", "name": "web", "controller": True}]
    former = workload("ReplicaSet", "web-1", replicas=0)
    former["metadata"]["ownerReferences"] = owner
    container = former["spec"]["template"]["spec"]["containers"][0]
    container["env"] = [{"name": "A", "valueFrom": {"secretKeyRef": {"name": "other", "key": "gone"}}}]
    async with cluster_session(story=(*STORY, former)) as here:
        await searched(here)
        assert titles(here, OTHER) == ["ReplicaSet/web-1"], "a rollback would need it"
        readers = here.session.readers
        assert lacks(readers, OTHER, ("a",)) == []


async def test_pods_that_wait_for_a_missing_key_come_before_workloads_that_will_fail() -> None:
    story = [*STORY, workload("Deployment", "both"), pod_object("alone")]
    for found in story[-2:]:
        spec = found["spec"].get("template", found)["spec"]
        spec["containers"][0]["env"] = [
            {"name": "A", "valueFrom": {"secretKeyRef": {"name": "other", "key": "gone"}}}
        ]
    async with cluster_session(story=story) as here:
        await searched(here)
        lacking = lacks(here.session.readers, OTHER, ("a",))
        assert lack_words(lacking) == [
            "alone fails: no key gone",
            "both fails at the next start: no key gone",
        ]


async def test_kinds_are_unread_if_the_server_does_not_list_them() -> None:
    async with cluster_session(story=STORY) as here:
        here.fault("garbage", method="GET", path="/apis", body=b'{"kind":"APIGroupList","groups":[]}')
        await searched(here)
        assert [(gap.what, gap.why) for gap in here.session.readers.gaps] == [("other kinds", "failed")]
        assert usage_of(here.session.readers)(OTHER) == "not known"


async def test_a_group_whose_own_server_is_down_is_unread_unless_it_names_no_secrets() -> None:
    stale = [
        {"metadata": {"name": group}, "versions": [{"version": "v1", "freshness": "Stale"}]}
        for group in ("metrics.k8s.io", "made-up.example")
    ]
    groups = [*stale, {"metadata": {"name": "apps"}, "versions": [{"version": "v1", "resources": [DAEMONS]}]}]
    body = json.dumps({"kind": "APIGroupDiscoveryList", "items": groups}).encode()
    async with cluster_session(story=STORY) as here:
        here.fault("garbage", method="GET", path="/apis", body=body)
        await searched(here)
        assert [(gap.what, gap.why) for gap in here.session.readers.gaps] == [
            ("kinds of made-up.example", "failed")
        ]
        assert usage_of(here.session.readers)(OTHER) == "not known"


async def test_all_namespaces_are_searched_if_all_are_open_also_in_a_read_only_run() -> None:
    far = workload("Deployment", "far", "mysecret")
    far["metadata"]["namespace"] = "web"
    async with cluster_session(story=(*STORY, far), namespace=None, read_only=True) as here:
        here.session.search_readers(None)
        search = here.session.readers.search
        await eventually(lambda: search.phase == "ended" and not search.is_running, "the search")
        await eventually(lambda: here.session.readers.state.is_complete, "the pods")
        assert here.session.readers.gaps == ()
        web = SecretRef("web", "mysecret")
        assert titles(here, web) == ["Deployment/far"]
        assert "/apis/apps/v1/deployments" in {seen.path for seen in here.home.requests}


async def test_kinds_that_an_outage_kept_unread_are_searched_again_once_the_cluster_answers() -> None:
    async with cluster_session(story=STORY) as here:
        await eventually(lambda: here.session.readers.state.is_live)
        here.clock.advance(STEADY)
        here.fault("status", path="*", code=503, times=None)
        here.home.end_watches()
        await eventually(lambda: here.session.link.is_lost)
        await searched(here)
        assert usage_of(here.session.readers)(OTHER) == "not known"
        here.home.faults.clear()
        await here.in_time(lambda: usage_of(here.session.readers)(OTHER) == "no reader found")
