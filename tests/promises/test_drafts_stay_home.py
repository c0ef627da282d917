"""Promises 5 and 16: a draft waits in its context, is there on return, and never follows to another one."""

from __future__ import annotations

import pytest

from tests.several_clusters import Traveller, between, kubeconfig, put
from tests.ui.person import MINE
from tui.model.draft.draft import Draft
from tui.model.secret.secret import SecretRef
from tui.model.secret.value import Value

NEW = SecretRef("default", "made-up-new")


def values_of(person: Traveller, context: str) -> dict[str, str]:
    """Return the data of mysecret in this context's cluster."""
    data: dict[str, str] = person.clusters[context].store.get("secrets", MINE.namespace, MINE.name)["data"]
    return dict(data)


async def leave_drafts(person: Traveller) -> None:
    """Draft a changed key and a new Secret; a new Secret has no uid that would tell clusters apart."""
    await person.open()
    await person.edit("password", "n3w-made-up")
    person.session.drafts.put(Draft.new(NEW).set(None, "a", Value(b"1")))
    await person.sees("2 drafts")


@pytest.mark.slow
async def test_drafts_wait_in_their_context_and_are_there_on_return() -> None:
    async with between("stage", "other", size=(120, 36)) as person:
        await leave_drafts(person)
        before = values_of(person, "other")
        await person.goes_to("other")
        await person.sees_no("draft")
        assert person.session.drafts.all() == [] and person.session.drafts.get(NEW) is None
        await person.open()
        await person.presses("w", "Review: 2 drafts in other contexts", "nothing to write")
        await person.presses("escape", "READ BY")
        await person.press("X")
        await person.put_cursor("#choices", "stage")
        await person.sees("drafts kept in this context: default/mysecret, default/made-up-new")
        await person.press("enter")
        await person.arrives("stage")
        await person.sees("2 drafts")
        await person.open()
        await person.reviewed()
        await person.presses("W", "Written: password of default/mysecret")
        assert values_of(person, "other") == before
        assert not [
            request
            for request in person.clusters["other"].requests
            if request.method in ("PATCH", "PUT", "DELETE")
        ]


@pytest.mark.slow
async def test_drafts_stay_parked_if_their_contexts_name_means_another_server() -> None:
    async with between("stage", "other") as person:
        await leave_drafts(person)
        await person.goes_to("other")
        changed = kubeconfig(person.clusters, "other")
        changed["clusters"][0]["cluster"]["server"] = person.clusters["other"].url
        changed["users"][0]["user"]["token"] = person.clusters["other"].token
        put(person.file, changed)
        await person.goes_to("stage")
        assert person.session.cluster.target.server == person.clusters["other"].url
        assert person.session.drafts.all() == [] and len(person.session.parked) == 2


@pytest.mark.slow
async def test_quitting_asks_about_drafts_in_other_contexts() -> None:
    async with between("stage", "other") as person:
        await leave_drafts(person)
        await person.goes_to("other")
        await person.presses("ctrl+q", "Quit and lose unwritten drafts?")
        await person.reads("#words", "default/mysecret in stage", "default/made-up-new in stage")
        await person.press("escape")
        assert person.app.return_code is None and person.here == "other"
