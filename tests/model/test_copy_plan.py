"""A copy to one place: compared by key with what is there, or why nothing is to be written."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.model.drafts import REF, plain, secret
from tui.model.draft.copy_plan import (
    OTHER_OLD,
    SAME_OLD,
    NewerCopy,
    copy_again,
    from_source,
    next_name,
    plan_copy,
    plan_same_change,
    source_of,
)
from tui.model.draft.draft import Draft
from tui.model.draft.plan import SAME_ALREADY
from tui.model.secret.secret import Owner, Secret, SecretRef
from tui.model.secret.value import Value

THERE = SecretRef("web", "mysecret")
SOURCE = secret({"user": b"admin", "password": b"made-up"})
WANTED = {"user": Value(b"admin"), "password": Value(b"made-up")}


def test_a_copy_to_a_free_name_becomes_a_new_secret_of_the_same_type() -> None:
    plan = plan_copy(replace(SOURCE, type="example.test/own"), THERE, None)
    assert plan.draft is not None and plan.draft.is_new
    assert (plan.draft.ref, plan.draft.type) == (THERE, "example.test/own")
    assert plain(plan.draft.data(None)) == {"user": b"admin", "password": b"made-up"}


def test_a_new_copy_keeps_the_labels_of_persons_and_drops_the_marks_of_managers() -> None:
    source = replace(
        SOURCE,
        labels={
            "app": "shop",
            "app.kubernetes.io/name": "shop",
            "app.kubernetes.io/managed-by": "Helm",
            "app.kubernetes.io/instance": "edge",
            "kustomize.toolkit.fluxcd.io/name": "identity",
        },
        annotations={
            "example.test/note": "kept",
            "meta.helm.sh/release-name": "shop",
            "argocd.argoproj.io/tracking-id": "edge:/Secret:web/db",
            "cert-manager.io/alt-names": "a.test",
            "reconcile.external-secrets.io/data-hash": "masked",
        },
        has_last_applied=True,
        owners=(Owner("ExternalSecret", "db"),),
        is_immutable=True,
    )
    plan = plan_copy(source, THERE, None)
    assert plan.draft is not None
    fields = plain(plan.draft.fields(None))
    assert {name: text for name, text in fields.items() if "/" in name} == {
        "labels/app": b"shop",
        "labels/app.kubernetes.io/name": b"shop",
        "annotations/example.test/note": b"kept",
        "immutable/true": b"true",
    }
    left, owners, immutable = plan.notes
    assert left.startswith("Labels and annotations left out: app.kubernetes.io/")
    for name in ("argocd.argoproj.io/tracking-id", "kubectl.kubernetes.io/last-applied-configuration"):
        assert name in left
    assert owners == "Left out: the original's owner references."
    assert immutable == "The copy is immutable too."
    some = plan_copy(source, THERE, None, ["user"])
    assert some.draft is not None and plain(some.draft.fields(None)) == {"user": b"admin"} and not some.notes


def test_a_helm_release_is_copied_without_the_labels_by_which_helm_finds_it() -> None:
    labels = {"owner": "helm", "name": "shop", "status": "deployed", "version": "1"}
    plan = plan_copy(replace(SOURCE, type="helm.sh/release.v1", labels=labels), THERE, None)
    assert plan.draft is not None and plan.draft.fields(None).keys() == WANTED.keys()


def test_a_copy_onto_an_existing_secret_sets_only_what_differs_in_one_step() -> None:
    there = secret({"user": b"admin", "password": b"old", "theirs": b"kept"})
    plan = plan_copy(replace(SOURCE, data={**WANTED, "more": Value(b"m")}), REF, there)
    assert (plan.same, plan.differing, plan.missing) == (("user",), ("password",), ("more",))
    assert plan.draft is not None and len(plan.draft.steps) == 1
    assert plain(plan.draft.changes().set) == {"password": b"made-up", "more": b"m"}
    assert not plan.draft.changes().removed


@pytest.mark.parametrize(
    ("change", "word", "why"),
    [
        (
            {"type": "kubernetes.io/tls"},
            "another type",
            "type kubernetes.io/tls, which cannot change to Opaque",
        ),
        ({"is_immutable": True}, "immutable", "is immutable: its data cannot change"),
        ({"is_terminating": True}, "being deleted", "is being deleted"),
    ],
)
def test_a_secret_that_cannot_take_the_copy_says_why_and_another_name_is_proposed(
    change: dict[str, object], word: str, why: str
) -> None:
    there = replace(secret({"password": b"old"}), **change)
    plan = plan_copy(SOURCE, REF, there)
    assert plan.draft is None and plan.word == word
    assert why in plan.why and plan.why.endswith("Copy to another name, such as default/mysecret-2.")
    assert plan.differing == ("password",) and plan.missing == ("user",)


def test_a_service_accounts_token_is_not_copied() -> None:
    plan = plan_copy(replace(SOURCE, type="kubernetes.io/service-account-token"), THERE, None)
    assert plan.draft is None and plan.word == "cannot be copied"
    assert plan.why == ("default/mysecret is a service account token. Create a token in web instead.")


def test_making_the_same_change_says_what_the_other_secret_holds() -> None:
    before, after = Value(b"old"), Value(b"new")
    words = {
        held: plan_same_change(secret({"password": held}), "password", before, after)
        for held in (b"old", b"other", b"new")
    }
    assert [plan.word for plan in words.values()] == [SAME_OLD, OTHER_OLD, SAME_ALREADY]
    for held in (b"old", b"other"):
        draft = words[held].draft
        assert draft is not None and plain(draft.changes().set) == {"password": b"new"}
    assert words[b"new"].draft is None
    none = plan_same_change(secret({}), "password", before, after)
    assert none.draft is None and none.why == "default/mysecret has no key password."
    frozen = plan_same_change(secret({"password": b"old"}, is_immutable=True), "password", before, after)
    assert frozen.draft is None and frozen.word == "immutable"


def test_a_plan_shows_no_value() -> None:
    plan = plan_copy(SOURCE, THERE, None)
    assert "made-up" not in repr(plan) and "password" not in repr(plan)


@pytest.mark.parametrize(
    ("name", "taken", "wanted"),
    [
        ("db", (), "db-2"),
        ("db-2", (), "db-3"),
        ("db-v2", ("db-v3",), "db-v4"),
        ("release-2026-11", (), "release-2026-12"),
        ("x" * 252, (), ""),
    ],
)
def test_the_proposed_name_counts_up(name: str, taken: tuple[str, ...], wanted: str) -> None:
    assert next_name(name, taken.__contains__) == wanted


def copy_of(source: Secret, there: Secret | None = None, *keys: str) -> Draft:
    plan = from_source(plan_copy(source, THERE, there, keys or None), source_of(source, keys or None))
    assert plan.draft is not None
    return plan.draft


def newer_of(draft: Draft, now: Secret, there: Secret | None = None) -> NewerCopy:
    newer = copy_again(draft, now, there)
    assert newer is not None
    return newer


def test_a_copy_takes_what_changed_in_its_source_since_and_keeps_what_was_edited_in_it() -> None:
    draft = copy_of(SOURCE).set(None, "user", Value(b"mine")).set(None, "own", Value(b"o"))
    now = secret({"user": b"theirs", "password": b"newer", "added": b"a"})
    newer = newer_of(draft, now)
    assert (newer.taken, newer.kept) == (("added", "password"), ("user",))
    assert plain(newer.draft.data(None)) == {
        "user": b"mine",
        "password": b"newer",
        "own": b"o",
        "added": b"a",
    }
    assert copy_again(newer.draft, now, None) is None, "and is a copy of that version now"
    assert "password" not in newer_of(newer.draft, secret({"user": b"theirs", "added": b"a"})).draft.data(
        None
    )


def test_a_renewed_copy_takes_keys_that_were_the_same_there_and_only_the_chosen_ones() -> None:
    there = replace(secret({"user": b"admin", "password": b"old"}), ref=THERE)
    draft, now = copy_of(SOURCE, there, "user", "password"), secret({"user": b"root", "password": b"made-up"})
    assert draft.changes().keys == ("password",)
    newer = newer_of(draft, now, there)
    assert newer.taken == ("user",) and newer.draft.changes().keys == ("password", "user")
    chosen = copy_of(SOURCE, there, "password")
    assert copy_again(chosen, now, there) is None, "user is no part of it"


def test_an_annotation_of_a_manager_at_the_source_changes_no_copy() -> None:
    now = replace(SOURCE, annotations={"argocd.argoproj.io/tracking-id": "edge"}, resource_version="2")
    assert copy_again(copy_of(SOURCE), now, None) is None
