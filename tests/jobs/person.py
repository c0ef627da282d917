"""A person at a terminal: what they do by keys, mouse and paste, and what they read on the screen."""

from __future__ import annotations

import os
import re
import sys
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Final, Protocol, Self

import pytest
from rich.cells import get_character_cell_size

from tests.terminal.drive import PROGRAM, Tmux, until
from tests.terminal.server import Server
from tui.embedded.demo.story import STORY_TIME

JOB: Final = [pytest.mark.jobs, pytest.mark.timeout(180)]
"""Marks for `pytestmark` of each file in this folder."""

TODAY: Final = datetime.fromtimestamp(STORY_TIME, UTC)
"""Date of the demo's story, on which the clocks of cluster and program are set."""
MASK: Final = "********"
_STRETCH: Final = 50
_WHOLE_PASTE: Final = "\x1b[201~"
_EDGES: Final = "┃│┏┓┗┛┌┐└┘━─▁▂▃▄▅▆▇█▎▌▐ "
_UNREAD: Final = re.compile(r"[\s⇥⏎␤↵·…]+")
"""White space, its visible marks and the mark of a shortened line: ignored when values are compared."""
_WARNED: Final = re.compile("^ +! |does nothing here")
_UNTIL: Final = re.compile(r"until \d\d:\d\d:\d\d")
"""Time on the status line; in a terminal of one pane no frame separates that line from a value."""


class Reachable(Protocol):
    """Cluster with a kubeconfig."""

    @property
    def kubeconfig(self) -> Path: ...


class Person(Tmux):
    """`secret-tui` with these arguments in a terminal of `size` (columns, rows).

    Without a `server` it is the demo, with the cluster that it brings.
    """

    def __init__(
        self,
        server: Reachable | None,
        *arguments: str,
        size: tuple[int, int],
        settings: str = "",
        stdin: Path | None = None,
    ) -> None:
        """Start the program; `stdin` is a file that is piped into it."""
        cluster = ["--demo"] if server is None else ["--kubeconfig", str(server.kubeconfig)]
        ahead = server.ahead if isinstance(server, Server) else 0.0
        # The installed command, on the clock of its cluster.
        program = [sys.executable, "-m", "tests.terminal.fast_clock", str(ahead)] if ahead else [PROGRAM]
        command = [*program, *cluster, *arguments]
        if stdin is not None:
            command = ["sh", "-c", 'cat "$0" | "$@"', str(stdin), *command]
        super().__init__(command, size=size, settings=settings)
        self.columns, self.rows = size
        self._looked = ""
        """Last screen that did not change between two looks."""
        self._warned = set[str]()
        """Warnings on that screen."""
        self._paste = Path(os.environ["TMPDIR"]) / "pasted"

    def __enter__(self) -> Self:
        super().__enter__()
        try:
            self.sees("● live")
        except BaseException as error:
            self.__exit__(type(error), error, error.__traceback__)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, frames: TracebackType | None
    ) -> None:
        self._paste.unlink(missing_ok=True)
        super().__exit__(kind, error, frames)

    # Doing

    def press(self, *keys: str) -> None:
        """Press keys by tmux's names, each once the screen no longer changes, as a person would.

        A new warning is read first.
        """
        for key in keys:
            self._looks()
            warned = {line for line in self._looked.splitlines() if _WARNED.search(line)}
            if not warned <= self._warned:
                self._pace.reads()
            self._warned = warned
            super().press(key)

    def types_at(self, pace: float, text: str) -> None:
        """Type this letter by letter, `pace` seconds apart, without waiting for the screen."""
        self._looks()
        for char in text:
            super().type(char)
            threading.Event().wait(pace)

    def type(self, text: str) -> None:
        """Type this and wait for it on the screen: a return that arrives with it would look like a paste."""
        self._looks()
        before = self.screen
        super().type(text)
        until(lambda: self.screen != before, lambda: f"what {text!r} changes on\n{self.screen}")

    def _looks(self) -> None:
        """Wait until two looks in a row show the same screen."""
        looks: list[str] = []

        def is_still() -> bool:
            looks.append(self.screen)
            return looks[-2:-1] == looks[-1:]

        until(is_still, lambda: f"a screen that stands still\n{self.screen}")
        self._looked = looks[-1]

    def pastes(self, text: str) -> None:
        """Paste as a terminal does: marked, each line end a carriage return."""
        self._paste.write_text(text, newline="")
        self._tmux("load-buffer", "-b", "pasted", str(self._paste))
        self._tmux("paste-buffer", "-b", "pasted", "-p", "-d")
        self._pace.keep(_WHOLE_PASTE)
        self._pace.keep("")

    def clicks(self, text: str, *, below: str = "") -> None:
        """Click on the middle of this text, the first on the screen (from the row on that holds `below`)."""
        self.until(lambda: self._places(text, below), f"{text} to click on")
        self._looks()
        x, y = self._places(text, below)[0]
        self._pace.keep("click")
        for end in "Mm":
            self._tmux("send-keys", "-l", "--", f"\x1b[<0;{x + len(text) // 2 + 1};{y + 1}{end}")

    def _places(self, text: str, below: str) -> list[tuple[int, int]]:
        rows = self.screen.splitlines()
        start = next((y for y, row in enumerate(rows) if below in row), len(rows))
        return [(row.index(text), y) for y, row in enumerate(rows) if y >= start and text in row]

    def goes_back(self, *texts: str, gone: Sequence[str] = ()) -> None:
        """Press escape and wait: a letter that arrives with the escape would be alt and that letter."""
        self.press("Escape")
        self.until(lambda: self.screen != self._looked, "what the escape changes on")
        self.sees(*texts, gone=gone)

    def finds(self, words: str) -> None:
        """Filter the list by these words; the cursor is on the first row."""
        self.press("/")
        self.type(words)
        typed = f"/ {words}"
        self.until(lambda: typed in self.box and " of " in self.title_row, f"the list filtered by {words}")
        self.press("Enter")
        self.until(lambda: typed not in self.box, "the filter's field to close")

    def opens(self, name: str) -> None:
        """Open the Secret of that name, from the list."""
        self.finds(name)
        self.press("Enter")
        self.until(self.sees_keys, f"the keys of {name}")
        self.sees_title(name)

    def edits(self, key: str, *, managed_by: str = "") -> None:
        """Open the editor of a key of the open Secret, also where its source is offered instead."""
        self.go_to(key)
        self.press("e")
        if managed_by:
            self.sees(f"{managed_by} manages", "h  edit here anyway")
            self.press("Enter")
        self.sees_title(f"/ {key}")

    def clears(self) -> None:
        """Clear the editor."""
        self.press("F7", "BSpace")
        self.until(lambda: not "".join(self.box), "an empty field")

    def types(self, text: str) -> None:
        """Type in the editor, and see it while typing."""
        for at in range(0, len(text), _STRETCH):
            self.type(text[at : at + _STRETCH])
            self.reads(text[max(0, at - _STRETCH) : at + _STRETCH])

    def keeps(self, key: str, *, by: str = "Enter") -> None:
        """Keep what the editor holds; back in the Secret, which now has a draft."""
        self.press(by)
        self.until(self.sees_keys, "the keys of the Secret")
        self.sees(f"{key} kept", "1 draft")

    def begins(self, name: str, letter: str, *texts: str) -> None:
        """Begin a new Secret of the type that has this letter."""
        self.presses("a", "New Secret in")
        self.type(name)
        self.presses("Enter", f"Type of {name}")
        self.presses(letter, *texts)

    def creates(self) -> None:
        """Review the draft of a new Secret, and write it."""
        self.presses("w", "Review", "accepted", "Creates in")
        self.presses("W", "Created: ", gone=["Creates in", "1 draft"])

    def sets_blind(self, key: str, value: str) -> None:
        """Set a key of the open Secret without showing it, by a paste."""
        self.go_to(key)
        self.presses("s", f"/ {key}")
        self.pastes(value)
        self.sees("typed; its size")
        self.presses("Enter", f"{key} set unseen", "1 draft")

    def fills(self, text: str, *, key: str = "Enter") -> None:
        """Type in the field that is open, see it there, and go on by a key."""
        self.type(text)
        self.reads(text)
        self.press(key)

    def adds(self, key: str) -> None:
        """Add a key of this name to the open Secret; its empty editor is open."""
        self.presses("a", "Add a key")
        self.fills(key)
        self.sees_title(f"/ {key}")

    def reviews(self, *texts: str) -> None:
        """Open the review and wait for its dry run."""
        self.presses("w", "Review", "accepted", "Writes to", *texts)

    def writes(self) -> None:
        self.presses("W", "Written", gone=["Writes to", "1 draft"])

    def quits(self) -> None:
        """Quit, without a draft and so without a question."""
        self.press("C-q")
        assert self.exit_code == 0, self.screen

    # Seeing

    def sees_keys(self) -> bool:
        """True if the focused pane is that of an open Secret."""
        return any("KEY " in row and " SIZE" in row for row in self.box)

    def sees_title(self, text: str) -> None:
        """Wait until the heavy title row of the focused pane holds this."""
        until(lambda: text in self.title_row, lambda: f"{text!r} in the title of\n{self.screen}")

    @property
    def title_row(self) -> str:
        row = next((row for row in self.screen.splitlines() if "━ " in row), "")
        return row[row.find("┏") + 1 :].split("┓")[0]

    @property
    def box(self) -> list[str]:
        """Rows in the innermost heavy frame (that of a field, if one is open), without frame and scrollbar.

        In a terminal of one pane without a field: all rows below the title (a dialog's, if one is open).
        """
        return [row.strip(_EDGES) for row in self._framed]

    @property
    def below_keys(self) -> list[str]:
        """Rows of the box that hold a shown value, below its key, without the marks of a difference."""
        rows = [row.strip(_EDGES) for row in self._framed if row.lstrip().startswith("│")]
        return [re.sub("^[-+] ", "", row) for row in rows]

    @property
    def _framed(self) -> list[str]:
        rows = self.screen.splitlines()
        tops = [n for n, row in enumerate(rows) if "┏" in row]
        if not tops:
            titles = [
                n for n, row in enumerate(rows) if row.startswith("━ ")
            ]  # a dialog's is below the pane's
            title = titles[-1] if titles else len(rows)
            ruled = (n for n, row in enumerate(rows) if n > title and re.match("━|──", row))
            return rows[title + 1 : next(ruled, None)]
        cells = [_cells(row) for row in rows]
        top = tops[-1]
        left, right = cells[top].index("┏"), cells[top].index("┓")
        bottom = next(
            (n for n, row in enumerate(cells) if n > top and row[left : left + 1] == ["┗"]), len(rows)
        )
        return ["".join(row[left + 1 : right]) for row in cells[top + 1 : bottom]]

    def reads(self, value: str) -> None:
        """Wait until this can be read in the box, whole: its rows joined, wherever it was wrapped."""
        until(lambda: squeezed(value) in squeezed("".join(self.box)), lambda: f"{value!r} in\n{self.screen}")

    def reads_by_pages(self, value: str) -> None:
        """Read the box page by page, from here to its last row, and find this value whole."""
        self.finds_in(self.pages(lambda: self.box), value)

    def finds_in(self, rows: Sequence[str], value: str) -> None:
        """Assert that these rows hold this value whole."""
        read, wanted = squeezed("".join(rows)), squeezed(value)
        known = next(n for n in range(len(wanted), -1, -1) if wanted[:n] in read)
        assert known == len(wanted), f"read {known} of {len(wanted)} characters, up to\n{self.screen}"

    def shows(self, key: str, value: str) -> None:
        """Open a key of the open Secret, show its value and read it whole; and back."""
        self.go_to(key)
        self.press("Enter")
        self.sees_title(key)
        self.press("r")
        self.sees("is shown")
        self.reads_by_pages(value)
        self.goes_back("KEY")

    def reviews_values(self, *values: str) -> None:
        """Show all values in the review, and read each whole below its key."""
        self.press("R")
        self.sees("shown until")
        read = self.pages(lambda: self.below_keys)
        for value in values:
            self.finds_in(read, value)

    def pages(self, rows: Callable[[], list[str]]) -> list[str]:
        """Collect these rows of the box, from here to its end."""
        self.rests()
        pages, boxes = [rows()], [self.box]
        while len(pages) < 2 or _moving(boxes[-1]) != _moving(boxes[-2]):
            self.press("NPage")
            self.rests()
            pages.append(rows())
            boxes.append(self.box)
        return joined(pages)

    def sees_row(self, *texts: str) -> str:
        """Wait until one row holds all of these, and return it."""

        def rows() -> list[str]:
            return [row for row in self.screen.splitlines() if all(text in row for text in texts)]

        until(rows, lambda: f"{texts} in one row of\n{self.screen}")
        return rows()[0]

    def until(self, is_true: Callable[[], object], what: str) -> None:
        """Wait for something that is not on the screen."""
        until(is_true, lambda: f"{what}\n{self.screen}")


def joined(pages: Sequence[Sequence[str]]) -> list[str]:
    """Join the rows of pages that overlap: a page may begin with rows of the one before."""
    read, *more = map(_moving, pages)
    for page in more:
        known = next(n for n in range(len(page), -1, -1) if not n or read[-n:] == page[:n])
        read += page[known:]
    return read


def _moving(page: Sequence[str]) -> list[str]:
    return [row for row in page if not _UNTIL.search(row)]


def squeezed(text: str) -> str:
    """Remove blanks, tabs, line breaks and their visible marks from a text."""
    return _UNREAD.sub("", text)


def _cells(row: str) -> list[str]:
    """Cells of a row; the second cell of a wide character is ""."""
    cells: list[str] = []
    for char in row:
        size = get_character_cell_size(char)
        if size == 0 and cells:
            at = -2 if cells[-1] == "" and len(cells) > 1 else -1
            cells[at] += char
        else:
            cells += [char, ""][:size]
    return cells
