"""The findings of `secret-tui doctor`, and their layout in printable lines. Pure."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from typing import Final, Literal

from msgspec import Struct

from tui.model.text.printable import printable

WIDTH: Final = 79
_ABOUT: Final = 15
Sign = Literal["", "!", "x"]
"""Nothing to say of it, worth knowing, stops the program."""


class DoctorFinding(Struct, frozen=True):
    """One result of a check."""

    about: str
    how: str
    sign: Sign = ""


class Section(Struct, frozen=True):
    """Findings on one subject."""

    title: str
    findings: tuple[DoctorFinding, ...] = ()
    lines: tuple[str, ...] = ()
    """To be copied as they are: never broken."""


def drawn(sections: Iterable[Section]) -> Iterator[str]:
    """All of it, a line each."""
    for section in sections:
        yield printable(section.title)
        for found in section.findings:
            yield from _wrapped(found)
        yield from (f"      {printable(line)}" for line in section.lines)


def is_fit(sections: Iterable[Section]) -> bool:
    """Does nothing stop the program?"""
    return all(found.sign != "x" for section in sections for found in section.findings)


def _wrapped(found: DoctorFinding) -> list[str]:
    front = f"  {found.sign or ' '} {printable(found.about):<{_ABOUT}} "
    return textwrap.wrap(
        printable(found.how),
        WIDTH,
        initial_indent=front,
        subsequent_indent=" " * len(front),
        break_long_words=False,
        break_on_hyphens=False,
    ) or [front.rstrip()]
