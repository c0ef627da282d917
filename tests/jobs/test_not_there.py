"""Job: recover from the mistyped name of a namespace or a Secret."""

from __future__ import annotations

from tests.jobs.conftest import AT_TWO_SIZES
from tests.jobs.person import JOB, Person
from tests.terminal.server import Server

pytestmark = [*JOB, AT_TWO_SIZES]


def test_a_mistyped_namespace_or_secret_is_named_with_a_similar_name(
    server: Server, size: tuple[int, int]
) -> None:
    with Person(server, "-n", "paymets", size=size) as person:
        person.sees("Namespace paymets does not exist", "payments")
        person.quits()
    with Person(server, "payments/legacy-bd", size=size) as person:
        person.sees("payments/legacy-bd does not exist", "legacy-db")
        person.quits()
