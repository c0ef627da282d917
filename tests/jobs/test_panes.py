"""Job: give a pane the room it needs: an opened certificate, one zoomed pane, a pane by its number."""

from __future__ import annotations

from typing import Final

from tests.certificates import self_signed
from tests.jobs.person import JOB, TODAY, Person
from tests.terminal.server import Server

pytestmark = JOB

NAME: Final = "db-tls"
ONE, THREE = 80, 160
"""Columns of the terminal with one pane, and columns from which an open Secret is the third pane."""


def test_lines_of_an_opened_certificate_are_whole_and_its_pane_is_zoomed(
    person: Person, server: Server
) -> None:
    pem = self_signed(90, now=TODAY)
    server.write(NAME, {"tls.crt": pem}, "payments")
    person.opens(NAME)
    person.go_to("tls.crt")
    person.presses("r", "tls.crt is shown", "-----BEGIN CERTIFICATE-----")
    lines = [line for line in pem.decode().splitlines() if line in person.screen]
    assert lines == pem.decode().splitlines()[: len(lines)] and len(lines) > 1, person.screen
    person.presses("r", gone=["BEGIN CERTIFICATE"])

    if person.columns == ONE:
        person.presses("z", "This pane has the whole width already.")
    else:
        person.sees("Secrets 1 of")
        person.presses("z", "tls.crt", gone=["Secrets 1 of"])
        assert len(person.title_row) == person.columns - 2
        person.presses("z", "tls.crt", "Secrets 1 of")
    person.quits()


def test_a_digit_goes_to_its_pane_and_shows_a_hidden_one(person: Person) -> None:
    person.presses("3", "No Secret is open; enter opens one.")
    person.opens(NAME)
    person.presses("1", "kube-public")
    person.sees_title("Namespaces")
    person.press("3")
    person.sees_title(NAME)
    person.sees("tls.crt", gone=[] if person.columns >= THREE else ["kube-public"])
    person.press("2")
    person.sees_title("Secrets")
    person.presses("3", "tls.crt", "tls.key")
    person.sees_title(NAME)
    person.quits()


def test_a_secret_opened_by_its_name_has_the_screen_until_the_list_is_asked_for(
    server: Server, size: tuple[int, int]
) -> None:
    with Person(server, f"payments/{NAME}", size=size) as person:
        person.sees("tls.crt", "Read by: ca.crt", gone=["Secrets", "Namespaces"])
        assert len(person.title_row) >= person.columns - 2
        person.presses("2", "gateway-tls", "ledger-config")
        person.sees_title("Secrets")
        person.press("3")
        person.sees_title(NAME)
        if person.columns != ONE:
            person.sees("gateway-tls")
        person.quits()
