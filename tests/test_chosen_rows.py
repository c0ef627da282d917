"""The rows that a choice shows, in its order, and the counts of the others."""

from __future__ import annotations

import pytest

from tui.model.query import Query
from tui.model.secret.compare import TextOccurrence
from tui.model.secret.secret import SecretRef, SecretSummary
from tui.model.secret.types.registry import HELM_RELEASE
from tui.model.secret.value import Value
from tui.session.several.value_search import ValueSearchResult
from tui.ui.browser.listed_secrets import ListChoice, chosen_rows


def row(name: str, kind: str, keys: tuple[str, ...] | None) -> SecretSummary:
    return SecretSummary(SecretRef("team", name), f"uid-{name}", "1", kind, 1, None, keys=keys)


ROWS = (
    row("a", "Opaque", ("password",)),
    row("b", "kubernetes.io/tls", None),
    row("c", HELM_RELEASE, None),
    row("d", "Opaque", ("user",)),
)


HOLDINGS = {ROWS[0].ref: (TextOccurrence("password"),), ROWS[2].ref: (TextOccurrence("release"),)}
FOUND = ValueSearchResult(Value(b"made-up"), HOLDINGS, {}, {}, 4, 1, ())


@pytest.mark.parametrize(
    ("choice", "names", "helm_hidden", "keys_unknown"),
    [
        (ListChoice(), "abd", 1, 0),
        (ListChoice(is_reversed=True), "dba", 1, 0),
        (ListChoice(with_helm=True), "abcd", 0, 0),
        (ListChoice(searched=FOUND), "ac", 0, 0),
        (ListChoice(Query.parse("!b"), order="type", is_reversed=True), "ad", 1, 0),
        (ListChoice(Query.parse("key:pass")), "a", 1, 1),
        (ListChoice(Query.parse("key:pass"), with_helm=True), "a", 0, 2),
    ],
)
def test_a_choice_shows_its_rows_and_counts_hidden_releases_and_unknown_keys(
    choice: ListChoice, names: str, helm_hidden: int, keys_unknown: int
) -> None:
    rows = chosen_rows(ROWS, choice, lambda ref: None)
    assert "".join(summary.ref.name for summary in rows.shown) == names
    assert (rows.total, rows.helm_hidden, rows.keys_unknown) == (len(ROWS), helm_hidden, keys_unknown)
