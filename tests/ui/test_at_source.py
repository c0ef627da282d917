"""Editing a managed Secret offers its source once; a rotation goes through the source."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from tests.app_pilot import STORY_TIME
from tests.session.source_objects import (
    ES_KIND,
    SEALED_KIND,
    external_secret,
    not_refreshed,
    refreshed,
    secret,
)
from tests.session.workloads import pod_of, template
from tests.ui.person import Person, in_secret, secret_object, sitting_at
from tests.ui.test_palette import looks_for
from tests.ui.test_source import SEALED
from tui.embedded.users import Rule
from tui.model.secret.secret import SecretRef

pytestmark = pytest.mark.slow

REF = SecretRef("default", "db")
MANAGER = "externalsecrets.external-secrets.io/db"
Obj = dict[str, Any]


def owned(*own: str, keys: tuple[str, ...] = ("password", "note"), manager: str = MANAGER) -> Obj:
    """A Secret with two keys, of which the manager wrote `own` and kubectl the others."""
    by = {manager: own, "kubectl-edit": tuple(key for key in keys if key not in own)}
    fields = [
        {
            "manager": name,
            "operation": "Update",
            "apiVersion": "v1",
            "time": "2025-11-24T13:00:00Z",
            "fieldsType": "FieldsV1",
            "fieldsV1": {"f:data": {f"f:{key}": {} for key in written}},
        }
        for name, written in by.items()
        if written
    ]
    whole = secret(owner="ExternalSecret", api="external-secrets.io/v1", managedFields=fields)
    whole["data"] = dict.fromkeys(keys, "bWFkZS11cC0x")
    return whole


def store(**spec: Any) -> Obj:
    """The ExternalSecret, with the remote path of the password."""
    where = [{"secretKey": "password", "remoteRef": {"key": "shop/db", "property": "pw"}}]
    return external_secret(**{"data": where, **spec})


@asynccontextmanager
async def opened(*story: Obj, **how: Any) -> AsyncIterator[Person]:
    """A person at the open Secret, once its manager is known."""
    async with in_secret(REF, story=list(story), **{"size": (80, 24), **how}) as person:
        await person.waits_for(lambda: person.session.sources.of_open.found is not None, "its manager")  # type: ignore[union-attr]
        await person.put_cursor("#key-table", "password")
        yield person


@pytest.mark.parametrize(
    ("key", "goes_on"),
    [
        ("e", "Edit db / password"),
        ("s", "Set unseen: db / password"),
        ("backspace", "password dropped in the draft"),
        ("n", "Rename password"),
        ("E", "Nothing is sent before the review."),
    ],
)
async def test_before_the_first_edit_the_source_is_offered_and_then_no_more(key: str, goes_on: str) -> None:
    async with opened(ES_KIND, owned("password"), store()) as person:
        await person.reads("#warnings", "! ExternalSecret/db writes password: an edit lasts seconds M source")
        await person.press(key)
        await person.sees("ExternalSecret/db manages db", "The manager sets password. An edit")
        await person.sees("password comes from SecretStore/vault: shop/db, property pw.")
        await person.sees("M  refresh from the store", "h  edit here anyway", "esc back")
        await person.press("escape")
        assert person.session.drafts.get(REF) is None
        await person.presses(key, goes_on)


@pytest.mark.parametrize("size", [(40, 12), (30, 8)])
async def test_in_a_small_terminal_a_question_shows_all_of_its_answers(size: tuple[int, int]) -> None:
    async with opened(ES_KIND, owned("password"), store(), size=size) as person:
        await person.presses("e", "M  refresh from the")
        await person.sees("h  edit here anyway", "esc back")
        assert "The manager sets" in person.text
        await person.presses("enter", "┃ made-up-1")
        if size[0] > 30:
            await person.reads("#above", "! ExternalSecret/db writes")


async def test_the_source_is_offered_before_a_value_is_trimmed() -> None:
    worn = owned("password")
    worn["data"]["password"] = "bWFkZS11cAo="  # made-up and a line break
    async with opened(ES_KIND, worn, store()) as person:
        await person.reads("#warnings", "! ExternalSecret/db writes password: an edit lasts seconds M source")
        await person.presses("ctrl+t", "ExternalSecret/db manages db")
        assert person.session.drafts.get(REF) is None
        await person.presses("enter", "password trimmed in the draft")


@pytest.mark.parametrize(
    ("now", "said"),
    [(b"made-up-2\n", "password trimmed in the draft, 10 B → 9 B"), (b"made-up-2", "password has no line")],
)
async def test_trim_acts_on_the_value_that_others_set_during_the_question(now: bytes, said: str) -> None:
    worn = owned("password")
    worn["data"]["password"] = "bWFkZS11cAo="  # made-up and a line break
    async with opened(ES_KIND, worn, store()) as person:
        await person.presses("ctrl+t", "ExternalSecret/db manages db")
        person.others_set("password", now, REF)
        await person.waits_for(
            lambda: next(iter(person.session.fetched)).data["password"].reveal() == now, "the new value"
        )
        await person.presses("enter", said)
        draft = person.session.drafts.get(REF)
        kept = draft.changes().set["password"].reveal() if draft is not None else now
        assert kept == b"made-up-2"


@pytest.mark.parametrize(
    "story",
    [
        (secret_object("db", {"password": b"made-up-1"}),),
        (ES_KIND, owned("note"), store()),
        (owned("password"),),  # its kind is not served: nothing puts the key back
    ],
    ids=["nobody manages it", "the key is a person's", "the manager is gone"],
)
async def test_nothing_is_asked_where_no_manager_puts_the_key_back(story: tuple[Obj, ...]) -> None:
    async with opened(*story) as person:
        await person.presses("e", "Edit db / password")


async def test_of_several_keys_the_one_to_seal_is_asked_for() -> None:
    sealed = owned("password", "note", manager="sealed-secrets-controller")
    sealed["metadata"]["ownerReferences"][0] |= {"kind": "SealedSecret", "apiVersion": "bitnami.com/v1alpha1"}
    async with opened(SEALED_KIND, sealed, SEALED) as person:
        await person.press("colon")
        await looks_for(person, "edit all keys")
        await person.presses("enter", "SealedSecret/db manages db")
        await person.presses("M", "Seal a value", "Keys: note, password")


async def test_a_missing_key_is_added_here_unless_the_manager_takes_it_out_again() -> None:
    started = STORY_TIME - 600
    pods = [pod_of(name, f"{name}-1", started=started) | template("db", "token") for name in ("shop", "web")]
    async with opened(ES_KIND, owned("password"), store(), *pods) as person:
        await person.reads("#warnings", "X shop, web fail at the next start: no key token a adds it")
    sealed = owned("password", "note", manager="sealed-secrets-controller")
    sealed["metadata"]["ownerReferences"][0] |= {"kind": "SealedSecret", "apiVersion": "bitnami.com/v1alpha1"}
    async with opened(SEALED_KIND, sealed, SEALED, *pods) as person:
        await person.reads("#warnings", "X shop, web fail at the next start: no key token M source")


async def test_a_start_with_the_secret_alone_knows_its_readers_by_the_request() -> None:
    pod = pod_of("shop", "shop-1", started=STORY_TIME - 600) | template("db")
    story = [ES_KIND, owned("password"), store(), pod]
    async with sitting_at(story=story, start=REF, is_alone=True, settles=False, size=(80, 24)) as person:
        await person.reads("#warnings", "! ExternalSecret/db writes")
        await person.put_cursor("#key-table", "password")
        await person.waits_for(lambda: person.session.sources.of_open.found, "its manager")  # type: ignore[union-attr]
        await person.presses("e M", "nothing is sent yet", "read by         1 pod")


async def test_a_refresh_without_a_new_value_can_be_asked_for_again() -> None:
    async with opened(ES_KIND, owned("password"), store()) as person:
        await person.presses("e M", "nothing is sent yet")
        await person.presses("W", "Sent.")
        refreshed(person.cluster, person.clock.now() + 1)
        await person.sees_later(
            "not been written since the request", "Set the new value in the store.", "W request again"
        )
        await person.presses("W", "The dry run was accepted; nothing is sent yet.")
        await person.presses("W", "Refresh from the store  Sent.")
        assert len(person.asked("PATCH", part="externalsecrets")) == 4  # two dry runs, two requests


async def test_a_change_after_a_request_is_attributed_to_the_request_and_not_to_others() -> None:
    async with opened(ES_KIND, owned("password"), store()) as person:
        person.others_set("note", b"made-up-2", REF)
        await person.sees("! changed on the server since you opened it: note")
        await person.presses("e M", "nothing is sent yet")
        await person.presses("W", "Sent.")
        person.others_set("password", b"made-up-3", REF)
        refreshed(person.cluster, person.clock.now() + 1)
        await person.sees_later("The Secret has a new value of password")
        await person.press("escape")
        await person.reads("#warnings", "changed since you asked to refresh from the store: password")
        await person.reads("#warnings", "! changed on the server since you opened it: note")


async def test_a_rotation_can_be_made_here_all_the_same() -> None:
    async with opened(ES_KIND, owned("password"), store()) as person:
        await person.press("colon")
        await looks_for(person, "rotate")
        await person.presses("enter", "h  rotate here anyway")
        await person.presses("h", "Rotate password of db", "o  new value; ")


async def test_a_source_in_error_is_named_beside_the_secret_and_leads_to_its_page() -> None:
    async with opened(ES_KIND, owned("password"), store()) as person:
        assert "in error" not in person.text
        not_refreshed(person.cluster)
        person.others_set("note", b"made-up-3", REF)
        await person.reads("#warnings", "ExternalSecret/db is in error (SecretSyncedError); last run")
        await person.reads("#warnings", "ago M source")
        assert "made-up words of the store" not in person.text
        await person.presses("e", "! ExternalSecret/db is in error", "M  look at the source")
        await person.presses("M", "Source of db", "made-up words of the store")


async def test_a_missing_manager_is_named_beside_the_secret_until_a_refresh_finds_it() -> None:
    async with opened(ES_KIND, owned("password")) as person:
        await person.reads(
            "#warnings", "ExternalSecret/db does not exist, so it does not update this Secret M source"
        )
        assert "an edit lasts" not in person.text
        person.cluster.store.put(store())
        await person.press("ctrl+r")
        await person.waits_for(lambda: "does not exist" not in person.text, "the manager")


async def test_an_application_that_is_not_in_this_cluster_may_be_in_another() -> None:
    marked = owned("password", manager="argocd-controller")
    del marked["metadata"]["ownerReferences"]
    marked["metadata"]["annotations"] = {"argocd.argoproj.io/tracking-id": "shop:/Secret:default/db"}
    async with opened(marked) as person:
        await person.sees("Argo CD/shop writes password: an edit lasts until the next sync")
        assert "does not exist" not in person.text
        await person.presses("M", "Source of db", "The managing object may be in another cluster")


async def test_a_request_without_its_right_is_not_offered() -> None:
    rules = [
        Rule(("get", "list", "watch", "patch"), ("secrets", "pods", "namespaces")),
        Rule(("get",), ("externalsecrets",), groups=("external-secrets.io",)),
    ]
    async with opened(ES_KIND, owned("password"), store(), rules=rules) as person:
        await person.presses("e", "An edit will be reset within seconds.", "M  look at the source")
        await person.presses("M", "Source of db", "Needs the right to patch externalsecrets")


async def test_without_the_right_to_read_the_manager_the_choice_is_the_page() -> None:
    rules = [Rule(("get", "list", "watch", "patch"), ("secrets", "pods", "namespaces"))]
    async with opened(ES_KIND, owned("password"), store(), rules=rules) as person:
        await person.presses("e", "An edit will be reset within seconds.", "M  look at the source")
        await person.presses("M", "Source of db", "State unknown.")
        await person.presses("A", "get externalsecrets/db", "refused", "source (M)")


async def test_the_preview_claims_no_undo_by_an_operator_that_takes_an_edit_up() -> None:
    story = [
        secret("db", owner="Cluster", api="postgresql.cnpg.io/v1", labels={"cnpg.io/cluster": "db"}),
        secret("mail", owner="ExternalSecret", api="external-secrets.io/v1"),
    ]
    async with sitting_at(story=story, size=(120, 36)) as person:
        await person.put_cursor("#secret-table", "default/mail")
        await person.sees("! managed by ExternalSecret/mail, which may undo your changes")
        await person.put_cursor("#secret-table", "default/db")
        await person.sees("managed by Cluster/db")
        await person.sees_no("which may undo")


async def test_the_source_is_offered_over_the_decoded_value_before_its_leaf_is_changed() -> None:
    decoded = owned("password")
    decoded["data"]["password"] = b64encode(b'{"user": "ann", "token": "made-up-1"}').decode()
    async with opened(ES_KIND, decoded, store()) as person:
        await person.presses("enter", "db / password")
        await person.put_cursor("#leaves", "token")
        await person.presses("e", "ExternalSecret/db manages db", "M  refresh from the store")
        await person.presses("escape", "db / password")
        assert person.session.drafts.get(REF) is None
        await person.presses("e", "Edit db / password / token", "! ExternalSecret/db writes password")
        await person.presses("escape", "db / password")
        await person.presses("t", "Rotate token in password of db at its source", "h  rotate here anyway")


async def test_the_source_is_reached_from_the_decoded_value() -> None:
    decoded = owned("password")
    decoded["data"]["password"] = b64encode(b'{"user": "ann", "token": "made-up-1"}').decode()
    async with opened(ES_KIND, decoded, store()) as person:
        await person.presses("enter", "db / password")
        await person.presses("s", "ExternalSecret/db manages db")
        await person.presses("M", "Refresh from the store", "accepted")
        await person.presses("escape", "db / password")
