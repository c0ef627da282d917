"""What a command is, where it works, and why it may be refused."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from types import MethodType
from typing import Final, ParamSpec, Self, TypeVar

from msgspec import Struct

from tui.model.settings.settings import Settings

P = ParamSpec("P")
R = TypeVar("R")


ROWS: Final = True


class Where(StrEnum):
    """A place with keys of its own: what help calls it, and whether it is a screen of rows."""

    _value_: str
    has_rows: bool

    def __new__(cls, title: str, has_rows: bool = False) -> Self:
        """`has_rows`: a screen of rows (tui/ui/base/rows.py), which opens a row, goes back and asks again."""
        place = str.__new__(cls, title)
        place._value_ = title
        place.has_rows = has_rows
        return place

    SECRETS = "list of Secrets"
    NAMESPACES = "list of namespaces"
    SECRET = "open Secret"
    VALUE = "one value"
    YAML = "YAML"
    EDITOR = "editor"
    WHOLE = "editor of all keys"
    REVIEW = "review"
    CONFLICT = "conflict"
    DRAFTS = "review of several drafts", ROWS
    COMPARED = "compared Secrets", ROWS
    COMPARED_NAMESPACES = "compared namespaces", ROWS
    DIFFERENCES = "differences of two Secrets"
    PODS = "readers and pods", ROWS
    WORKLOAD = "what a workload gets", ROWS
    DELETE = "delete"
    RESTART = "restarts", ROWS
    CONTEXTS = "contexts"
    PAGE = "pages to read"
    """Help."""
    MESSAGES = "messages"
    DESCRIBE = "describe"
    SOURCE = "source of a Secret"
    """What manages it, and what can be asked there."""
    REQUEST = "request to a manager"
    HEALTH = "health", ROWS
    CERTIFICATES = "certificates", ROWS
    WHO = "who can read", ROWS
    GRANT = "rights of a subject"
    """Through which binding and role somebody can read."""
    LEAK = "leaked token", ROWS
    """Every place that holds it."""
    RELEASES = "Helm releases", ROWS
    REVISIONS = "revisions of a Helm release", ROWS
    ACCESS = "access"
    """What the cluster refuses here, and how to ask for it."""
    UNSEEN = "set unseen"
    """A value is set that is never drawn."""
    CHECK = "check"
    """A value is typed unseen, to be compared."""
    FIND = "find in values"
    """A text is typed unseen, to be looked for in values."""
    PASSWORD = "password of a keystore"
    """A password is typed unseen, to open a keystore."""


ACTS: Final = True
MOVES: Final = False


class Command(Struct, frozen=True):
    id: str
    """verb_noun: the action's name, the binding's id and the keymap's word."""
    keys: str
    """As Textual writes them, comma-separated; empty for what the palette alone offers."""
    title: str
    """For the footer: one or two words."""
    help: str
    """For help and palette: one sentence without its full stop."""
    acts: bool
    """Does its press more than move on what is on screen, go back, hide or stop? See key_guard.py."""
    in_footer: frozenset[Where] = frozenset()
    """The places where it works, and the footer has it."""
    elsewhere: frozenset[Where] = frozenset()
    """Where else it works."""
    opens: str = ""
    """The screen that it opens and that needs no more than what all share: "health.screen:HealthScreen"."""
    shows: bool = False
    """Does it show or hand over a value, or open one for typing? Refused under --no-reveal."""
    writes: bool = False
    """Does it lead to a write? Refused when read-only."""
    sends: bool = False
    """Does its press write, or begin a deletion? A click on it in the footer does not press it."""
    is_final: bool = False
    """Does it lead to a step that cannot be undone, though nothing is sent?"""
    needs: str = ""
    """The verb on Secrets without which the cluster would refuse what it leads to."""
    cannot: str = ""
    """For a run that refuses it, in words that "here" may follow: "keys cannot be dropped"."""
    has_names: bool = False
    """Does it offer something that needs no value? Then under --no-reveal it refuses the rest itself."""
    titles: tuple[tuple[Where, str], ...] = ()
    """Other words for the footer of a place."""
    alone: str = ""
    """Its help in other places than the list of Secrets; empty if it is the same."""
    synonyms: str = ""
    """More words by which the palette finds it."""

    @property
    def where(self) -> frozenset[Where]:
        return self.in_footer | self.elsewhere

    @property
    def is_copy(self) -> bool:
        """Does it hand a value over, to the clipboard or a file, without showing it?"""
        return self.id.startswith(("copy_", "save_"))

    def title_in(self, where: Where) -> str:
        """Its footer words there."""
        return dict(self.titles).get(where, self.title)

    def help_in(self, where: Where) -> str:
        """Its help there."""
        return self.help if where is Where.SECRETS or not self.alone else self.alone


def unless(*checks: Callable[..., str | None]) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Mark a method `run_<id>`: it is neither run nor offered while a check says why not, in a sentence.

    A check is a method of the same class, or a function of its object.
    """

    def mark(run: Callable[P, R]) -> Callable[P, R]:
        run.checks = checks  # type: ignore[attr-defined]
        return run

    return mark


def why_impossible(run: MethodType) -> str | None:
    """Why a method `run_<id>` would do nothing now, in a sentence; None if it would do something."""
    checks: tuple[Callable[..., str | None], ...] = getattr(run, "checks", ())
    return next((why for check in checks if (why := check(run.__self__))), None)


def refusal(command: Command, settings: Settings) -> str | None:
    """Why this run refuses the command, in a sentence; None where it does not."""
    if settings.read_only and command.writes:
        return f"Read-only: {command.cannot} here."
    if settings.no_reveal and command.shows and not command.has_names:
        return no_reveal(command)
    return None


def no_reveal(command: Command) -> str:
    """The sentence with which --no-reveal refuses it."""
    only = ", only set unseen" if command.writes else ""
    return f"No reveal: {command.cannot} here{only}."
