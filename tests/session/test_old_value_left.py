"""An old value that a write left in another key is named until it is mended, by whomever."""

from __future__ import annotations

import base64

from tests.helpers import eventually
from tests.session.cluster_session import MINE, cluster_session, secret_object
from tui.model.draft.former_values import FormerHeld


async def test_an_old_value_is_no_longer_left_after_an_undo_or_once_others_wrote_it() -> None:
    held = secret_object("mysecret", {"password": b"made-up-1", "url": b"a:made-up-1@b"})
    async with cluster_session(story=[held]) as at:
        left = (FormerHeld("password", ("url",)),)
        for is_undone in (True, False):
            await at.wrote(await at.edited(value=b"made-up-2"))
            assert at.session.rollouts.writes.left(MINE) == left
            if is_undone:
                await at.wrote(await at.edited(value=b"made-up-1"))
                assert at.session.rollouts.writes.left(MINE) == (), "it holds the value that password has"
        obj = at.home.store.get("secrets", "default", "mysecret")
        obj["data"]["url"] = base64.b64encode(b"a:made-up-2@b").decode()
        at.home.store.put(obj, manager="controller")
        await eventually(lambda: at.session.rollouts.writes.left(MINE) == (), "that others wrote it")
