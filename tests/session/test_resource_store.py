"""ResourceStore: the newest sighting of each object, in whatever order they arrive, and cheaply."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from tests.session.samples import row
from tui.model.secret.secret import SecretRef, SecretSummary
from tui.session.cache.secret_store import SecretStore


@dataclass(frozen=True)
class Put:
    """A sighting."""

    row: SecretSummary


@dataclass(frozen=True)
class Gone:
    """A deletion."""

    row: SecretSummary


def history(lives: list[tuple[str, int, bool]]) -> tuple[list[Put | Gone], dict[str, SecretSummary]]:
    """History of a server, one version after the other, and its rows in the end.

    Each life of a name: so many versions, and whether it was deleted at its end; the next life of the
    same name can only begin after that.
    """
    happened: list[Put | Gone] = []
    held: dict[str, SecretSummary] = {}
    version = 0
    for number, (name, versions, is_deleted) in enumerate(lives):
        if name in held:
            version += 1
            happened.append(Gone(held.pop(name)))
        for _ in range(versions):
            version += 1
            held[name] = row(name, uid=f"uid-{number}", version=version)
            happened.append(Put(held[name]))
        if is_deleted:
            version += 1
            happened.append(Gone(held.pop(name)))
    return happened, held


lives = st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 3), st.booleans()), min_size=1, max_size=6)


@given(lives, st.data())
def test_any_order_and_repetition_of_a_history_ends_in_the_same_rows(
    told: list[tuple[str, int, bool]], data: st.DataObject
) -> None:
    happened, held = history(told)
    again = data.draw(st.lists(st.sampled_from(happened), max_size=8))
    store = SecretStore("default")
    for item in data.draw(st.permutations(happened + again)):
        if isinstance(item, Put):
            store.put(item.row)
        else:
            store.gone(item.row.ref, item.row.uid)
    assert list(store.rows) == [held[name] for name in sorted(held)]


@given(lives, st.data())
def test_a_list_of_any_moment_in_pages_between_the_events_changes_nothing(
    told: list[tuple[str, int, bool]], data: st.DataObject
) -> None:
    """A relist is a view of one moment; what came after it stays, what was deleted does not come back."""
    happened, held = history(told)
    moment = data.draw(st.integers(0, len(happened)))
    listed = held_after(happened[:moment])
    store = SecretStore("default")
    asked = data.draw(st.integers(0, moment))
    _tell(store, data.draw(st.permutations(happened[:asked])))
    store.begin()
    after = data.draw(st.permutations(happened[asked:]))
    served = data.draw(st.integers(0, len(after)))
    _tell(store, after[:served])
    store.page(listed.values())
    _tell(store, after[served:])
    store.end(str(moment))
    assert list(store.rows) == [held[name] for name in sorted(held)]


def _tell(store: SecretStore, items: list[Put | Gone]) -> None:
    for item in items:
        if isinstance(item, Put):
            store.put(item.row)
        else:
            store.gone(item.row.ref, item.row.uid)


def held_after(items: list[Put | Gone]) -> dict[str, SecretSummary]:
    """Rows of a server after these items."""
    held: dict[str, SecretSummary] = {}
    for item in items:
        if isinstance(item, Put):
            held[item.row.ref.name] = item.row
        else:
            held.pop(item.row.ref.name, None)
    return held


def test_the_last_arrival_wins_among_versions_that_are_no_numbers() -> None:
    store = SecretStore("default")
    store.put(row("a", version="x9"))
    assert store.put(row("a", version="x1"))
    assert not store.put(row("a", version="x1"))


def test_rows_are_sorted_by_namespace_and_name_and_the_view_is_kept() -> None:
    store = SecretStore(None)
    for namespace, name in (("b", "a"), ("a-b", "z"), ("a", "b"), ("a", "a")):
        store.put(row(name, namespace=namespace, uid=f"{namespace}{name}"))
    assert [str(held.ref) for held in store.rows] == ["a/a", "a/b", "a-b/z", "b/a"]
    view = store.rows
    assert store.rows is view
    assert not store.put(row("a", namespace="a", uid="aa"))
    assert store.rows is view
    assert store.put(row("a", namespace="a", uid="aa", version=2))
    assert store.rows is not view
    assert view[0].resource_version == "1", "what was handed out stays as it was"


def test_a_namespace_is_counted_only_when_it_was_listed_whole() -> None:
    store = SecretStore(None)
    store.put(row("a", namespace="x"))
    assert store.count("x") is None
    store.state = store.state.with_page(1, None, is_last=True)
    store.put(row("b", namespace="x", uid="b"))
    assert (store.count("x"), store.count("y")) == ((2, 0), (0, 0))
    store.gone(SecretRef("x", "b"), "b")
    assert store.count("x") == (1, 0)
    store.begin()
    store.end("9")
    assert store.count("x") == (0, 0)
    other = SecretStore("x")
    other.state = store.state
    assert other.count("y") is None
