"""500 random sequences of requests: the embedded cluster answers them all as the real API server does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.controlplane.plane import ControlPlane
from tests.differ.pair import pair
from tests.differ.steps import Steps, sequences
from tui.embedded.objects.kinds import Kind
from tui.embedded.objects.store import Event, Record, Shelf, Store
from tui.embedded.status import Obj
from tui.embedded.verbs import write

pytestmark = [pytest.mark.real, pytest.mark.timeout(300)]

PARTS: Final = 10
SEQUENCES: Final = 50
"""In each part."""


def compare(plane: ControlPlane, part: int, *phases: Phase) -> None:
    """Plays the sequences of that part; fails with all that differs in one that differs."""

    @seed(part)
    @settings(
        derandomize=False,  # else every part would draw the same
        database=None,
        deadline=None,
        max_examples=SEQUENCES,
        phases=(Phase.generate, *phases),
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    @given(sequences())
    def answers_are_alike(steps: Steps) -> None:
        different = runner.run(both.differences(steps))
        assert not different, f"{len(different)} answers differ:\n" + "\n".join(different)

    with asyncio.Runner() as runner:
        context = pair(plane)
        both = runner.run(context.__aenter__())
        try:
            answers_are_alike()
        finally:
            runner.run(context.__aexit__(None, None, None))


@pytest.mark.parametrize("part", range(PARTS))
def test_both_answer_alike(plane: ControlPlane, part: int) -> None:
    compare(plane, part, Phase.shrink)


def not_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    """A write that changes an object leaves it the version that the cluster was at."""
    commit = Store.commit

    def committed(store: Store, kind: Kind, obj: Obj) -> Record:
        meta = obj["metadata"]
        if store.find(kind, meta.get("namespace", ""), meta["name"]) is not None:
            store.version -= 1
        return commit(store, kind, obj)

    monkeypatch.setattr(Store, "commit", committed)


def null_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """A merge patch sets a key to null instead of taking it away."""
    merged = write.merged

    def keeping(target: Any, patch: Any) -> Any:
        result = merged(target, patch)
        if not isinstance(patch, dict):
            return result
        return result | {key: None for key, value in patch.items() if value is None}

    monkeypatch.setattr(write, "merged", keeping)


def deletion_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A watch does not say that an object is gone."""
    tell = Shelf.tell

    def telling(shelf: Shelf, event: Event) -> None:
        if event.change != "DELETED":
            tell(shelf, event)

    monkeypatch.setattr(Shelf, "tell", telling)


@pytest.mark.parametrize(
    ("break_it", "shown"),
    [
        (not_raised, r"resourceVersion\s+wanted version \d+"),
        (null_kept, r"PATCH [^\n]+\s+\.body\.\S+\s+wanted <absent>"),
        (deletion_missing, r"\.type\s+wanted DELETED"),
    ],
)
def test_a_broken_cluster_is_found_out(
    plane: ControlPlane,
    monkeypatch: pytest.MonkeyPatch,
    break_it: Callable[[pytest.MonkeyPatch], None],
    shown: str,
) -> None:
    break_it(monkeypatch)
    with pytest.raises(AssertionError, match=shown):
        compare(plane, 0)
