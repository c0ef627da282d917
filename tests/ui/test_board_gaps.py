"""Lists that a screen about the cluster reads, each refused in turn: the screen names it, never "none"."""

from __future__ import annotations

from typing import Final

import pytest

from tests.ui.person import sitting_at

pytestmark = pytest.mark.slow

EVIDENCE: Final = ("deployments", "ingresses", "pods", "serviceaccounts")
LISTS: Final = {
    "health": (*EVIDENCE, "externalsecrets", "cronjobs"),
    "certificates": (*EVIDENCE, "configmaps", "validatingwebhookconfigurations", "certificates"),
    "who can read": ("clusterrolebindings", "clusterroles", "pods", "rolebindings", "roles"),
}


@pytest.mark.parametrize(
    ("board", "refused"), [(board, refused) for board, lists in LISTS.items() for refused in lists]
)
async def test_a_list_that_is_refused_is_named_on_the_board(board: str, refused: str) -> None:
    async with sitting_at(namespace="payments", size=(200, 60), settles=False) as person:
        person.fault("status", method="GET", path=f"*/{refused}", code=403, times=None)
        await person.press("ctrl+r")
        await person.runs(board)
        if board == "certificates":
            await person.presses("v", "By expiry")
        await person.sees(f"refused: {refused}")
        assert "has no fault" not in person.text
        assert "everything was read" not in person.text.replace("not everything was read", "")
