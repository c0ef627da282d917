"""Each fault of a network, at rest, in a list, in a watch, in a review and in a write, on a real API server.

A draft is open in all. What is wrong is read from the screen; when it is over ctrl+r recovers, without a
restart; the draft is still there; and what became of the write is what a GET past the proxy says.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import pytest

from tests.controlplane.plane import ControlPlane
from tests.journeys.cluster_objects import OLD, Beside
from tests.journeys.fault_proxy import ELSEWHERE, FAULTS, Fault, Faulting, Wanted
from tests.journeys.kubeconfigs import kubeconfig
from tests.terminal.drive import PROGRAM, Tmux, until
from tests.terminal.steps import MASK, NEW

pytestmark = [pytest.mark.real, pytest.mark.timeout(180)]

TIME_OUT: Final = "2"
"""Seconds: half-open connections end by it."""
SIZE: Final = (120, 36)
"""List and Secret beside each other."""


def _all(method: str, target: str) -> bool:
    return True


def _listing(method: str, target: str) -> bool:
    return method == "GET" and "/secrets?" in target and "watch=" not in target


def _watching(method: str, target: str) -> bool:
    return "watch=" in target


def _rehearsing(method: str, target: str) -> bool:
    return method == "PATCH" and "dryRun=" in target


def _writing(method: str, target: str) -> bool:
    return method == "PATCH" and "dryRun=" not in target


@dataclass(frozen=True)
class Said:
    """What is to be read of a fault in each place; "" where it is none: what is asked comes, if late."""

    reading: str
    """In a list, in a watch and at rest."""
    review: str
    write: str
    is_written: bool
    watch: str | None = None
    """Where it is another than in a list."""


CUT: Final = "the connection to 127.0.0.1"
SILENT: Final = "No answer within 2 s"
NO_API: Final = "The answer is not from a Kubernetes API server (HTTP 200, text/html"
BUSY: Final = "The server is limiting requests (HTTP 429). Retry after 1 s."
NOBODY: Final = "the cluster rejected this login"
TOO_OLD: Final = "The list took too long: the server dropped that version (410)."
LED_AWAY: Final = f"The server redirects to {ELSEWHERE}"
SAID: Final = {
    "delay": Said("", "accepted", "written:", True),
    "drop": Said(CUT, CUT, "written:", True),
    "half-open": Said(SILENT, SILENT, "written:", True),
    "reset": Said(CUT, CUT, "outcome unknown since", False),
    "page": Said(NO_API, NO_API, "written:", True),
    "429": Said(BUSY, BUSY, "not written:", False),
    "401": Said(NOBODY, NOBODY, "not written:", False),
    "410": Said(TOO_OLD, TOO_OLD, "not written:", False, watch="mysecret"),
    "redirect": Said(f"{LED_AWAY}; secret-tui does not follow redirects.", LED_AWAY, "not written:", False),
}


@pytest.fixture
def beside(plane: ControlPlane) -> Beside:
    """A namespace with the Secret that everybody knows."""
    found = Beside(plane, plane.new_namespace())
    found.make_the_example()
    return found


@pytest.fixture
def proxy(plane: ControlPlane) -> Iterator[Faulting]:
    """On the program's way to the server."""
    with Faulting(plane.url, plane.tls()).on_a_thread() as found:
        yield found


class Journey:
    """One program with a draft, and the fault that it meets."""

    def __init__(self, tmux: Tmux, proxy: Faulting, fault: Fault, beside: Beside) -> None:
        self.tmux, self.proxy, self.fault, self.beside = tmux, proxy, fault, beside
        self.said = SAID[fault.name]

    def meets(self, wanted: Wanted, *presses: str, sees: str, cuts_watches: bool = False) -> None:
        """The fault begins; it is read on the screen, and the draft stays."""
        self.proxy.begin(self.fault, wanted, cuts_watches=cuts_watches)
        for press in presses:
            self.tmux.press(press)
        until(lambda: self.proxy.met, lambda: f"the fault to be met\n{self.tmux.screen}")
        if sees:
            self.tmux.sees("not live", "1 draft")
            wanted_text = sees.replace(" ", "")
            until(
                lambda: wanted_text in self.list_pane, lambda: f"{sees!r} in the list of\n{self.tmux.screen}"
            )
        else:
            self.tmux.sees("1 draft", "● live", gone=["not live"])

    @property
    def list_pane(self) -> str:
        """The pane beside the Secret, without spaces: a long host name is broken at a dot."""
        rows = [row.split("│┃")[0].split("││")[-1] for row in self.tmux.screen.splitlines() if "│┃" in row]
        return "".join("".join(rows).replace("│", "").split())

    def recovers(self, *gone: str) -> None:
        """It is over, and the person asks again."""
        self.proxy.end()
        self.tmux.presses("C-r", "● live", "1 draft", gone=["not live", *filter(None, gone)])
        assert self.beside.data()["password"] == OLD.encode(), "a draft sends nothing"

    def reads(self) -> None:
        """At rest, in a list, in a watch."""
        said = self.said
        self.meets(_all, sees=said.reading, cuts_watches=True)
        self.recovers(said.reading)
        self.meets(_listing, "C-r", sees=said.reading)
        assert "mysecret" in self.tmux.screen, "the rows stay"
        self.recovers(said.reading)
        watch = said.reading if said.watch is None else said.watch
        self.meets(_watching, sees=watch, cuts_watches=True)
        self.recovers(said.reading)

    def reviews(self) -> None:
        """In a dry run."""
        said = self.said
        self.proxy.begin(self.fault, _rehearsing)
        self.tmux.presses("w", "review", said.review, "1 draft")
        assert self.proxy.met
        self.proxy.end()
        self.tmux.presses("C-r", "accepted", "Writes to", "1 draft")
        self.tmux.rests()  # the dry run anew is answered

    def writes(self) -> None:
        """In the write itself: what is said of it is what a GET tells."""
        said = self.said
        self.proxy.begin(self.fault, _writing)
        self.tmux.presses("W", said.write)
        assert self.proxy.met
        assert self.password == (NEW if said.is_written else OLD)
        self.proxy.end()
        if said.is_written:
            self.tmux.sees("● live", gone=["1 draft"])
            return
        self.tmux.sees("1 draft")
        if "unknown" not in said.write:
            self.tmux.presses("C-r", "accepted", "1 draft")
            self.tmux.rests()
            self.tmux.presses("W", "written:", gone=["1 draft"])
            assert self.password == NEW

    @property
    def password(self) -> str:
        """What the server holds."""
        return self.beside.data()["password"].decode()


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_it_is_said_and_ctrl_r_recovers(beside: Beside, proxy: Faulting, fault: Fault) -> None:
    config = kubeconfig(beside.plane, url=proxy.url)
    command = [PROGRAM, "--kubeconfig", str(config), "-n", beside.namespace, "--request-timeout", TIME_OUT]
    with Tmux(command, size=SIZE) as tmux:
        tmux.sees("mysecret", "● live")
        tmux.presses("Enter", "password", MASK)
        tmux.presses("e", "edit mysecret / password", "was 12 B")
        tmux.press(*["BSpace"] * len(OLD))
        tmux.sees("now 0 B")
        tmux.type(NEW)
        tmux.sees(NEW)
        tmux.presses("Enter", "password kept in the draft", "1 draft")
        journey = Journey(tmux, proxy, fault, beside)
        journey.reads()
        journey.reviews()
        journey.writes()
        tmux.press("C-q")
