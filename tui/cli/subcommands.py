"""Run a subcommand: `journal`, `doctor`, `completion` or `report`."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from tui.cli.arguments import parse_completion, parse_doctor, parse_journal
from tui.cli.doctor import drawn, is_fit, sections
from tui.model.journal import JournalFilter, entry_text, parse
from tui.model.text.printable import printable
from tui.terminal import locations
from tui.terminal.journal_file import JOURNAL_NAME, read


class JournalUnreadable(Exception):
    """Error: the journal cannot be read, or no directory for the journal is known."""


def journal_lines(folder: Path | None, wanted: JournalFilter) -> Iterator[str]:
    """Yield a line for each matching journal entry, the oldest first. Raises JournalUnreadable.

    At the end, yield a sentence if no entry matches, and another if parts of the journal could not be parsed.
    """
    if folder is None:
        raise JournalUnreadable("The journal has no directory, because $HOME is not set.")
    matching = broken = 0
    try:
        for text in read(folder):
            entry = parse(text)
            broken += entry is None
            if entry is not None and wanted.fits(entry):
                matching += 1
                yield entry_text(entry)
    except OSError as error:
        raise JournalUnreadable(f"The journal in {folder} cannot be read: {error.strerror}.") from None
    place = printable(str(folder / JOURNAL_NAME))
    if not matching:
        yield f"{'No matching' if wanted != JournalFilter() else 'No'} entries in {place}."
    if broken:
        yield f"{broken:,} {'line' if broken == 1 else 'lines'} of {place} could not be parsed."


def run(command: str, words: Sequence[str], prog: str) -> tuple[str, int]:
    """Run a subcommand, and return its output and exit code.

    Raises BadArguments or JournalUnreadable. With --help, raises SystemExit(0).
    """
    if command == "report":
        from tui.cli import report  # late import: loads the Kubernetes client

        return report.run(words, prog)
    if command == "completion":
        from tui.cli.completion import shell_code

        return shell_code(parse_completion(words, prog)), 0
    return _journal(words, prog) if command == "journal" else _doctor(words, prog)


def _journal(words: Sequence[str], prog: str) -> tuple[str, int]:
    wanted = parse_journal(words, time.time(), prog)
    folder = locations.state_folder(os.environ)
    return "".join(f"{line}\n" for line in journal_lines(folder, wanted)), 0


def _doctor(words: Sequence[str], prog: str) -> tuple[str, int]:
    given = parse_doctor(words, prog)
    checks = sections(os.environ, given.kubeconfig, given.context)
    head = 'secret-tui doctor: "!" marks a warning, "x" an error that prevents the start'
    return "".join(f"{line}\n" for line in (head, *drawn(checks))), 0 if is_fit(checks) else 1
