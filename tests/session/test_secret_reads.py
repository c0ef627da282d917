"""Many Secrets are read a few at a time, and one that cannot be read holds up no other."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from typing import Any

from tests.helpers import eventually
from tests.session.cluster_session import ClusterSession, cluster_session, secret_object
from tui.model.errors import ClusterError, Forbidden, NotFound
from tui.model.secret.secret import Secret, SecretRef
from tui.model.secret.types.registry import HELM_RELEASE
from tui.session.several.secret_reads import look_into, read_each
from tui.session.writes.audit import Journal

REFS = [SecretRef("web", f"made-up-{number}") for number in range(9)]


async def test_at_most_four_are_read_at_a_time_and_a_refusal_is_one_of_the_answers() -> None:
    begun, taken = list[SecretRef](), dict[SecretRef, str | ClusterError]()
    gate = asyncio.Event()

    async def read(ref: SecretRef) -> str:
        begun.append(ref)
        await gate.wait()
        if ref == REFS[0]:
            raise Forbidden("get", "secrets", "web")
        return ref.name

    reading = asyncio.create_task(read_each(REFS, read, taken.__setitem__))
    await eventually(lambda: bool(begun), "the first")
    assert begun == REFS[:4] and not taken
    gate.set()
    await reading
    assert isinstance(taken.pop(REFS[0]), Forbidden)
    assert taken == {ref: ref.name for ref in REFS[1:]}


MANY = [secret_object(f"made-up-{number:02d}", {"a": b"b"}, namespace="web") for number in range(60)]
RECORD = secret_object("made-up-record", {"release": b"b"}, namespace="web") | {"type": HELM_RELEASE}


async def looked_into(
    here: ClusterSession, refs: Sequence[SecretRef]
) -> Mapping[SecretRef, str | ClusterError]:
    """Look into these Secrets; return the result for each, and check that none came twice."""
    taken = dict[SecretRef, str | ClusterError]()

    async def look(secret: Secret) -> str:
        return secret.ref.name

    def take(ref: SecretRef, seen: str | ClusterError) -> None:
        assert ref not in taken
        taken[ref] = seen

    await look_into(here.session, refs, look, take)
    return taken


async def test_all_secrets_of_a_namespace_come_by_one_list_with_one_line_in_the_journal() -> None:
    lines = list[bytes]()
    async with cluster_session(namespace="web", story=[*MANY, RECORD], journal=Journal(lines.append)) as here:
        refs = [row.ref for row in here.session.secrets.rows]
        assert await looked_into(here, refs) == {ref: ref.name for ref in refs}
        assert len(here.asked("GET", "/secrets/")) == 1, "the record of Helm"
    noted: list[dict[str, Any]] = [json.loads(line) for line in lines]
    assert [(line["secret"], line["what"], line.get("how")) for line in noted] == [
        ("web/*", "opened", "60 Secrets"),
        ("web/made-up-record", "opened", None),
    ]


async def test_some_secrets_of_a_namespace_are_read_one_by_one_and_no_others() -> None:
    async with cluster_session(namespace="web", story=MANY) as here:
        refs = [row.ref for row in here.session.secrets.rows][:55]
        assert await looked_into(here, refs) == {ref: ref.name for ref in refs}
        assert len(here.asked("GET", "/secrets/")) == 55


async def test_a_secret_that_the_list_does_not_bring_is_read_by_itself() -> None:
    async with cluster_session(namespace="web", story=MANY) as here:
        refs = [row.ref for row in here.session.secrets.rows]
        gone = SecretRef("web", "made-up-gone")
        taken = await looked_into(here, [*refs, gone])
        assert isinstance(taken[gone], NotFound)
        assert {ref: name for ref, name in taken.items() if ref != gone} == {ref: ref.name for ref in refs}
