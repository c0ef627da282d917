"""Run `journal` and `doctor`, the subcommands that need no cluster."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence

from tui.cli.arguments import parse_doctor, parse_journal
from tui.cli.doctor import sections
from tui.model.doctor_report import drawn, is_fit
from tui.terminal import locations
from tui.terminal.journal_reader import journal_lines


def run(command: str, words: Sequence[str], prog: str) -> tuple[str, int]:
    """What one of `arguments.COMMANDS` prints. Raises BadArguments, NotRead; SystemExit(0) after --help."""
    return _journal(words, prog) if command == "journal" else _doctor(words, prog)


def _journal(words: Sequence[str], prog: str) -> tuple[str, int]:
    wanted = parse_journal(words, time.time(), prog)
    folder = locations.state_folder(os.environ)
    return "".join(f"{line}\n" for line in journal_lines(folder, wanted)), 0


def _doctor(words: Sequence[str], prog: str) -> tuple[str, int]:
    parse_doctor(words, prog)
    found = sections(os.environ)
    head = "secret-tui doctor: ! needs attention, x keeps the program from running"
    return "".join(f"{line}\n" for line in (head, *drawn(found))), 0 if is_fit(found) else 1
