"""Commands, the places where they work, and the reasons to refuse them."""

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
        """Mark with `has_rows` a screen of rows (tui/ui/base/rows.py): it opens a row and asks again."""
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
    COMPARED_WORKLOADS = "compared workloads", ROWS
    DELETE = "delete"
    RESTART = "restarts", ROWS
    CONTEXTS = "contexts"
    PAGE = "pages to read"
    """Help."""
    MESSAGES = "messages"
    DESCRIBE = "describe"
    SOURCE = "source of a Secret"
    """Managers of the Secret, and what they can be asked for."""
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
    """Refusals of the cluster here, and how to ask for what is refused."""
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
    """Keys as Textual writes them, comma-separated; empty if only the palette offers the command."""
    title: str
    """Words of the footer, one or two."""
    help: str
    """Sentence of help and palette, without its full stop."""
    acts: bool
    """True if a press does more than move, go back, hide or stop. See key_guard.py."""
    in_footer: frozenset[Where] = frozenset()
    """Places where it works, and the footer has it."""
    elsewhere: frozenset[Where] = frozenset()
    """Other places where it works."""
    opens: str = ""
    """The screen that it opens and that needs no more than what all share: "health.screen:HealthScreen"."""
    shows: bool = False
    """True if it shows or hands over a value, or opens one for typing. Refused under --no-reveal."""
    writes: bool = False
    """True if it leads to a write. Refused when read-only."""
    sends: bool = False
    """True if a press writes, or begins a deletion. A click on it in the footer does not press it."""
    is_final: bool = False
    """True if it leads to a step that cannot be undone, though nothing is sent."""
    needs: str = ""
    """Verb on Secrets without which the cluster would refuse what the command leads to."""
    cannot: str = ""
    """Words about a refusal, before "here": "keys cannot be dropped"."""
    has_names: bool = False
    """True if it also offers something without a value, and so refuses the rest under --no-reveal itself."""
    titles: tuple[tuple[Where, str], ...] = ()
    """Other words for the footer of a place."""
    alone: str = ""
    """Help in other places than the list of Secrets; empty if it is the same."""
    synonyms: str = ""
    """More words by which the palette finds it."""

    @property
    def where(self) -> frozenset[Where]:
        return self.in_footer | self.elsewhere

    @property
    def is_copy(self) -> bool:
        """True if it hands a value over, to the clipboard or a file, without showing it."""
        return self.id.startswith(("copy_", "save_"))

    def title_in(self, where: Where) -> str:
        return dict(self.titles).get(where, self.title)

    def help_in(self, where: Where) -> str:
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
    """Reason why a method `run_<id>` would do nothing now, a sentence; None if it would do something."""
    checks: tuple[Callable[..., str | None], ...] = getattr(run, "checks", ())
    return next((why for check in checks if (why := check(run.__self__))), None)


def refusal(command: Command, settings: Settings) -> str | None:
    """Reason why this run refuses the command, a sentence; None if it does not."""
    if settings.read_only and command.writes:
        return f"Read-only: {command.cannot} here."
    if settings.no_reveal and command.shows and not command.has_names:
        return no_reveal(command)
    return None


def no_reveal(command: Command) -> str:
    """The sentence with which --no-reveal refuses it."""
    only = ", only set unseen" if command.writes else ""
    return f"No reveal: {command.cannot} here{only}."
