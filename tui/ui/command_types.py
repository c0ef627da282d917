"""Commands, their places (screens and panes), and reasons why a command is refused."""

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
    """Screen, pane or dialog with its own keyboard keys. Each enum value is the title in the help."""

    _value_: str
    has_rows: bool

    def __new__(cls, title: str, has_rows: bool = False) -> Self:
        """Make a place. `has_rows`: true if the screen of the place is a RowsScreen."""
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
    WORKLOAD = "values of a workload", ROWS
    COMPARED_WORKLOADS = "compared workloads", ROWS
    DELETE = "delete"
    RESTART = "restarts", ROWS
    CONTEXTS = "contexts"
    PAGE = "pages to read"
    MESSAGES = "messages"
    DESCRIBE = "describe"
    SOURCE = "source of a Secret"
    REQUEST = "request to a manager"
    HEALTH = "health", ROWS
    CERTIFICATES = "certificates", ROWS
    WHO = "list of subjects", ROWS
    GRANT = "rights of a subject"
    LEAK = "leaked token", ROWS
    RELEASES = "Helm releases", ROWS
    REVISIONS = "revisions of a Helm release", ROWS
    ACCESS = "access"
    """Screen of missing rights, and of the Role to request."""
    UNSEEN = "set unseen"
    """Field for a new value. The typed text is not shown."""
    CHECK = "check"
    """Field for a value to compare. The typed text is not shown."""
    FIND = "find in values"
    """Field for a text to search in values. The typed text is not shown."""
    PASSWORD = "password of a keystore"


ACTS: Final = True
MOVES: Final = False


class Command(Struct, frozen=True):
    id: str
    """Id such as "copy_value", which the key binding and the setting `keymap` also use."""
    keys: str
    """Keyboard keys in Textual's notation, separated by commas; "" if only the palette offers the command."""
    title: str
    help: str
    """Sentence for the help and the palette, without a full stop."""
    acts: bool
    """False if the command is harmless when pasted text runs it, e.g. if it moves the cursor or hides values.

    If True, key_guard.py drops a key press that may be part of a paste and would run the command.
    """
    in_footer: frozenset[Where] = frozenset()
    """Places where the command works and is in the footer."""
    elsewhere: frozenset[Where] = frozenset()
    """Places where the command works without being in the footer."""
    opens: str = ""
    """Module and class of the screen that the command opens, such as "health.screen:HealthScreen"."""
    shows: bool = False
    """True if the command shows, copies, saves or edits a value.

    With --no-reveal, such a command is refused, except if `has_names` is true.
    """
    writes: bool = False
    """True if the command leads to a write, so read-only mode refuses it."""
    sends: bool = False
    """True if the command itself sends a write, or begins a deletion.

    A click in the footer does not run such a command.
    """
    is_final: bool = False
    """True if the command leads to a change that cannot be undone, such as the loss of a draft."""
    needs: str = ""
    """RBAC verb on Secrets, such as "patch", that the user needs for this command."""
    cannot: str = ""
    """Reason to show if the settings forbid the command, such as "keys cannot be dropped"."""
    has_names: bool = False
    """True if the command can also do something without values, such as copying a name.

    Then `refusal` allows it with --no-reveal, and `run_<id>` leaves out the values.
    """
    titles: tuple[tuple[Where, str], ...] = ()
    """(place, label in the footer) for each place whose label differs from `title`."""
    alone: str = ""
    """Text that replaces `help` in all places except the list of Secrets; "" if `help` is for all places."""
    synonyms: str = ""
    """Further words by which the palette finds the command."""

    @property
    def where(self) -> frozenset[Where]:
        return self.in_footer | self.elsewhere

    @property
    def is_copy(self) -> bool:
        """True if the command copies or saves something without showing a value."""
        return self.id.startswith(("copy_", "save_"))

    def title_in(self, where: Where) -> str:
        return dict(self.titles).get(where, self.title)

    def help_in(self, where: Where) -> str:
        return self.help if where is Where.SECRETS or not self.alone else self.alone


def unless(*checks: Callable[..., str | None]) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Add checks to a method `run_<id>`. If a check returns a sentence, the command is refused with this
    sentence.

    A check is a method of the same class, or a function that takes `self`.
    """

    def mark(run: Callable[P, R]) -> Callable[P, R]:
        run.checks = checks  # type: ignore[attr-defined]
        return run

    return mark


def why_impossible(run: MethodType) -> str | None:
    """Return the sentence of the first check that refuses `run_<id>` now; None if no check refuses it."""
    checks: tuple[Callable[..., str | None], ...] = getattr(run, "checks", ())
    return next((why for check in checks if (why := check(run.__self__))), None)


def refusal(command: Command, settings: Settings) -> str | None:
    """Reason why the settings forbid the command; None if they allow it."""
    if settings.read_only and command.writes:
        return f"Read-only: {command.cannot} here."
    if settings.no_reveal and command.shows and not command.has_names:
        return no_reveal(command)
    return None


def no_reveal(command: Command) -> str:
    only = ", but can be set unseen" if command.writes else ""
    return f"No reveal: {command.cannot} here{only}."
