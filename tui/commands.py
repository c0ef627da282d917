"""Every command once: its keys, its words, where it works. Footer, palette, help and bindings read this."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from msgspec import Struct
from textual.binding import Binding


class Where(StrEnum):
    """A place with keys of its own."""

    LISTS = "lists"
    NAMESPACES = "namespaces"
    SECRET = "secret"
    VALUE = "value"
    EDITOR = "editor"
    REVIEW = "review"
    CONFLICT = "conflict"
    PODS = "pods"
    DELETE = "delete"
    CONTEXTS = "contexts"
    PAGE = "page"
    """Something to read: help, messages, facts."""
    ACCESS = "access"
    """What the cluster refuses here, and how to ask for it."""
    UNSEEN = "set unseen"
    """A value is set that is never drawn."""
    CHECK = "check"
    """A value is typed unseen, to be compared."""


ANYWHERE: Final = frozenset(Where)
_BROWSING: Final = frozenset({Where.LISTS, Where.NAMESPACES, Where.SECRET, Where.VALUE, Where.PODS})
NOT_TYPING: Final = ANYWHERE - {Where.EDITOR, Where.DELETE, Where.UNSEEN, Where.CHECK}
_PATCH, _CREATE, _DELETE = "patch", "create", "delete"
NO_KEY: Final = "no-key"
"""Bound to what has no press, since a keymap changes only what is bound. No terminal sends it."""


ACTS: Final = True
MOVES: Final = False


class Command(Struct, frozen=True):
    """One thing that a person can ask for."""

    id: str
    """verb_noun: the action's name, the binding's id and the keymap's word."""
    keys: str
    """As Textual writes them, comma-separated; empty for what the palette alone offers."""
    title: str
    """For the footer: one or two words."""
    help: str
    """For help and palette: one sentence without its full stop."""
    acts: bool
    """Does its press more than move on what is on screen, go back, hide or stop? See `screens/waiting.py`."""
    where: frozenset[Where]
    in_footer: frozenset[Where] = frozenset()
    shows: bool = False
    """Does it show or hand over a value, or open one for typing? Refused under --no-reveal."""
    writes: bool = False
    """Does it lead to a write? Refused when read-only."""
    needs: str = ""
    """The verb on Secrets without which the cluster would refuse what it leads to."""
    titles: tuple[tuple[Where, str], ...] = ()
    """Other words for the footer of a place."""

    @property
    def is_copy(self) -> bool:
        """Does it send something to the clipboard?"""
        return self.id.startswith("copy_")

    def title_in(self, where: Where) -> str:
        """Its footer words there."""
        return dict(self.titles).get(where, self.title)


def _at(*places: Where) -> frozenset[Where]:
    return frozenset(places)


_L, _N, _S, _V, _E, _R, _C, _P, _D, _X, _G, _A, _U, _K = Where

# fmt: off
COMMANDS: Final[tuple[Command, ...]] = (
    # The footer keeps this order: what a place is for comes first; but without a login nothing works.
    Command("log_in", "L", "log in", "Log in again; a login command that asks gets the terminal", ACTS,
            NOT_TYPING, NOT_TYPING),
    Command("reveal_key", "r,x", "show", "Show or hide the value under the cursor", ACTS,
            _at(_S, _V, _R, _C), _at(_S, _V, _R, _C), shows=True),
    Command("reveal_all", "R", "show all", "Show or hide every value of this Secret", ACTS,
            _at(_S, _R, _C), _at(_R), shows=True),
    Command("write_changes", "W", "write", "Write what the review shows", ACTS, _at(_R), _at(_R), writes=True,
            needs=_PATCH),
    Command("make_new", "a", "as new Secret", "Make a new Secret of a draft whose Secret is gone", ACTS,
            _at(_R), _at(_R), writes=True, needs=_CREATE),
    Command("change_existing", "b", "onto that one", "Put the draft on the Secret that has its name now",
            ACTS, _at(_R), _at(_R), writes=True, needs=_PATCH),
    Command("take_server", "1", "server's", "Take the server's value of this key", ACTS, _at(_C), _at(_C)),
    Command("take_yours", "2", "yours", "Keep your value of this key", ACTS, _at(_C), _at(_C)),
    Command("go_in", "enter", "open", "Go in: context, namespace, Secret, value, reader", ACTS,
            _at(_L, _N, _S, _P, _R, _X), _at(_L, _N, _P, _X), titles=((_X, "log in there"),)),
    Command("filter_list", "slash", "filter", "Filter the list: words, ns: type: key: label: by:, ! negates",
            MOVES, _at(_L, _P, _X), _at(_L, _P, _X)),
    Command("find_namespace", "slash", "find or type", "Find a namespace by words, or type any name", MOVES,
            _at(_N), _at(_N)),
    Command("star_namespace", "asterisk", "star", "Keep this namespace on top, or no more", ACTS, _at(_N),
            _at(_N)),
    Command("copy_name", "c", "copy name", "Copy the name under the cursor", ACTS, _at(_L, _N, _P),
            _at(_N)),
    Command("copy_value", "c", "copy", "Copy the value under the cursor without showing it", ACTS,
            _at(_S, _V), _at(_S, _V), shows=True),
    Command("copy_as", "C", "copy as", "Copy it as base64, its name, a snippet, a kubectl line", ACTS,
            _at(_S, _V), shows=True),
    Command("edit_value", "e", "edit", "Edit the value under the cursor", ACTS,
            _at(_S, _V, _C), _at(_S, _V, _C), shows=True, writes=True, needs=_PATCH),
    Command("set_unseen", "s", "set unseen", "Set the value under the cursor without showing it", ACTS,
            _at(_S, _V), _at(_S, _V), writes=True, needs=_PATCH),
    Command("add_secret", "a", "new", "Make a new Opaque Secret", ACTS, _at(_L), _at(_L), writes=True,
            needs=_CREATE),
    Command("add_key", "a", "add", "Add a key to this Secret", ACTS, _at(_S), _at(_S), writes=True,
            needs=_PATCH),
    Command("drop_key", "d", "drop key", "Drop the key under the cursor, in the draft", ACTS,
            _at(_S), _at(_S), writes=True, needs=_PATCH),
    Command("rename_key", "n", "rename", "Rename the key under the cursor; its bytes stay", ACTS,
            _at(_S), writes=True, needs=_PATCH),
    Command("undo_step", "u", "undo", "Undo the last step of this draft", ACTS, _at(_S), writes=True),
    Command("review_changes", "w", "review", "Review the draft: what changes, who reads it, the dry run",
            ACTS, _at(_L, _S, _C), _at(_L, _S, _C), writes=True, titles=((_C, "review again"),)),
    Command("go_back", "escape", "back", "One level back; a filter is cleared first", MOVES,
            NOT_TYPING, _at(_S, _V, _R, _C, _P, _X, _G, _A),
            titles=((_R, "back, draft kept"), (_C, "back, draft kept"))),
    Command("show_readers", "p", "readers", "Who reads this Secret: pods, containers, variables, files", ACTS,
            _at(_L, _S), _at(_L, _S)),
    Command("check_value", "equals_sign", "check", "Type or paste a value unseen: is it the same?", ACTS,
            _at(_S, _V), _at(_S, _V)),
    Command("show_pods", "P", "all pods", "All pods of the open namespace and what they read", ACTS,
            _at(_L, _N, _S, _P)),
    Command("delete_secret", "D", "delete", "Delete the Secret: its readers first, then its name typed", ACTS,
            _at(_L, _S), writes=True, needs=_DELETE),
    Command("show_facts", "i", "facts", "Labels, annotations, owner, who wrote which key when", ACTS,
            _at(_L, _S)),
    Command("open_named", "", "by name", "Open a Secret by its name, whether or not it is listed", ACTS,
            _at(_L, _S)),
    Command("copy_request", "c", "copy role", "Copy the Role and its binding, to be applied by who may", ACTS,
            _at(_A), _at(_A)),
    Command("copy_question", "C", "copy can-i", "Copy the line that asks kubectl for this right", ACTS,
            _at(_A), _at(_A)),
    Command("choose_namespace", "N", "namespace", "Go to the list of namespaces", ACTS, _at(_L, _S), _at(_L)),
    Command("choose_context", "X", "context", "The contexts of the kubeconfig; choosing one logs in there",
            ACTS, _at(_L, _N, _S), _at(_L, _N)),
    Command("show_everywhere", "0", "all namespaces", "Secrets of all namespaces", ACTS, _at(_L, _N),
            _at(_N)),
    Command("show_place_before", "minus", "place before", "The namespace before, as cd -", ACTS,
            _at(_L, _N)),
    Command("order_list", "o", "order", "Order by the next column", ACTS, _at(_L, _P), _at(_P)),
    Command("reverse_order", "O", "reverse", "Turn the order around", ACTS, _at(_L, _P)),
    Command("toggle_helm", "H", "Helm", "Show or hide Helm's own release records", ACTS, _at(_L)),
    Command("hide_all", "m", "hide all", "Hide everything that is shown", MOVES, _at(_L, _S, _V, _R, _C, _P)),
    Command("keep_unseen", "enter", "keep", "Keep it in the draft; then its size and line breaks are told",
            ACTS, _at(_U), _at(_U)),
    Command("compare_value", "enter", "check", "Say whether what was typed is the value", ACTS, _at(_K),
            _at(_K)),
    Command("generate_value", "ctrl+g", "generate", "Make a value up by chance", ACTS, _at(_U), _at(_U)),
    Command("longer_value", "up", "longer", "Generate more characters", MOVES, _at(_U), _at(_U)),
    Command("shorter_value", "down", "shorter", "Generate fewer characters", MOVES, _at(_U), _at(_U)),
    Command("other_letters", "right", "of others", "Generate of other characters", MOVES, _at(_U), _at(_U)),
    Command("start_over", "ctrl+u", "empty", "Forget what stands in the field", ACTS,
            _at(_U, _K), _at(_U, _K)),
    Command("keep_value", "ctrl+s", "keep", "Keep what you typed, in the draft", ACTS, _at(_E), _at(_E)),
    Command("break_line", "ctrl+j", "line break", "Put a line break at the cursor", MOVES, _at(_E), _at(_E)),
    Command("toggle_final_break", "ctrl+t", "final line break", "Add or take away the final line break", ACTS,
            _at(_E, _U), _at(_E, _U)),
    Command("edit_bytes", "ctrl+b", "as bytes", "Edit the value as bytes, in hexadecimal", ACTS, _at(_E),
            _at(_E)),
    Command("leave_editor", "escape", "back", "Back; what you typed is kept in the draft", MOVES, _at(_E),
            _at(_E)),
    Command("confirm_delete", "enter", "delete", "Delete the Secret, if its name was typed exactly", ACTS,
            _at(_D), _at(_D), writes=True, needs=_DELETE),
    Command("leave_dialog", "escape", "back", "Back; nothing is done", MOVES,
            _at(_D, _U, _K), _at(_D, _U, _K)),
    Command("refresh_now", "ctrl+r", "refresh", "Ask the cluster again now, or reconnect", ACTS,
            _BROWSING | {_R, _C, _X}),
    Command("show_access", "A", "access", "What the cluster refuses you here, and the Role to ask for", ACTS,
            NOT_TYPING - {_A}),
    Command("show_messages", "exclamation_mark", "messages", "The messages of this run", ACTS, NOT_TYPING),
    Command("go_back_or_quit", "q", "back", "One level back; at the top it quits", ACTS, NOT_TYPING, _at(_N),
            titles=((_N, "quit"),)),
    Command("next_pane", "tab,l,right", "next pane", "Go to the pane on the right", MOVES, _at(_L, _N, _S)),
    Command("previous_pane", "shift+tab,h,left", "previous pane", "Go to the pane on the left", MOVES,
            _at(_L, _N, _S)),
    Command("cover_screen", "ctrl+l", "cover", "Cover the screen, let go of what was fetched; enter returns",
            MOVES, ANYWHERE, _at(_E)),
    Command("open_palette", "ctrl+p", "commands", "Find a command by its name", ACTS, NOT_TYPING),
    Command("keep_copied", "K", "keep copied", "Leave what was copied in the clipboard: it is not emptied",
            ACTS, NOT_TYPING),
    Command("suspend_program", "ctrl+z", "suspend", "To the shell; fg comes back, with everything hidden",
            ACTS, NOT_TYPING),
    Command("stop_running", "ctrl+c", "stop", "Stop what runs", MOVES, ANYWHERE),
    Command("quit_program", "ctrl+q", "quit", "Quit; asks only if there is a draft", MOVES, ANYWHERE),
    Command("show_help", "question_mark,f1", "all keys", "All keys that work here, and why some do not", ACTS,
            ANYWHERE),
)
# fmt: on

_OVER: Final = ("quit_program",)
"""Commands that a dialog cannot keep from the screen beneath it."""

BY_ID: Final = {command.id: command for command in COMMANDS}


def commands_in(where: Where) -> list[Command]:
    """The commands of a place, in the order of the footer."""
    return [command for command in COMMANDS if where in command.where]


def bindings(places: Iterable[Where]) -> list[Binding]:
    """Textual's bindings for a screen that has these places; a keymap may change their keys by id."""
    wanted = frozenset(places)
    return [
        Binding(
            command.keys or NO_KEY,
            f"run_command('{command.id}')",
            command.title,
            show=False,
            tooltip=command.help,
            id=command.id,
        )
        for command in COMMANDS
        if command.where & wanted
    ]


def over_bindings() -> list[Binding]:
    """For what lies over a screen (a name to type, a question, the palette): these reach that screen."""
    return [
        Binding(command.keys, f"app.run_beneath('{command.id}')", command.title, show=False, id=command.id)
        for command in (BY_ID[name] for name in _OVER)
    ]


class Grade(Struct, frozen=True):
    """How much this run may do. Each source of settings can only take away."""

    is_read_only: bool = False
    is_no_reveal: bool = False


def refusal(command: Command, grade: Grade) -> str | None:
    """Why this run refuses the command, in a sentence; None where it does not."""
    if grade.is_read_only and command.writes:
        return f"Read-only: {command.title} is refused; nothing is written in this run."
    if grade.is_no_reveal and command.shows:
        return f"No reveal: {command.title} is refused; no value is shown or copied."
    return None
