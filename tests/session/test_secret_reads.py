"""Many Secrets are read a few at a time, and one that cannot be read holds up no other."""

from __future__ import annotations

import asyncio

from tests.helpers import eventually
from tui.model.errors import ClusterError, Forbidden
from tui.model.secret.secret import SecretRef
from tui.session.several.secret_reads import read_each

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
