"""managedFields: who wrote which key last, and when; and the trees that say so."""

from __future__ import annotations

import string
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tui.embedded.objects.managed_fields import parse, render, track

T1, T2 = "2026-01-01T00:00:01Z", "2026-01-01T00:00:02Z"
_STEP = st.text(string.ascii_letters + '-._:{}"', min_size=1, max_size=8).map(lambda text: f"f:{text}")
_PATHS = st.frozensets(st.lists(_STEP, min_size=1, max_size=4).map(tuple), max_size=12)


def secret(**data: str | None) -> dict[str, Any]:
    return {"kind": "Secret", "apiVersion": "v1", "metadata": {"name": "s"}, "type": "Opaque", "data": data}


def written(old: dict[str, Any] | None, new: dict[str, Any], manager: str, time: str) -> dict[str, Any]:
    """`new` with its managedFields."""
    entries = track(old, new, manager, time)
    return new | {"metadata": new["metadata"] | {"managedFields": entries}}


def keys(obj: dict[str, Any]) -> dict[str, tuple[str, list[str]]]:
    """manager -> time and the keys that it wrote last."""
    return {
        entry["manager"]: (
            entry["time"],
            sorted(entry["fieldsV1"].get("f:data", {}).keys() - {"."}),
        )
        for entry in obj["metadata"]["managedFields"]
    }


@given(_PATHS)
def test_a_tree_reads_back_as_the_paths_it_was_made_of(paths: frozenset[tuple[str, ...]]) -> None:
    assert parse(render(paths)) == paths


@given(st.dictionaries(st.sampled_from("abcd"), st.sampled_from(["", "MQ==", "Mg=="])), st.data())
def test_every_key_has_one_last_writer(start: dict[str, str], data: st.DataObject) -> None:
    held = written(None, secret(**start), "first", T1)
    for manager in ("second", "third", "first"):
        after = data.draw(st.dictionaries(st.sampled_from("abcd"), st.sampled_from(["", "MQ==", "Mg=="])))
        new = written(held, secret(**after) | {"metadata": dict(held["metadata"])}, manager, T2)
        owners = [key for _, owned in keys(new).values() for key in owned]
        assert sorted(owners) == sorted(f"f:{key}" for key in after)
        changed = {key for key in after if held["data"].get(key) != after[key]}
        owned = keys(new).get(manager, ("", []))[1]
        assert {f"f:{key}" for key in changed} <= set(owned)
        held = new


def test_a_change_moves_its_key_and_its_time_alone() -> None:
    held = written(None, secret(a="MQ==", b="MQ=="), "first", T1)
    new = written(held, secret(a="Mg==", b="MQ==") | {"metadata": held["metadata"]}, "second", T2)
    assert keys(new) == {"first": (T1, ["f:b"]), "second": (T2, ["f:a"])}


def test_a_key_that_goes_moves_no_time() -> None:
    held = written(None, secret(a="MQ==", b="MQ=="), "first", T1)
    new = written(held, secret(b="MQ==") | {"metadata": held["metadata"]}, "second", T2)
    assert keys(new) == {"first": (T1, ["f:b"])}


def test_a_write_that_changes_nothing_moves_nothing() -> None:
    held = written(None, secret(a="MQ=="), "first", T1)
    assert track(held, held, "second", T2) == held["metadata"]["managedFields"]
