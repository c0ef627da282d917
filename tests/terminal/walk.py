"""A walk past every widget that shows a foreign text, over the cluster of hostile_cluster.py."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from tests.terminal.server import Server
from tests.terminal.watched_program import ENTER, ESCAPE, PAGE_DOWN, Look, Seen, Watched

SIZE: Final = (99, 120)
"""One pane, and long pages."""


@dataclass
class Walk:
    """What a step needs."""

    server: Server
    tui: Watched
    values: Sequence[bytes]

    @property
    def thirds(self) -> Sequence[bytes]:
        """As many values as make whole threes."""
        return self.values[: len(self.values) // 3 * 3]

    # Going about

    def press(self, key: str, *texts: str, at: str = "") -> Look:
        """Press a key and wait for what it does."""
        self.tui.press(key)
        return self.tui.sees(*texts, at=at)

    def back(self, at: str) -> None:
        """One level back, to this place."""
        self.press(ESCAPE, at=at)

    @contextmanager
    def opened(self, name: str, first: str) -> Iterator[None]:
        """Open a Secret by the filter until its first key is seen; go back to the whole list."""
        self.press("/", at="Field")
        self.press(pasted(name), f"filter: {name}")
        self.press(ENTER, at="SecretTable")
        self.press(ENTER, f"━ {name} ", " SIZE ", "▸", at="KeyTable")
        # The cursor keeps to a key of the same name in the Secret before.
        self.press("g", first)
        yield
        self.back("SecretTable")
        self.whole_list()

    def whole_list(self) -> None:
        """Leave the filter, and wait until the list is drawn without it.

        An escape and a letter that are read together are alt and that letter.
        """
        self.tui.press(ESCAPE)
        title = "━ Secrets "
        self.tui.look_until(
            lambda look: any(title in row and "filter:" not in row for row in look.rows), "the whole list"
        )

    def page(self) -> None:
        """Compare this frame, and go on page by page to the end."""
        look = self.compare()
        while look.at < look.most:
            self.tui.press(PAGE_DOWN)
            self.tui.leaves(look)
            look = self.compare()

    def compare(self) -> Look:
        """What stands in the terminal is what the app believes, cell by cell."""
        return self.tui.matches()

    def names(self, front: str) -> list[str]:
        """The Secrets whose names begin so."""
        return sorted(name for name in self.server.names() if name.startswith(front))


def the_list(walk: Walk) -> None:
    """All rows of the list."""
    walk.page()
    walk.tui.press("g")


def the_peeks(walk: Walk) -> None:
    """What is said below the list of each Secret with odd facts."""
    walk.press("/", at="Field")
    walk.press(pasted("odd-"), "filter: odd-")
    look = walk.press(ENTER, at="SecretTable")
    for _ in walk.names("odd-")[1:]:
        walk.tui.press("j")
        walk.tui.leaves(look)
        look = walk.compare()
    walk.whole_list()


def key_rows(walk: Walk) -> None:
    """Every value in its key's row."""
    for name in walk.names("rows-"):
        with walk.opened(name, "k00000"):
            walk.press("R", "shown until")
            walk.page()


def whole_values(walk: Walk) -> None:
    """Every value as a whole, in the view of text or of bytes."""
    for name in walk.names("whole-"):
        with walk.opened(name, "k00000"):
            for number, _ in enumerate(walk.server.data(name)):
                if number:
                    look = walk.tui.look()
                    walk.tui.press("j")
                    # A return that arrives together with a letter looks like a paste.
                    walk.tui.leaves(look)
                walk.press(ENTER, f"k{number:05}", at="ValueScreen")
                walk.press("r", "shown until")
                walk.page()
                walk.back("KeyTable")


def facts(walk: Walk) -> None:
    """Every text as an annotation; and labels, writers and owners with odd names."""
    for name in [*walk.names("notes-"), *walk.names("odd-0")[::20]]:
        with walk.opened(name, "KEY"):
            walk.press("i", "Describe", at="DescribeScreen")
            walk.page()
            walk.back("KeyTable")


def review(walk: Walk) -> None:
    """Every value as what a key was, or is to be."""
    with walk.opened("changes", "k00000"):
        walk.tui.ask("draft", _encoded(walk.values[1::2]))
        walk.press("w", "accepted", at="ReviewScreen")
        walk.press("R", "was  ")
        walk.page()
        walk.back("KeyTable")
        walk.tui.ask("undraft")


def conflict(walk: Walk) -> None:
    """Every value as what a key was at the start, is on the server, or is to be."""
    with walk.opened("collisions", "k00000"):
        walk.tui.ask("draft", _encoded(walk.thirds[2::3]))
        theirs = walk.thirds[1::3]
        walk.server.write("collisions", {f"k{number:05}": value for number, value in enumerate(theirs)})
        walk.press("w", "to resolve", at="ReviewScreen")
        walk.press("R", "│ before ", "│ yours ")
        walk.page()
        walk.back("KeyTable")
        walk.tui.ask("undraft")


def pods(walk: Walk) -> None:
    """Every text as what the kubelet says; and variables, paths and statuses with odd names."""
    walk.press("P", at="ReadersScreen")
    walk.page()
    walk.back("SecretTable")


def messages(walk: Walk) -> None:
    """Every text as a message of this run, and some on the line for messages."""
    words = [value.decode("utf-8", "replace") for value in walk.values]
    for word in words[:: max(1, len(words) // 60)]:
        walk.tui.ask("say", [word])
        walk.compare()
    walk.tui.ask("note", words)
    walk.press("!", "Messages", at="MessagesScreen")
    walk.page()
    walk.back("SecretTable")


STEPS: Final[tuple[Callable[[Walk], None], ...]] = (
    the_list,
    the_peeks,
    key_rows,
    whole_values,
    facts,
    review,
    conflict,
    pods,
    messages,
)


def take(walk: Walk) -> dict[str, Seen]:
    """The whole walk: what each step sent to the terminal; the first one, what was sent since the start."""
    walk.tui.sees("changes", "● live", at="SecretTable")
    walk.tui.sees("none known")
    seen = {}
    for step in STEPS:
        step(walk)
        walk.compare()
        seen[step.__name__] = walk.tui.seen()
    return seen


def pasted(text: str) -> str:
    """As a terminal hands a paste over."""
    return f"\x1b[200~{text}\x1b[201~"


def _encoded(values: Sequence[bytes]) -> list[str]:
    return [base64.b64encode(value).decode() for value in values]
