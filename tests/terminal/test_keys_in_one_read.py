"""Keys that arrive in one read: all are taken if the terminal marks its pastes, else none of a burst."""

from __future__ import annotations

from typing import Final

import pytest

from tests.pseudo_terminal import Terminal
from tests.terminal.drive import PROGRAM, environment
from tests.terminal.gnuscreen import GnuScreen
from tests.terminal.server import Server
from tests.terminal.steps import MASK, OLD, open_mysecret
from tests.terminal.steps import program as in_tmux

pytestmark = pytest.mark.pty

AT_TWO_SIZES = pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=str)
TMUX, MODE = b"\x1bP>|tmux 3.3a\x1b\\", b"\x1b[?2004;1$y"
ASKED: Final = b"\x1b[?2004$p\x1b[>q"
WORD: Final = ":ns web\r"
IGNORED: Final = "Ignored 8 characters that look like a paste."


@AT_TWO_SIZES
def test_in_tmux_a_word_and_its_enter_are_taken_in_order(server: Server, size: tuple[int, int]) -> None:
    """tmux answers with its name, over ssh too."""
    with in_tmux(server, size=size) as tmux:
        tmux.sees("mysecret", "● live")
        tmux.type(WORD)
        tmux.sees("› web", "admin-login")
        tmux.press("N")
        tmux.sees("Namespaces", "payments")
        tmux.type("/paym")
        tmux.sees("/ paym", gone=["Ignored"])


@AT_TWO_SIZES
def test_in_tmux_a_letter_at_once_after_e_is_typed(server: Server, size: tuple[int, int]) -> None:
    with in_tmux(server, size=size) as tmux:
        open_mysecret(tmux)
        tmux.type("ew")
        tmux.sees("edit mysecret / password", f"{OLD.decode()}w")


@AT_TWO_SIZES
def test_a_lone_bracket_is_a_key(server: Server, size: tuple[int, int]) -> None:
    with in_tmux(server, size=size) as tmux:
        tmux.sees("mysecret", "● live")
        tmux.type("[")
        tmux.sees("[ does nothing here; ? shows the keys.", gone=["pieces"])


def test_in_gnu_screen_a_burst_is_dropped_whole(server: Server) -> None:
    with GnuScreen([PROGRAM, "--kubeconfig", str(server.kubeconfig)]) as screen:
        screen.sees("mysecret", " live", "read by")
        screen.press(WORD)
        screen.sees(IGNORED)
        assert MASK not in screen.history and "› web" not in screen.history
        screen.press("C-q")
        assert screen.exit_code == 0


def program(server: Server, *, size: tuple[int, int] = (80, 24)) -> Terminal:
    return Terminal([PROGRAM, "--kubeconfig", str(server.kubeconfig)], env=environment(), size=size)


@AT_TWO_SIZES
@pytest.mark.parametrize("answer", [MODE, TMUX], ids=["DECRQM", "XTVERSION"])
def test_a_terminal_is_asked_about_pastes_and_its_late_answer_is_no_key(
    server: Server, size: tuple[int, int], answer: bytes
) -> None:
    with program(server, size=size) as terminal:
        terminal.until_shown("● live")
        assert ASKED in terminal.stream
        terminal.until_shown("1 pod")
        while terminal.watch(0.5):
            pass
        before = terminal.lines
        terminal.send(answer)
        terminal.watch(1.0)
        assert terminal.lines == before
        terminal.send(WORD.encode())
        terminal.until_shown("› web")


@AT_TWO_SIZES
def test_without_the_terminals_answer_a_word_is_dropped_and_so_is_the_enter_after_it(
    server: Server, size: tuple[int, int]
) -> None:
    with program(server, size=size) as terminal:
        terminal.until_shown("● live")
        terminal.watch(0.5)
        terminal.send(WORD.rstrip().encode())
        terminal.until_shown("Ignored 7 characters that look like a paste.")
        terminal.send(b"\r")
        terminal.until_shown("Ignored 1 more key.")
        assert not terminal.shows(MASK) and not terminal.shows("› web")


def test_after_a_marked_paste_unmarked_keys_are_no_paste(server: Server) -> None:
    with program(server) as terminal:
        terminal.until_shown("● live")
        terminal.send(b"\x1b[200~made up\x1b[201~")
        terminal.until_shown("Ignored 7 characters")
        terminal.watch(1.0)
        terminal.send(WORD.encode())
        terminal.until_shown("› web")
