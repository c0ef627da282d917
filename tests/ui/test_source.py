"""Source of a Secret: its manager and state, actions without effect, and a request to its end."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Input

from tests.model.test_seal import certificate as sealing_certificate
from tests.model.test_seal import unsealed
from tests.session.source_objects import (
    APPLICATION_KIND,
    CERTIFICATE_KIND,
    ES_KIND,
    PUSH_KIND,
    SEALED_KIND,
    Obj,
    certificate,
    change,
    external_secret,
    not_refreshed,
    refreshed,
    secret,
)
from tests.ui.person import Person, sitting_at
from tests.ui.test_copy import copied, watched
from tui.embedded.users import Rule
from tui.model.secret.secret import SecretRef
from tui.model.settings.settings import Settings

pytestmark = pytest.mark.slow

REF = SecretRef("default", "db")
OWNED = secret(owner="ExternalSecret", api="external-secrets.io/v1")
READS = Rule(("get", "list", "watch"), ("secrets", "pods", "namespaces"))


@asynccontextmanager
async def at_source(*story: Obj, **how: Any) -> AsyncIterator[Person]:
    """A person who pressed M on the Secret of the list."""
    async with sitting_at(story=list(story), **how) as person:
        await person.acts_on("default/db", "M", "Source of db")
        yield person


async def asks(person: Person) -> None:
    """Choose the action under the cursor, and see the dry run's answer."""
    await person.presses("enter", "The dry run was accepted; nothing is sent yet.")


async def test_a_request_that_was_left_goes_on_and_says_its_end() -> None:
    async with at_source(ES_KIND, OWNED, external_secret()) as person:
        await person.sees("1  Refresh")
        await asks(person)
        await person.presses("W", "Sent.")
        await person.press("escape", "escape")
        await person.sees_no("Source of db")
        await person.sees_later("no result within 60 s; the request may still take effect")
        await person.presses("M", "No result within 60 s; the request may still take effect.", at="#about")


async def test_a_request_that_would_do_nothing_says_why_and_is_not_sent() -> None:
    async with at_source(
        ES_KIND, OWNED, external_secret(refreshPolicy="CreatedOnce"), size=(80, 24)
    ) as person:
        await person.sees("Would do nothing: refreshPolicy is CreatedOnce")
        await person.presses("enter", "This action would do nothing: refreshPolicy is CreatedOnce")
        assert not person.asked("PATCH")


async def test_a_secret_without_a_manager_is_shown_with_the_places_that_were_checked() -> None:
    async with at_source(secret(), size=(80, 24)) as person:
        await person.sees("No known object manages this Secret.", "Checked: its owner references, labels")
        await person.sees("No action is possible at the source.")


async def test_a_manager_that_may_not_be_read_is_named_with_the_right() -> None:
    story = (ES_KIND, PUSH_KIND, OWNED, external_secret())
    async with at_source(*story, rules=[READS], size=(80, 24)) as person:
        await person.sees("managed by      ExternalSecret/db", "owner reference")
        await person.sees("The possible actions are not known; A shows the Role to ask for.")
        await person.reads(
            "#about",
            "State unknown. Refused: you may not get externalsecrets.external-secrets.io db in",
            "may be reset within seconds",
            "PushSecrets not read.",
        )


async def test_a_missing_right_is_named_before_anything_is_sent() -> None:
    rules = [READS, Rule(("get",), ("certificates",), groups=("cert-manager.io",))]
    marked = secret(annotations={"cert-manager.io/certificate-name": "web"})
    story = (CERTIFICATE_KIND, marked, certificate())
    async with at_source(*story, rules=rules) as person:
        right = "update certificates/status.cert-manager.io"
        await person.sees("Renew the certificate")
        await person.reads("#offer-about", f"Needs the right to {right} in default")
        await person.press("enter")
        await person.reads("#about", f"The dry run was not accepted. Refused: you may not {right} web in")
        await person.presses("W", f"Nothing sent. Refused: you may not {right} web in namespace default.")
        assert not [line for line in person.asked("PUT") if "dryRun" not in line]


async def test_a_guarded_context_asks_for_its_name() -> None:
    settings = Settings(guarded="on")
    async with at_source(ES_KIND, OWNED, external_secret(), settings=settings) as person:
        await person.sees("1  Refresh")
        await asks(person)
        await person.presses("W", "Type the context's name", "Refresh from the store: ExternalSecret/db.")
        await person.press("escape")
        assert person.session.sources.requests == {}
        await person.press("W")
        await person.fills("payments-cluster", "enter")
        await person.sees("Sent.")


async def test_a_copy_leads_to_the_secret_that_it_copies() -> None:
    copy = secret(annotations={"replicator.v1.mittwald.de/replicate-from": "shared/origin"})
    origin = secret("origin")
    origin["metadata"]["namespace"] = "shared"
    async with at_source(copy, origin) as person:
        await person.sees("1  Go to shared/origin", "change shared/origin instead")
        await person.press("enter")
        await person.waits_for(lambda: person.session.open_ref == SecretRef("shared", "origin"), "the origin")


async def test_a_release_has_a_line_to_copy() -> None:
    labels = {"app.kubernetes.io/managed-by": "Helm"}
    notes = {"meta.helm.sh/release-name": "shop", "meta.helm.sh/release-namespace": "default"}
    async with at_source(secret(labels=labels, annotations=notes), size=(80, 24)) as person:
        sent = watched(person)
        await person.sees("1  Copy the upgrade command", "helm upgrade shop CHART -n default")
        await person.press("c")
        await person.waits_for(lambda: copied(sent), "a copy")
        await person.presses("2", "▸ 2  Copy the values command", "helm get values shop -n default")
        assert "does nothing" not in person.status
        await person.presses("9", "9 does nothing here")
        assert copied(sent)[0] == b"helm upgrade shop CHART -n default --reuse-values --set PATH=VALUE"


SEALED: Obj = {
    "apiVersion": "bitnami.com/v1alpha1",
    "kind": "SealedSecret",
    "metadata": {"name": "db", "namespace": "default", "generation": 1},
    "spec": {"encryptedData": {"password": "AgBtYWRlLXVw"}},
    "status": {"observedGeneration": 1, "conditions": [{"type": "Synced", "status": "True"}]},
}
SEALED_OWNED = secret(owner="SealedSecret", api="bitnami.com/v1alpha1")


async def test_a_value_is_sealed_for_git_first_and_then_patched() -> None:
    pem = sealing_certificate()
    async with at_source(SEALED_KIND, SEALED_OWNED, SEALED, size=(80, 24)) as person:
        sent = watched(person)
        await person.sees("1  Seal a value", "until the controller restarts")
        await person.paste("made up, no certificate")
        await person.sees("Nothing taken from the paste. The text contains no PEM certificate.")
        await person.paste(pem.decode())
        await person.sees("The certificate is kept for this session.")
        await person.press("enter")
        await person.fills("password", "enter")
        await person.sees("Set unseen: db / password")
        await person.paste("made-up-2")
        await person.press("enter")
        await person.sees("The dry run was accepted", "Replace the sealed value of password", "characters)")
        assert "made-up-2" not in person.text
        await person.press("c")
        await person.waits_for(lambda: copied(sent), "a copy")
        ciphertext = copied(sent)[0].decode()
        assert unsealed(ciphertext, b"default/db") == b"made-up-2"
        await person.presses("W", "Sent.")
        obj = person.cluster.store.get("sealedsecrets.bitnami.com", "default", "db")
        assert obj["spec"]["encryptedData"] == {"password": ciphertext}
        assert base64.b64decode(ciphertext)
        generation = obj["metadata"]["generation"]
        change(person.cluster, "sealedsecrets.bitnami.com", "db", observedGeneration=generation)
        await person.sees_later("Unsealed: the controller")


async def test_the_certificate_can_be_a_file(tmp_path: Path) -> None:
    file, bad = tmp_path / "cert.pem", tmp_path / "bad.pem"
    file.write_bytes(sealing_certificate())
    bad.write_text("made up")
    async with at_source(SEALED_KIND, SEALED_OWNED, SEALED) as person:
        await person.sees("1  Seal a value")
        await person.press("enter")
        await person.fills("password", "enter")
        await person.sees("Certificate of Sealed Secrets", "kubeseal --fetch-cert > cert.pem")
        await person.sees("Press M on the Secret to copy the command")
        person.app.screen.query_one(Input).value = str(bad)
        await person.presses("enter", "The text contains no PEM certificate.")
        person.app.screen.query_one(Input).value = str(file)
        await person.sees("cert.pem: ")
        await person.presses("enter", "Set unseen")
        await person.paste("made-up-2")
        await person.presses("enter", "The dry run was accepted")
        assert person.session.sources.certificate == file.read_bytes()


async def test_a_secret_that_was_edited_after_kustomize_made_it_is_recognized() -> None:
    made = secret("db-t75bgf6ctb")
    async with sitting_at(story=[made], size=(80, 24)) as person:
        await person.acts_on("default/db-t75bgf6ctb", "M")
        await person.reads("#offer-about", "the Secret was edited, or", "kubectl apply -k DIR")


async def test_the_cover_drops_what_was_read() -> None:
    async with at_source(ES_KIND, OWNED, external_secret()) as person:
        await person.sees("1  Refresh from the store")
        await person.press("ctrl+l")
        await person.waits_for(lambda: person.session.sources.looked is None, "nothing kept")
        assert not person.session.fetched


async def test_a_secret_that_was_never_made_has_a_source_and_is_seen_once_it_is_made() -> None:
    story = [ES_KIND, external_secret(), secret("other")]
    async with sitting_at(story=story, size=(80, 24)) as person:
        person.app.screen.open_secret(REF)  # type: ignore[attr-defined]
        await person.sees("Not found")
        await person.press("M")
        await person.sees("Source of db", "The Secret does not exist.", "managed by ExternalSecret/db")
        await asks(person)
        await person.presses("W", "Sent.")
        person.cluster.store.put(OWNED, manager="externalsecrets.external-secrets.io/db")
        refreshed(person.cluster, person.clock.now() + 1)
        await person.sees_later("The refresh is done", "The Secret exists now.")
        await person.press("escape")
        await person.sees("known by        owner reference", "An edit will be reset within seconds.")
        await person.sees_no("does not exist")


async def test_a_fault_repaired_at_the_source_is_no_longer_a_finding_of_health() -> None:
    async with sitting_at(story=[ES_KIND, OWNED, external_secret()], size=(120, 36)) as person:
        not_refreshed(person.cluster)
        await person.presses("B", "not ready: SecretSyncedError")
        await person.press("slash", *"error", "enter")
        await person.presses("M", "1  Refresh")
        await asks(person)
        await person.presses("W", "Sent.")
        done = {"type": "Ready", "status": "True", "reason": "SecretSynced"}
        change(person.cluster, "externalsecrets.external-secrets.io", "db", conditions=[done])
        refreshed(person.cluster, person.clock.now() + 1)
        await person.sees_later("The refresh is done")
        await person.presses("escape escape", "Health of default /error", "No matches.")


async def test_self_heal_is_turned_off_for_an_emergency_and_on_again() -> None:
    app = {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Application",
        "metadata": {"name": "shop", "namespace": "argocd"},
        "spec": {"syncPolicy": {"automated": {"prune": True, "selfHeal": True}}},
        "status": {"sync": {"status": "Synced"}},
    }
    tracked = secret(annotations={"argocd.argoproj.io/tracking-id": "shop:/Secret:default/db"})
    async with at_source(APPLICATION_KIND, tracked, app) as person:
        await person.sees("An edit is reverted within seconds (selfHeal).", "4  Turn self-heal off")
        await person.press("4")
        await asks(person)
        await person.presses("W", "Sent.")
        await person.sees_later("Self-heal is off: an edit stays until the next sync.")
        footer = person.text.splitlines()[-1]
        assert "restart" not in footer and "request again" not in footer
        await person.presses("escape", "An edit stays until the next sync", "4  Turn self-heal on")
        found = person.cluster.store.get("applications.argoproj.io", "argocd", "shop")
        assert found["spec"]["syncPolicy"] == {"automated": {"prune": True, "selfHeal": False}}


@pytest.mark.parametrize("key", ["1", "enter"])
async def test_a_press_before_the_source_is_read_says_that_it_is_being_read(key: str) -> None:
    async with sitting_at(story=[ES_KIND, OWNED, external_secret()], size=(80, 24)) as person:
        await person.put_cursor("#secret-table", "default/db")
        person.fault("delay", method="GET", path="*/secrets/db", seconds=3600)
        await person.press("enter")
        person.clock.advance(0.1)
        await person.sees("Opening db …")
        await person.presses("M", "Source of db", "Loading db …")
        await person.press(key)
        await person.waits_for(lambda: person.status == "Loading db …", "what is being read")
        person.cluster.faults.clear()
        await person.presses("ctrl+r", "1  Refresh from the store")


async def test_the_place_to_edit_instead_is_below_the_fate_of_an_edit() -> None:
    async with at_source(ES_KIND, OWNED, external_secret()) as person:
        await person.sees("state           ok", "instead")
        lines = person.text.splitlines()
        edited = next(number for number, line in enumerate(lines) if "if edited" in line)
        assert "instead         Change the value in the store" in lines[edited + 1]
        assert "SecretSynced" not in person.text, "its state says so"
