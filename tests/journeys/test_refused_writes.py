"""Admission rules that refuse a write on the real server are named, and the draft is kept."""

from __future__ import annotations

import pytest

from tests.jobs.person import Person
from tests.journeys.admission import quota, refusing
from tests.journeys.at_server import at_server, begins_with_a_key, edits_the_password, reviews_new
from tests.journeys.cluster_objects import OLD, Beside
from tests.terminal.steps import NEW

pytestmark = [pytest.mark.real, pytest.mark.timeout(180)]


def is_refused_later(person: Person, *messages: str) -> None:
    """See the write refused after an accepted dry run, then the next dry run refused too."""
    person.presses("W", "! Not ", *messages, "1 draft")
    person.presses("C-r", *messages, gone=["accepted"])
    person.presses("W", "Not sent: the dry run was refused.")


def test_a_policy_that_refuses_an_edit_is_named_and_the_kept_draft_is_written_later(beside: Beside) -> None:
    with at_server(beside) as person:
        edits_the_password(person)
        person.reviews()
        with refusing(beside) as name:
            is_refused_later(person, f"Rejected by an admission check: the policy {name}.")
            assert beside.data()["password"] == OLD.encode()
        person.presses("C-r", "accepted", "Writes to")
        person.writes()
    assert beside.data() == {"username": b"admin", "password": NEW.encode()}


def test_a_quota_that_refuses_a_new_secret_is_named_and_the_kept_draft_is_written_later(
    beside: Beside,
) -> None:
    with at_server(beside) as person:
        begins_with_a_key(person, "one-more")
        reviews_new(person)
        with quota(beside) as name:
            is_refused_later(person, f"Rejected by an admission check: the quota {name} is used up.")
            assert (
                beside.plane.ask("GET", f"/api/v1/namespaces/{beside.namespace}/secrets/one-more").status
                == 404
            )
        person.presses("C-r", "accepted", "Creates in")
        person.presses("W", "Created: ", gone=["Creates in", "1 draft"])
    assert beside.data("one-more") == {"password": NEW.encode()}
