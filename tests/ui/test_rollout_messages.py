"""Messages about restarts: the reason of a failure is shown whole, and the outcome once."""

from __future__ import annotations

from typing import Any

import pytest

from tests.session.workloads import pod_of, workload
from tests.ui.test_rollout import OLD, restarting

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_a_long_message_of_the_kubelet_is_read_whole_where_others_are_below(
    size: tuple[int, int],
) -> None:
    names = [f"other-{number}" for number in range(9)]
    others = [workload(name) for name in names]
    pods = [pod_of(name, f"{name}-1", started=OLD) for name in names]
    message = (
        f"MountVolume.SetUp failed for volume made-up : {'rpc error: code = Unknown desc = ' * 20}the end"
    )
    async with restarting(*others, *pods, size=size) as person:
        table: Any = person.app.screen.query_one("#changes")
        await person.waits_for(lambda: all(row.proposal.looked.dry_run for row in table.rows), "dry runs")
        await person.press("W")
        await person.sees_later("rolling")
        person.cluster.store.put(pod_of("api", "api-2", started=0, waiting=("ContainerCreating", "")))
        reason = {"type": "Warning", "reason": "FailedMount", "message": message}
        names_of = {"metadata": {"name": "made-up", "namespace": "default"}, "kind": "Event"}
        pod = person.cluster.store.get("pods", "default", "api-2")["metadata"]["uid"]
        person.cluster.store.put(
            {**names_of, "apiVersion": "v1", **reason, "involvedObject": {"kind": "Pod", "uid": pod}}
        )
        await person.sees_later("failed: event FailedMount")
        if size == (80, 24):
            assert "the end" not in person.text
        await person.sees("enter shows the whole message.")
        await person.presses("enter", message, at="#page")
        await person.presses("escape", "1 failed, 10 not restarted")
        await person.sees(" esc, set a working value, and restart with T.")
        ended = "Restarts incomplete: 1 workload failed, 10 workloads not restarted."
        assert person.text.count(ended) == 1 and ended in person.status
