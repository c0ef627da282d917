"""Writes: reviewed, sent on the version that was looked at, and with a known end."""

from __future__ import annotations

from tests.live.desk import MINE, desk
from tui.model.value import Value


async def test_a_written_draft_is_on_the_server_in_the_list_and_no_draft_any_more() -> None:
    async with desk() as here:
        draft = await here.edited()
        assert here.session.drafts.all() == [draft]
        outcome = await here.wrote(draft)
        assert outcome.sentence == "written: password of default/mysecret at 14:00:00"
        assert here.on_server() == {"username": b"admin", "password": b"n3w-made-up"}
        assert here.session.drafts.all() == []
        opened = here.session.opened
        assert opened is not None and opened.secret is not None
        assert opened.secret.data["password"] == Value(b"n3w-made-up")
        assert opened.changed == frozenset(), "what we wrote ourselves is no change by others"
        row = here.session.secrets.get(MINE)
        assert row is not None and row.resource_version == opened.secret.resource_version
