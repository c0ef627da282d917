"""Job: see the inputs of a workload, their sources, and why a variable is overridden."""

from __future__ import annotations

from tests.jobs.conftest import AT_TWO_SIZES
from tests.jobs.person import JOB, MASK, Person
from tests.terminal.server import Server

pytestmark = [*JOB, AT_TWO_SIZES]


def test_the_inputs_of_a_workload_show_why_a_variable_is_overridden(
    server: Server, size: tuple[int, int]
) -> None:
    with Person(server, "deployment/orders", "-n", "odd", size=size) as person:
        person.sees("Inputs of Deployment/orders", "DB_HOST is from envFrom ConfigMap/orders DB_HOST")
        person.sees_row("▸", "DB_HOST", "ConfigMap/orders DB_HOST")
        person.sees("kubectl -n odd edit configmap/orders", f"literal {MASK}")
        assert "db-1.example.test" not in person.screen
        person.presses("r", "db-1.example.test")
        person.presses("r", gone=["db-1.example.test"])
        person.presses("g", "overridden")
        person.presses("j", "Overridden by envFrom ConfigMap/orders DB_HOST")
        person.presses("Enter", "DB_PASSWORD", "DB_USER", "orders-db")
        person.sees_row("▸", "DB_HOST")
        person.goes_back("Inputs of Deployment/orders")
        person.quits()


def test_e_on_an_input_of_a_pod_edits_its_key(server: Server, size: tuple[int, int]) -> None:
    before = server.data("orders-db", "odd")
    with Person(server, "-n", "odd", size=size) as person:
        person.presses("P", "Pods of odd", "Deployment/orders", "DB_PASSWORD")
        person.presses("Enter", "Inputs of Pod/orders-7c9f6d5b84-k2m8s", "8 variables, 3 files")
        person.sees_row("▸", "DB_PASSWORD", "Secret/orders-db DB_PASSWORD")
        person.presses("e", "orders-db", "made-up-password-of-orders")
        person.clears()
        person.types("n3w-made-up")
        person.keeps("DB_PASSWORD")
        person.reviews("DB_PASSWORD")
        person.writes()
        assert server.data("orders-db", "odd") == {**before, "DB_PASSWORD": b"n3w-made-up"}
        person.quits()
