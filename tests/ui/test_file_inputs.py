"""Files named on the command line are drafted against the cluster, and reviewed at once."""

from __future__ import annotations

import json
import threading
import weakref
from typing import Any

import pytest

from tests.app_pilot import SIZES
from tests.certificates import made_up_chain
from tests.faulty_cluster.faults import Fault
from tests.promises.test_values_dropped import are_gone
from tests.ui.person import MINE, secret_object, sitting_at
from tui.cluster.client import Cluster
from tui.embedded.server import EmbeddedCluster
from tui.embedded.users import Rule
from tui.model.draft.draft import Draft
from tui.model.draft.manifest_objects import Manifest, read_manifest
from tui.model.draft.plan import FileInputs, SecretInput
from tui.model.readers.needs import OtherObject
from tui.model.secret.secret import Secret, SecretRef
from tui.model.secret.types.registry import OPAQUE
from tui.model.secret.value import Value
from tui.model.settings.settings import Settings

pytestmark = pytest.mark.slow

NEW = SecretRef("default", "made-up-new")


def wanted(ref: SecretRef, type: str = OPAQUE, **data: bytes) -> SecretInput:  # noqa: A002
    return SecretInput(ref, {key: Value(value) for key, value in data.items()}, type)


def given(*secrets: SecretInput, others: tuple[OtherObject, ...] = ()) -> FileInputs:
    return FileInputs("secret.yaml", secrets, others, ("apply", "-f", "secret.yaml"))


async def test_labels_annotations_and_immutability_are_part_of_it() -> None:
    text = """apiVersion: v1
kind: Secret
metadata: {name: made-up-new, labels: {app: made-up}, annotations: {note: kept}}
immutable: true
stringData: {a: b}
"""
    (one,) = read_manifest(text.encode()).secrets
    async with sitting_at(inputs=given(SecretInput(NEW, one.fields, one.type))) as person:
        await person.sees("Review: made-up-new", "labels/app", "annotations/note", "immutable", "accepted at")
        await person.presses("W", "Created: default/made-up-new")
        found = person.cluster.store.get("secrets", NEW.namespace, NEW.name)
        assert (found["metadata"]["labels"], found["immutable"]) == ({"app": "made-up"}, True)
        assert found["metadata"]["annotations"] == {"note": "kept"}


@pytest.mark.slow
async def test_a_secret_that_others_created_meanwhile_is_not_called_missing() -> None:
    async with sitting_at(inputs=given(wanted(NEW, a=b"made-up"))) as person:
        await person.sees("Review: made-up-new", "target does not exist yet", "accepted at")
        person.others_make(NEW, {"a": b"theirs-made-up"})
        await person.presses("W", f"{NEW} already exists; the draft is kept")
        assert "target does not exist yet" not in person.text
        await person.runs(
            "apply to existing",
            "The draft now applies to the existing Secret default/made-up-new.",
            "1 key to resolve",
        )
        await person.presses("2", "w review again")
        await person.presses("w", "1 changed", "accepted at")
        assert "target does not exist yet" not in person.text


async def test_a_key_is_set_from_a_file_and_a_secret_that_does_not_exist_is_created() -> None:
    leaf, *_, key = made_up_chain()
    pair = SecretInput(NEW, {"tls.crt": Value(leaf.encode()), "tls.key": Value(key.encode())})
    async with sitting_at(inputs=FileInputs("--set-file", (pair,))) as person:
        await person.sees("Review: made-up-new", f"{NEW} does not exist: the draft creates it")
        await person.presses("W", "Created: default/made-up-new with 2 keys")
        found = person.cluster.store.get("secrets", NEW.namespace, NEW.name)
        assert found["type"] == "kubernetes.io/tls"
    inputs = FileInputs("--set-file", (wanted(MINE, "", a=b"made-up"),))
    async with sitting_at(inputs=inputs, start=MINE) as person:
        await person.sees("Review: mysecret", "1 added", "accepted at")
        await person.presses("escape", "1 draft", "password")


@pytest.mark.parametrize("size", SIZES)
async def test_several_are_one_review_with_the_same_and_what_cannot_change(
    size: tuple[int, int],
) -> None:
    inputs = given(
        wanted(NEW, a=b"made-up"),
        wanted(MINE, password=b"made-up"),
        wanted(SecretRef("default", "same"), k=b"v"),
        wanted(SecretRef("default", "other"), "kubernetes.io/basic-auth", username=b"made-up"),
    )

    def prepare(cluster: EmbeddedCluster) -> None:
        for name in ("same", "other"):
            cluster.store.put(secret_object(name, {"k": b"v", "more": b"stays"}))

    async with sitting_at(inputs=inputs, prepare=prepare, size=size) as person:
        await person.sees(
            "Review: 2 drafts", "2 of 2 ready", "new, 1 key", "already the same", "another type"
        )
        await person.press("j", "j", "j")
        await person.reads(
            "#row-text" if size[0] >= 120 else "#about",
            "default/other has the type Opaque, which cannot change to kubernetes.io/basic-auth.",
        )
        await person.presses("W", "Written: 2 Secrets.", "Not written: default/other.")
        assert person.on_server(NEW) == {"a": b"made-up"}
        assert person.on_server(SecretRef("default", "same")) == {"k": b"v", "more": b"stays"}


def pods(*specs: dict[str, Any]) -> tuple[OtherObject, ...]:
    """Deployments whose pods have these specs, as read from a file in `default`."""
    text = "\n".join(
        json.dumps(
            {
                "kind": "Deployment",
                "metadata": {"name": f"web-{number}", "namespace": "default"},
                "spec": {"template": {"spec": spec}},
            }
        )
        for number, spec in enumerate(specs)
    )
    return read_manifest(text.encode()).others


def variable(name: str, key: str) -> dict[str, Any]:
    source = {"secretKeyRef": {"name": name, "key": key}}
    return {"containers": [{"name": "main", "env": [{"name": "PW", "valueFrom": source}]}]}


async def test_pods_are_not_applied_and_their_missing_secrets_are_named_in_the_kubelets_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    opened, read = [], Cluster.open

    async def counted(self: Cluster, ref: SecretRef) -> Secret:
        opened.append(ref)
        return await read(self, ref)

    monkeypatch.setattr(Cluster, "open", counted)
    no_such = {"name": "v", "secret": {"secretName": "no-such-2"}}
    mount = {"name": "v", "mountPath": "/etc/v"}
    others = pods(
        variable(NEW.name, "a"),
        variable(NEW.name, "b"),
        variable("no-such", "a"),
        variable(MINE.name, "password"),
        {"volumes": [no_such], "containers": [{"name": "main", "volumeMounts": [mount]}]},
        {"volumes": [no_such]},
    )
    async with sitting_at(inputs=given(wanted(NEW, a=b"made-up"), others=others)) as person:
        await person.sees("Other objects in secret.yaml", "y  review 1 draft")
        await person.reads(
            "#words",
            "Only Secrets are drafted. Not applied: Deployment/web-0, Deployment/web-1",
            "To apply the objects after the review: kubectl --context payments-cluster apply -f secret.yaml",
            "Deployment/web-0: all needed Secrets and keys exist: made-up-new.",
            "! Deployment/web-1: made-up-new, env PW: next start FAILS:",
            "couldn't find key b in Secret default/made-up-new",
            '! Deployment/web-2: no-such, env PW: next start FAILS: secret "no-such" not found',
            "Deployment/web-3: all needed Secrets and keys exist: mysecret.",
            "! Deployment/web-4: no-such-2, files in /etc/v:",
            'next start FAILS: secret "no-such-2" not found',
            "Deployment/web-5: needs no Secret.",
        )
        assert opened == [NEW], "of the others no value is fetched"
        await person.presses("escape", "1 draft")


async def test_a_file_without_a_secret_warns_of_none() -> None:
    async with sitting_at(inputs=given(others=pods({"containers": []}))) as person:
        await person.reads(
            "#words",
            "No Secrets. To apply the objects: kubectl --context payments-cluster apply -f secret.yaml",
        )
        assert "review" not in person.text and "annotation" not in person.text


@pytest.mark.slow
@pytest.mark.parametrize("count", [1, 2])
async def test_once_it_is_written_nothing_of_the_file_is_kept(count: int) -> None:
    fields = {"a": Value(b"made-up")}
    held = weakref.ref(fields["a"])
    refs = [SecretRef("default", f"made-up-{number}") for number in range(count)]
    inputs = given(*(SecretInput(ref, fields, OPAQUE) for ref in refs))
    async with sitting_at(inputs=inputs, settings=Settings(no_undo=True)) as person:
        await person.sees("Review: ", "accepted at")
        await person.waits_for(lambda: "checking" not in person.text, "all dry runs")
        await person.presses("W", "Created: default/made-up-0" if count == 1 else "Created: 2 Secrets")
        assert not any(kept is inputs for kept in vars(person.app).values())
        fields.clear()
        await are_gone(person, [held])


async def test_a_secret_that_may_not_be_read_is_neither_called_missing_nor_drafted() -> None:
    inputs = given(wanted(MINE, a=b"made-up"), others=pods(variable("made-up-2", "a")))
    async with sitting_at(inputs=inputs, rules=[Rule(("list", "watch"), ("*",))]) as person:
        await person.reads(
            "#words",
            "! Deployment/web-0: made-up-2, env PW: could not check if Secret default/made-up-2 exists",
        )
        await person.presses("enter", "Nothing drafted from secret.yaml: Refused: you may not get secrets")
        assert not person.session.drafts.all()


async def test_with_the_create_right_alone_a_new_secret_is_written_and_an_existing_one_reported() -> None:
    rules = [Rule(("create",), ("secrets",), namespaces=("default",))]
    async with sitting_at(inputs=given(wanted(NEW, a=b"made-up")), rules=rules, settles=False) as person:
        await person.sees("Review: made-up-new", f"You may not read {NEW}.")
        await person.sees_no("target does not exist yet")
        await person.sees("accepted at")
        await person.presses("W", "Created: default/made-up-new with 1 key")
    async with sitting_at(inputs=given(wanted(MINE, a=b"made-up")), rules=rules, settles=False) as person:
        before = person.on_server()
        await person.sees("Review: mysecret", "default/mysecret already exists; the draft is kept")
        await person.presses("W", "Not written: secret default/mysecret already exists.")
        assert all("dryRun=All" in line for line in person.asked("POST", "PATCH", part="/secrets"))
        assert person.on_server() == before


async def test_a_secret_whose_read_failed_is_not_drafted_as_new() -> None:
    def prepare(cluster: Any) -> None:
        cluster.faults.add(Fault("status", method="GET", path="*/secrets/mysecret", code=500, times=None))

    async with sitting_at(inputs=given(wanted(MINE, a=b"made-up")), prepare=prepare) as person:
        await person.sees("Nothing drafted from secret.yaml:")
        assert not person.session.drafts.all()


async def test_the_right_that_a_draft_of_another_namespace_lacks_comes_first() -> None:
    one, other = SecretRef("web", "made-up-new"), SecretRef("payments", "db-credentials")
    rules = [Rule(("get",), ("secrets",))]
    inputs = given(*(wanted(ref, a=b"made-up") for ref in (one, other)))
    async with sitting_at(inputs=inputs, rules=rules, settles=False, size=(120, 36)) as person:
        await person.sees("Review: 2 drafts", "Refused: you may not", "A shows the Role to ask for.")
        await person.presses("A", "Access  web/made-up-new", "▸ [ ] create secrets", "create secrets -n web")
        await person.presses("escape j A", "Access  payments/db-credentials", "▸ [ ] patch secrets/db-cred")


async def test_leaving_during_the_comparison_loses_no_message_and_no_draft() -> None:
    def prepare(cluster: Any) -> None:
        cluster.faults.add(Fault("delay", method="GET", path="*/secrets/mysecret", seconds=3600))

    others = (OtherObject("Deployment", "web", "default"),)
    async with sitting_at(inputs=given(wanted(MINE, a=b"made-up"), others=others), prepare=prepare) as person:
        await person.sees("Comparing secret.yaml with the cluster …")
        person.session.drafts.put(Draft.new(MINE).set(None, "password", Value(b"typed")))
        await person.press("question_mark")
        person.cluster.faults.clear()
        await person.waits_for(lambda: len(person.app.shared.messages) >= 3, "what is said of it")
        await person.presses("escape", "No drafts made from secret.yaml.")
        said = [message.text for message in person.app.shared.messages]
        assert "Write or discard the draft of default/mysecret first." in said
        assert any("Not applied: Deployment/web. To apply the objects: kubectl" in text for text in said)
        (draft,) = person.session.drafts.all()
        assert draft.changes().keys == ("password",)


async def test_the_comparison_is_stopped_by_ctrl_c() -> None:
    def prepare(cluster: Any) -> None:
        cluster.faults.add(Fault("delay", method="GET", path="*/secrets/mysecret", seconds=3600))

    async with sitting_at(inputs=given(wanted(MINE, a=b"made-up")), prepare=prepare) as person:
        await person.sees("Comparing secret.yaml with the cluster …")
        await person.presses("ctrl+c", "Stopped; nothing was changed.")
        assert not person.session.drafts.all()


PASTED = """apiVersion: v1
kind: Secret
metadata: {name: made-up-new}
stringData: {a: b}
---
apiVersion: v1
kind: Secret
metadata: {name: mysecret, namespace: default}
stringData: {password: n3w-made-up}
"""


async def test_a_manifest_that_is_pasted_onto_the_list_is_drafted_after_a_question() -> None:
    async with sitting_at() as person:
        await person.paste(PASTED)
        await person.sees("Draft and review 2 Secrets of a manifest?", f"{NEW}", f"{MINE}")
        await person.press("escape")
        assert not person.session.drafts.all()
        await person.paste(PASTED)
        await person.sees("Draft and review")
        await person.presses("y", "Review: 2 drafts", "2 of 2 ready")


@pytest.mark.parametrize("is_elsewhere", [True, False], ids=["elsewhere", "interrupted"])
async def test_the_question_for_a_pasted_manifest_does_not_open_by_itself(
    monkeypatch: pytest.MonkeyPatch,
    is_elsewhere: bool,
) -> None:
    gate, read = threading.Event(), read_manifest

    def slowly(data: bytes) -> Manifest:
        gate.wait(5)
        return read(data)

    monkeypatch.setattr("tui.ui.review.file_inputs.read_manifest", slowly)
    async with sitting_at() as person:
        await person.paste(PASTED)
        if is_elsewhere:
            await person.presses("?", "Keys")
        else:  # such as a cover that was lifted
            person.app.interruptions += 1
        gate.set()
        await person.waits_for(
            lambda: not [one for one in person.app.workers if one.group == "paste"], "the end of the reading"
        )
        await person.calm()
        assert "Draft and review" not in person.text


async def test_other_pastes_onto_the_list_are_ignored_and_a_bad_manifest_is_reported() -> None:
    async with sitting_at() as person:
        await person.paste("made-up words")
        await person.sees(
            "Ignored 13 characters that look like a paste. Open a Secret to paste onto its keys."
        )
        await person.paste("apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ndata: {b: '?'}\n")
        await person.sees("Nothing drafted from the paste. Line 4")
        await person.paste(PASTED.replace("made-up-new", "made\u200bup"))
        await person.sees("Not pasted: the text contains invisible characters")
        assert not person.session.drafts.all()
    async with sitting_at(namespace=None) as person:
        await person.paste(PASTED)
        await person.sees(
            "Nothing drafted: Secret made-up-new has no namespace. Open a namespace and paste again."
        )
