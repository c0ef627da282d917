"""Search of all kinds for readers of a Secret: started by a key, grouped by owner, gaps last."""

from __future__ import annotations

from typing import Any

import pytest

from tests.embedded.kinds import definition, deployment, key
from tests.ui.person import MINE, Person, in_secret, secret_object, sitting_at
from tui.embedded.users import Rule
from tui.model.secret.secret import SecretRef

pytestmark = pytest.mark.slow

OTHER = SecretRef("default", "other")
_ENV = [{"name": "PASSWORD", "valueFrom": {"secretKeyRef": {"name": "mysecret", "key": "password"}}}]


def owned_pod(name: str, owner: str) -> dict[str, Any]:
    """A pod of a Deployment, as its ReplicaSet makes it."""
    return {
        "kind": "Pod",
        "metadata": {
            "name": name,
            "namespace": "default",
            "labels": {"pod-template-hash": "7d9f"},
            "ownerReferences": [{"kind": "ReplicaSet", "name": f"{owner}-7d9f", "controller": True}],
        },
        "spec": {"containers": [{"name": "app", "image": "example.test/app", "env": _ENV}]},
    }


ACCOUNT = {
    "kind": "ServiceAccount",
    "metadata": {"name": "default", "namespace": "default"},
    "imagePullSecrets": [{"name": "pull"}],
}
INGRESS = {
    "apiVersion": "networking.k8s.io/v1",
    "kind": "Ingress",
    "metadata": {"name": "shop", "namespace": "default"},
    "spec": {"tls": [{"secretName": "mysecret", "hosts": ["shop.example"]}]},
}
CERTIFICATE = {
    "apiVersion": "cert-manager.io/v1",
    "kind": "Certificate",
    "metadata": {"name": "shop", "namespace": "default"},
    "spec": {"secretName": "mysecret"},
}


def _defined(group: str, kind: str) -> dict[str, Any]:
    """A kind, as its project installs it."""
    found, plural = definition(), f"{kind.lower()}s"
    found["metadata"]["name"] = f"{plural}.{group}"
    found["spec"] |= {"group": group, "names": {"kind": kind, "plural": plural}}
    return found


def _certificates() -> dict[str, Any]:
    return _defined("cert-manager.io", "Certificate")


STORY = (
    secret_object("mysecret", {"username": b"admin", "password": b"made-up"}),
    secret_object("other", {"a": b"1"}),
    owned_pod("web-7d9f-a", "web"),
    owned_pod("web-7d9f-b", "web"),
    deployment("web", "mysecret"),
    deployment("idle", "mysecret"),
    INGRESS,
)


async def searched(person: Person, ref: SecretRef = MINE) -> None:
    """Open a Secret's readers, and search all kinds."""
    await person.open(ref)
    await person.presses("p", f"Readers of {ref.name}", "pods only; p reads all kinds")
    await person.presses("p", "all kinds were read as of")


@pytest.mark.parametrize("size", [(80, 24), (200, 60)])
async def test_readers_are_listed_by_owner_and_the_last_line_says_what_was_read(
    size: tuple[int, int],
) -> None:
    async with in_secret(story=STORY, size=size) as person:
        await person.presses("p", "Deployment/web  2 pods", "pods only; p reads all kinds")
        assert "/apis" not in {seen.path for seen in person.cluster.requests}
        await person.presses("p", "Deployment/web  2 pods, 0/1 ready", "Deployment/idle", "Ingress/shop")
        await person.sees("all kinds were read as of", "4 readers: 2 pods, 1 deployment, 1 ingress")
        await person.presses("escape", "all kinds were read", at="#not-looked-at")
        await person.presses("escape", "READ BY", "4 readers")


async def test_a_review_searches_all_kinds_for_readers_of_the_changed_keys() -> None:
    async with in_secret(story=STORY, size=(120, 36)) as person:
        await person.edit("password", "made-up-2")
        await person.presses("w", "web  2  ", "pods only; p reads all kinds")
        await person.presses("p", "idle  1  ", "all kinds were read as of")


async def test_each_reader_of_a_namespace_is_listed_once() -> None:
    former = deployment("web-7d9f", "mysecret") | {"kind": "ReplicaSet"}
    former["metadata"]["ownerReferences"] = [{"kind": "Deployment", "name": "web", "controller": True}]
    pull = secret_object("pull", {".dockerconfigjson": b"{}"})
    async with sitting_at(story=(*STORY, former, ACCOUNT, pull), size=(120, 36)) as person:
        await searched(person)
        await person.presses("P", "Readers of default", "2 pods, 1 deployment, 1 ingress, 1 service account")
        table: Any = person.app.screen.query_one("#pod-table")
        named = [line.info.title for line in table.rows]
        assert sorted(named) == [
            "Deployment/idle",
            "Deployment/web",
            "Ingress/shop",
            "ServiceAccount/default",
            "web-7d9f-a",
            "web-7d9f-b",
        ]


async def test_a_secret_without_readers_is_shown_with_the_kinds_that_were_not_read() -> None:
    async with sitting_at(story=STORY, size=(120, 36)) as person:
        await searched(person, OTHER)
        await person.sees("No reader known.")
        await person.sees(
            "not read: ConfigMaps and literal variables (p reads them too)", "p read ConfigMaps"
        )
        unread = "not read: ConfigMaps and literal variables"
        await person.presses("escape", "no reader known (all kinds were read)", at="#key-readers")
        await person.reads("#not-looked-at", unread)
        await person.presses("D", "no reader known (all kinds were read)", unread, at="#about")
        await person.presses("escape p p", "everything was read as of")
        await person.sees_no("not read:")
        await person.sees_no("p read ConfigMaps")
        await person.sees_no("p all kinds")
        await person.sees("No reader known.")


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_a_name_in_a_field_that_no_rule_knows_is_shown_with_its_path_and_is_no_reader(
    size: tuple[int, int],
) -> None:
    story = (*STORY, definition(), key("signing", databases={"main": "other"}, hosts=["mysecret"]))
    async with sitting_at(story=story, size=size) as person:
        await person.open(OTHER)
        await person.presses(
            "p p", "1 object mentions this name", "Key/signing", "no reader known, 1 mention"
        )
        assert "spec.databases.main" in person.line_of("Key/signing")
        await person.sees("1 object mentions this name; it may be an ordinary word")
        await person.sees("all kinds were read as of")
        await person.put_cursor("#pod-table", "default/Key/signing/0")
        said = "Key/signing: spec.databases.main · Secret other · mentions this name; not known to read"
        await person.reads("#pods-about", said)
        await person.press("slash", *"databases", "enter")
        await person.sees("/databases")
        assert "spec.databases.main" in person.line_of("Key/signing")
        await person.presses("escape", "1 object mentions this name")
        await person.put_cursor("#pod-table", "default/Key/signing/0")
        await person.presses("enter", "Secrets named by Key/signing", "spec.hosts[0]", "mysecret")
        await person.presses("escape escape", "Read by: a", "no reader known", at="#key-readers")
        await person.reads("#not-looked-at", "an ordinary word: Key/signing spec.databases.main")
        await person.presses("D", "an ordinary word: Key/signing", at="#about")
        await person.presses("escape escape", "READ BY")
        line = person.line_of("other ")
        assert "mentioned" in line
        assert not line.split("other ")[0].rstrip().endswith("-"), "the mark of one without a reader"


async def test_a_review_shows_mentions_and_a_name_of_several_words_is_not_doubted() -> None:
    login = SecretRef("default", "db-login")
    story = (*STORY, secret_object("db-login", {"a": b"1"}), definition(), key("signing", any="x=db-login"))
    async with sitting_at(story=story, size=(120, 36)) as person:
        await searched(person, login)
        await person.sees("1 object mentions this name")
        assert "single word" not in person.text
        await person.press("escape")
        await person.edit("a", "made-up-2")
        await person.presses("w", "1 object mentions this name: Key/signing spec.any", "no reader known")


async def test_a_missing_right_changes_the_last_line_alone_and_nothing_is_called_unread() -> None:
    may = ("get", "list", "watch")
    kinds = ("secrets", "pods", "namespaces", "serviceaccounts", "persistentvolumes", "podtemplates")
    rules = [Rule(may, kinds), Rule(may, ("*",), groups=("apps", "networking.k8s.io"))]
    async with sitting_at(story=STORY, rules=rules, settles=False, size=(120, 36)) as person:
        await person.sees("mysecret")
        await person.open(OTHER)
        await person.presses("p p", "refused: ", "cronjobs.batch", "jobs.batch", "as of", at="#pods-about")
        await person.sees("no reader known")
        assert "names it" not in person.text
        assert "all kinds were read" not in person.text
        await person.press("escape", "escape", "A")
        await person.put_cursor("#rights-table", "list jobs in namespace default")
        await person.sees("find readers", "kubectl auth can-i list jobs.batch -n default")


async def test_a_search_can_be_stopped_and_what_was_found_stays() -> None:
    async with sitting_at(story=STORY, size=(120, 36)) as person:
        person.fault("hang", method="GET", path="*/ingresses")
        await person.open()
        await person.presses("p p", "read so far: ", "stops)", at="#pods-about")
        stores = person.session.readers.search.stores
        await person.waits_for(lambda: sum(store.state.kind == "loading" for store in stores) == 1)
        await person.sees("Deployment/idle")
        await person.presses("escape", "Stopped: ", "Deployment/idle")
        await person.reads("#pods-about", "stopped: ingresses.networking.k8s.io")
        person.cluster.faults.clear()
        await person.presses("ctrl+r", "Ingress/shop", "all kinds were read")


async def test_an_object_that_writes_a_secret_is_distinguished_from_its_readers() -> None:
    story = (*STORY, _certificates(), CERTIFICATE)
    async with sitting_at(story=story, size=(120, 36)) as person:
        await searched(person)
        # The table grows once its rows are drawn, and then shows the first again.
        await person.waits_for(lambda: "Certificate/shop" in person.text.splitlines()[3])
        assert "it writes this Secret" in person.line_of("Certificate/shop")
        await person.put_cursor("#pod-table", "default/Certificate/shop/0")
        said = "Certificate/shop: spec.secretName · Secret mysecret · it writes this Secret"
        await person.reads("#pods-about", said)
        await person.sees("4 readers: 2 pods, 1 deployment, 1 ingress")
        await person.put_cursor("#pod-table", "default/Certificate/shop/0")
        await person.presses("enter", "Secrets named by Certificate/shop", "mysecret")
        await person.presses("escape escape", "produced by Certificate/shop", at="#warnings")
        await person.presses("D", "Certificate/shop may create the Secret again", at="#about")


async def test_a_key_without_a_reader_and_a_missing_key_that_is_read_are_named() -> None:
    lost = deployment("lost", "other")
    async with sitting_at(story=(*STORY, lost), size=(120, 36)) as person:
        await searched(person)
        await person.press("escape")
        assert "no reader known" in person.line_of("username")
        await person.put_cursor("#key-table", "username")
        await person.reads("#key-readers", "Read by: username", "no reader", "all kinds were read")
        await person.press("escape")
        await person.open(OTHER)
        await person.reads("#warnings", "X lost fails at the next start: no key password")


async def test_readers_that_act_by_themselves_are_named_in_the_review_and_before_a_deletion() -> None:
    kustomization = {
        "apiVersion": "kustomize.toolkit.fluxcd.io/v1",
        "kind": "Kustomization",
        "metadata": {"name": "shop", "namespace": "default"},
        "spec": {"postBuild": {"substituteFrom": [{"kind": "Secret", "name": "mysecret"}]}},
    }
    labels = {"reconcile.fluxcd.io/watch": "Enabled", "argocd.argoproj.io/secret-type": "cluster"}
    labelled = secret_object("mysecret", {"password": b"made-up"}, metadata={"labels": labels})
    kinds = (_defined("kustomize.toolkit.fluxcd.io", "Kustomization"), kustomization)
    story = (*STORY[1:], labelled, *kinds)
    async with sitting_at(story=story, size=(120, 36)) as person:
        await searched(person)
        await person.put_cursor("#pod-table", "default/Kustomization/shop/0")
        await person.reads("#pods-about", "Flux reconciles it at once")
        await person.put_cursor("#pod-table", "default/Argo CD/0")
        await person.reads("#pods-about", "argocd.argoproj.io/secret-type=cluster", "within seconds, if")
        await person.presses("enter", "Argo CD is known only by a label", at="StatusLine")
        await person.press("escape")
        await person.edit_to_review("password", "made-up-2")
        await person.reads("#about", "Argo CD", "Flux reconciles it at once")
        await person.presses("escape D", "Flux reconciles it at once", at="#about")
