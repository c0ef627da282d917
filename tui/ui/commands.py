"""Every command: id, keys, words, where it works. Footer, palette, help and bindings are made from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Final, ParamSpec, TypeVar

from msgspec import Struct
from textual.binding import Binding, BindingType

P = ParamSpec("P")
R = TypeVar("R")


class Where(StrEnum):
    """A place with keys of its own."""

    LISTS = "list of Secrets"
    NAMESPACES = "list of namespaces"
    SECRET = "open Secret"
    VALUE = "one value"
    YAML = "YAML"
    EDITOR = "editor"
    WHOLE = "editor of all keys"
    REVIEW = "review"
    CONFLICT = "conflict"
    DRAFTS = "review of several drafts"
    COMPARED = "compared Secrets"
    DIFFERENCES = "differences of two Secrets"
    PODS = "readers and pods"
    DELETE = "delete"
    RESTART = "restarts"
    CONTEXTS = "contexts"
    PAGE = "pages to read"
    """Help, messages."""
    DESCRIBE = "describe"
    SOURCE = "source of a Secret"
    """What manages it, and what can be asked there."""
    REQUEST = "request to a manager"
    HEALTH = "health"
    ACCESS = "access"
    """What the cluster refuses here, and how to ask for it."""
    UNSEEN = "set without showing"
    """A value is set that is never drawn."""
    CHECK = "check"
    """A value is typed unseen, to be compared."""
    FIND = "find in values"
    """A text is typed unseen, to be looked for in values."""


ANYWHERE: Final = frozenset(Where)
_BROWSING: Final = frozenset({Where.LISTS, Where.NAMESPACES, Where.SECRET, Where.VALUE, Where.PODS})
_HIDDEN: Final = frozenset({Where.UNSEEN, Where.CHECK, Where.FIND})
NOT_TYPING: Final = ANYWHERE - _HIDDEN - {Where.EDITOR, Where.WHOLE, Where.DELETE}
_PATCH, _CREATE, _DELETE = "patch", "create", "delete"
NO_KEY: Final = "no-key"
"""Bound to what has no press, since a keymap changes only what is bound. No terminal sends it."""


ACTS: Final = True
MOVES: Final = False


class Command(Struct, frozen=True):
    """One command of the program."""

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
    shows: bool = False
    """Does it show or hand over a value, or open one for typing? Refused under --no-reveal."""
    writes: bool = False
    """Does it lead to a write? Refused when read-only."""
    sends: bool = False
    """Does its press write, or begin a deletion? A click on it in the footer does not press it."""
    needs: str = ""
    """The verb on Secrets without which the cluster would refuse what it leads to."""
    cannot: str = ""
    """For a run that refuses it, in words that "here" may follow: "keys cannot be dropped"."""
    has_names: bool = False
    """Does it offer something that needs no value? Then under --no-reveal it refuses the rest itself."""
    titles: tuple[tuple[Where, str], ...] = ()
    """Other words for the footer of a place."""
    synonyms: str = ""
    """More words by which the palette finds it."""

    @property
    def where(self) -> frozenset[Where]:
        """Where it works."""
        return self.in_footer | self.elsewhere

    @property
    def is_copy(self) -> bool:
        """Does it hand a value over, to the clipboard or a file, without showing it?"""
        return self.id.startswith(("copy_", "save_"))

    def title_in(self, where: Where) -> str:
        """Its footer words there."""
        return dict(self.titles).get(where, self.title)


def _at(*places: Where) -> frozenset[Where]:
    return frozenset(places)


# fmt: off
COMMANDS: Final[tuple[Command, ...]] = (
    # The footer keeps this order: what a place is for comes first; but without a login nothing works, and
    # what was typed waits for one key.
    Command("log_in", "L", "log in", "Log in again; a login command may ask in the terminal", ACTS,
            NOT_TYPING, synonyms="authenticate credentials expired token"),
    Command("bring_back", "B", "bring back", "Bring back what you typed in an edit that you cancelled", ACTS,
            _at(Where.SECRET, Where.CONFLICT), writes=True, cannot="edits cannot be brought back",
            synonyms="restore cancelled typed redo"),
    Command("review_changes", "w", "review", "Review the draft: its changes, the readers, the dry run", ACTS,
            _at(Where.LISTS, Where.NAMESPACES, Where.SECRET, Where.CONFLICT, Where.DESCRIBE), writes=True,
            cannot="changes cannot be reviewed", titles=((Where.CONFLICT, "review again"),),
            synonyms="diff save apply write"),
    Command("review_drafts", "", "all drafts", "Review all drafts of this context, and write them together",
            ACTS, elsewhere=_at(Where.LISTS, Where.NAMESPACES, Where.SECRET), writes=True,
            cannot="changes cannot be reviewed", synonyms="several batch diff save apply write"),
    Command("change_elsewhere", "I", "also in", "Make the same change in Secrets of this name elsewhere",
            ACTS, _at(Where.SECRET), writes=True, cannot="Secrets of other namespaces cannot be changed",
            synonyms="several rotate everywhere many namespaces"),
    Command("reveal_key", "r,x", "show", "Show or hide the value under the cursor", ACTS,
            _at(Where.SECRET, Where.VALUE, Where.REVIEW, Where.CONFLICT, Where.DIFFERENCES), shows=True,
            cannot="values cannot be shown", synonyms="reveal decode base64 password unmask view"),
    Command("reveal_all", "R", "show all", "Show or hide every value of this Secret", ACTS,
            _at(Where.REVIEW, Where.DIFFERENCES), elsewhere=_at(Where.SECRET, Where.CONFLICT), shows=True,
            cannot="values cannot be shown",
            synonyms="reveal decode base64 passwords unmask"),
    Command("reveal_yaml", "r,x", "show", "Show or hide the values, in base64 as kubectl prints them", ACTS,
            _at(Where.YAML), shows=True, cannot="values cannot be shown", synonyms="reveal unmask data"),
    Command("copy_yaml", "c", "copy", "Copy the YAML as it is on screen: masked values stay masked", ACTS,
            _at(Where.YAML), synonyms="export clipboard"),
    Command("copy_yaml_as", "C", "copy as", "Copy the Secret as manifest, JSON, .env or kubectl line", ACTS,
            _at(Where.YAML), shows=True, cannot="values cannot be copied", has_names=True,
            synonyms="export env json stringdata clipboard"),
    Command("save_yaml_as", "S", "save as", "Save the whole Secret to a file: manifest, JSON or .env", ACTS,
            _at(Where.YAML), shows=True, cannot="values cannot be saved", has_names=True,
            synonyms="export download env json file"),
    Command("write_changes", "W", "write", "Write what the review shows", ACTS,
            _at(Where.REVIEW, Where.DRAFTS), writes=True, sends=True, needs=_PATCH,
            cannot="changes cannot be written", synonyms="save apply update submit"),
    Command("put_new_values", "i", "there too", "Put the new value where other keys still hold the old one",
            ACTS, _at(Where.REVIEW), writes=True, cannot="changes cannot be made",
            synonyms="replace url dsn password copies everywhere"),
    Command("discard_draft", "ctrl+x", "discard", "Discard this draft: its changes are lost", ACTS,
            _at(Where.DRAFTS), elsewhere=_at(Where.SECRET, Where.REVIEW, Where.CONFLICT), writes=True,
            cannot="drafts cannot be discarded", synonyms="throw away cancel reset revert draft"),
    Command("make_new", "a", "as new Secret", "Create a new Secret from a draft whose Secret was deleted",
            ACTS, _at(Where.REVIEW), writes=True, needs=_CREATE, cannot="Secrets cannot be created",
            synonyms="recreate"),
    Command("change_existing", "b", "onto that one", "Apply the draft to the Secret that has this name now",
            ACTS, _at(Where.REVIEW), writes=True, needs=_PATCH, cannot="drafts cannot be applied"),
    Command("take_server", "1", "server's", "Take the server's value of this key", ACTS, _at(Where.CONFLICT),
            synonyms="theirs"),
    Command("take_yours", "2", "yours", "Keep your value of this key", ACTS, _at(Where.CONFLICT),
            synonyms="mine ours"),
    Command("go_in", "enter", "open", "Open what is under the cursor", ACTS,
            _at(Where.LISTS, Where.NAMESPACES, Where.PODS, Where.DRAFTS, Where.COMPARED, Where.CONTEXTS,
                Where.SOURCE, Where.HEALTH),
            elsewhere=_at(Where.SECRET, Where.REVIEW, Where.DIFFERENCES, Where.RESTART),
            titles=((Where.CONTEXTS, "log in there"), (Where.SOURCE, "choose"))),
    Command("filter_list", "slash", "filter", "Filter the list: words, ns: type: key: label: by:, ! negates",
            MOVES, _at(Where.LISTS, Where.PODS, Where.CONTEXTS, Where.HEALTH), synonyms="search find grep"),
    Command("filter_keys", "slash", "filter keys", "Filter the keys by words in their names", MOVES,
            elsewhere=_at(Where.SECRET), synonyms="search find grep key"),
    Command("find_on_page", "slash,ctrl+f", "find", "Find words on this page", MOVES,
            _at(Where.VALUE, Where.YAML), elsewhere=_at(Where.PAGE, Where.DESCRIBE), synonyms="search grep"),
    Command("find_next", "n", "next place", "The next place of the words that you found", MOVES,
            elsewhere=_at(Where.VALUE, Where.YAML, Where.PAGE, Where.DESCRIBE), synonyms="search again"),
    Command("find_namespace", "slash", "find namespace", "Find a namespace by words, or type any name", MOVES,
            _at(Where.NAMESPACES), synonyms="ns switch change search filter go to"),
    Command("star_namespace", "asterisk", "star", "Star this namespace to keep it on top, or unstar it", ACTS,
            _at(Where.NAMESPACES), synonyms="favorite pin bookmark"),
    Command("copy_name", "c", "copy name", "Copy the name under the cursor, or all marked", ACTS,
            _at(Where.NAMESPACES), elsewhere=_at(Where.LISTS, Where.PODS), synonyms="clipboard yank"),
    Command("copy_value", "c", "copy", "Copy the value under the cursor without showing it", ACTS,
            _at(Where.SECRET, Where.VALUE), shows=True, cannot="values cannot be copied",
            synonyms="copy to clipboard yank password"),
    Command("copy_as", "C", "copy as", "Copy as base64, name, valueFrom snippet or kubectl line", ACTS,
            elsewhere=_at(Where.SECRET, Where.VALUE), shows=True, cannot="values cannot be copied",
            has_names=True, synonyms="export encode env reference clipboard"),
    Command("edit_value", "e", "edit", "Edit the value under the cursor", ACTS,
            _at(Where.SECRET, Where.VALUE, Where.CONFLICT), shows=True, writes=True, needs=_PATCH,
            cannot="values cannot be edited", synonyms="change modify rotate password"),
    Command("set_unseen", "s", "set hidden", "Set the value under the cursor without showing it", ACTS,
            _at(Where.SECRET, Where.VALUE), writes=True, needs=_PATCH, cannot="values cannot be set",
            synonyms="change rotate generate random password blind hidden"),
    Command("load_value", "F", "load file", "Load the value from a file, or a key per file of a folder", ACTS,
            elsewhere=_at(Where.SECRET), writes=True, needs=_PATCH, cannot="values cannot be loaded",
            synonyms="import upload from-file read"),
    Command("copy_upload", "b", "paste a file", "Copy the command whose output you paste: base64 of a file",
            ACTS, elsewhere=_at(Where.SECRET), writes=True, needs=_PATCH, cannot="values cannot be set",
            synonyms="upload base64 import from-file laptop"),
    Command("save_value", "S", "save to file", "Save the value under the cursor to a file", ACTS,
            elsewhere=_at(Where.SECRET), shows=True, cannot="values cannot be saved",
            synonyms="export download write"),
    Command("edit_form", "E", "form", "Fill the form of its type, or edit all keys", ACTS, _at(Where.SECRET),
            writes=True, needs=_PATCH, cannot="values cannot be changed",
            synonyms="tls docker registry pull secret basic-auth ssh certificate replace"),
    Command("edit_all", "", "edit all keys", "Edit all keys and labels as one text", ACTS,
            elsewhere=_at(Where.SECRET), shows=True, writes=True, needs=_PATCH,
            cannot="values cannot be edited",
            synonyms="whole several manifest yaml stringdata kubectl edit metadata immutable"),
    Command("add_secret", "a", "new", "Create a Secret: Opaque, TLS, docker registry, …", ACTS,
            _at(Where.LISTS), writes=True, needs=_CREATE, cannot="Secrets cannot be created",
            synonyms="make add generic tls docker-registry pull"),
    Command("add_key", "a", "add", "Add a key to this Secret", ACTS, _at(Where.SECRET), writes=True,
            needs=_PATCH, cannot="keys cannot be added", synonyms="new create"),
    Command("copy_secret", "Y", "copy to", "Copy it, or all marked, to namespaces or contexts; or compare",
            ACTS, _at(Where.LISTS), elsewhere=_at(Where.SECRET),
            synonyms="clone duplicate move another namespace cluster context sync promote compare diff"),
    Command("rename_key", "n", "rename", "Rename the key under the cursor; its bytes stay", ACTS,
            elsewhere=_at(Where.SECRET), writes=True, needs=_PATCH, cannot="keys cannot be renamed"),
    Command("set_label", "l", "label", "Set or remove a label, as kubectl label does", ACTS,
            _at(Where.DESCRIBE), writes=True, needs=_PATCH, cannot="labels cannot be changed",
            synonyms="tag metadata add change remove"),
    Command("set_annotation", "a", "annotate", "Set or remove an annotation, as kubectl annotate does", ACTS,
            _at(Where.DESCRIBE), writes=True, needs=_PATCH, cannot="annotations cannot be changed",
            synonyms="metadata add change remove note"),
    Command("drop_copies", "delete,backspace", "drop copies",
            "Remove annotations that hold a copy of the values", ACTS, elsewhere=_at(Where.DESCRIBE),
            writes=True, needs=_PATCH, cannot="annotations cannot be changed",
            synonyms="last-applied-configuration clean kubectl apply leak"),
    Command("make_immutable", "I", "immutable", "Make it immutable: its keys can never change again", ACTS,
            elsewhere=_at(Where.DESCRIBE), writes=True, needs=_PATCH,
            cannot="Secrets cannot be made immutable", synonyms="lock freeze"),
    Command("rename_secret", "n", "rename Secret", "Copy the Secret to another name, then delete the old one",
            ACTS, elsewhere=_at(Where.LISTS), writes=True, needs=_CREATE, cannot="Secrets cannot be renamed",
            synonyms="move mv name"),
    Command("replace_secret", "V", "changed copy", "Make a changed copy of an immutable Secret", ACTS,
            _at(Where.SECRET), writes=True, needs=_CREATE, cannot="Secrets cannot be created",
            synonyms="immutable replace new version rotate"),
    Command("undo_step", "u", "undo", "Undo the last step of this draft", ACTS,
            elsewhere=_at(Where.SECRET, Where.DESCRIBE), writes=True, cannot="changes cannot be undone",
            synonyms="revert back"),
    Command("undo_write", "U", "undo write", "Undo a write of this run, as a new reviewed write", ACTS,
            elsewhere=_at(Where.LISTS, Where.NAMESPACES, Where.SECRET, Where.DESCRIBE, Where.HEALTH),
            writes=True,
            cannot="writes cannot be undone",
            synonyms="restore former previous value rollback revert history"),
    Command("go_back", "escape", "back", "One level back; a filter is cleared first", MOVES,
            _at(Where.SECRET, Where.VALUE, Where.YAML, Where.REVIEW, Where.CONFLICT, Where.DRAFTS,
                Where.COMPARED, Where.DIFFERENCES, Where.PODS, Where.RESTART, Where.CONTEXTS, Where.PAGE,
                Where.DESCRIBE, Where.ACCESS, Where.SOURCE, Where.REQUEST, Where.HEALTH),
            elsewhere=NOT_TYPING,
            titles=((Where.REVIEW, "back, draft kept"), (Where.CONFLICT, "back, draft kept"),
                    (Where.DRAFTS, "back, drafts kept"))),
    Command("show_readers", "p", "readers", "Pods that read this Secret: containers, variables, files", ACTS,
            _at(Where.LISTS, Where.SECRET, Where.HEALTH), synonyms="who uses used by"),
    Command("check_values", "v", "certificates", "Fetch certificates and pull secrets, and check them", ACTS,
            _at(Where.HEALTH), synonyms="expiry hosts registry values"),
    Command("find_why", "", "why", "Why a pod does not start: paste its error, or type its name", ACTS,
            elsewhere=_at(Where.LISTS, Where.NAMESPACES, Where.SECRET, Where.PODS, Where.HEALTH),
            synonyms="reason error events fails explain diagnose troubleshoot"),
    Command("replace_found", "I", "replace there", "Set a new value wherever the searched one stands",
            ACTS, elsewhere=_at(Where.LISTS), writes=True,
            cannot="Secrets cannot be changed", synonyms="rotate everywhere leaked password several"),
    Command("rotate_key", "t", "rotate", "Set a new value, write it, restart who keeps the old one", ACTS,
            _at(Where.SECRET), writes=True, needs=_PATCH, cannot="keys cannot be rotated",
            synonyms="renew generate roll replace"),
    Command("send_restarts", "W", "go on", "Restart the marked workloads, or the others after the first one",
            ACTS, _at(Where.RESTART), writes=True, sends=True, cannot="workloads cannot be restarted",
            synonyms="rollout apply submit"),
    Command("mark_restart", "space", "mark", "Restart the workload under the cursor too, or leave it out",
            ACTS, _at(Where.RESTART), synonyms="select choose"),
    Command("change_order", "o", "order", "Restart one at a time, all at once, or one first", ACTS,
            _at(Where.RESTART), synonyms="canary parallel sequence"),
    Command("restart_readers", "T", "restart", "Restart who keeps an old value, and follow it", ACTS,
            _at(Where.SECRET, Where.PODS, Where.DRAFTS, Where.RESTART, Where.REQUEST, Where.HEALTH),
            elsewhere=_at(Where.LISTS), titles=((Where.RESTART, "look again"),),
            synonyms="rollout reload rotate make it arrive deployment statefulset daemonset"),
    Command("copy_record", "c", "copy record", "Copy who changed and restarted what, and when: no values",
            ACTS, _at(Where.RESTART), synonyms="ticket report clipboard"),
    Command("search_readers", "p", "all kinds", "Search all kinds for readers: workloads, ingresses, custom",
            ACTS, _at(Where.PODS), elsewhere=_at(Where.REVIEW, Where.DRAFTS, Where.RESTART),
            synonyms="find who uses deployments everything crd"),
    Command("show_source", "M", "source", "What manages it, and what can be asked there: refresh, sync, seal",
            ACTS, _at(Where.HEALTH), elsewhere=_at(Where.LISTS, Where.SECRET),
            synonyms="manager controller external-secrets certificate renew argo flux vault reconcile"),
    Command("send_request", "W", "send", "Send what is shown to the manager, and follow it", ACTS,
            _at(Where.REQUEST), writes=True, sends=True, cannot="requests to managers cannot be sent",
            synonyms="refresh renew sync"),
    Command("copy_line", "c", "copy", "Copy the line or the ciphertext", ACTS,
            _at(Where.SOURCE, Where.REQUEST), synonyms="clipboard git helm"),
    Command("drop_key", "delete,backspace", "drop key", "Drop the key under the cursor, in the draft", ACTS,
            _at(Where.SECRET), writes=True, needs=_PATCH, cannot="keys cannot be dropped",
            synonyms="delete remove"),
    Command("check_value", "equals_sign", "check", "Compare a typed or pasted value without showing it", ACTS,
            _at(Where.SECRET, Where.VALUE), synonyms="compare equal verify password"),
    Command("find_value", "ctrl+f", "find in values", "Which Secrets hold a text, such as a password", ACTS,
            elsewhere=_at(Where.LISTS, Where.SECRET), shows=True, cannot="values cannot be searched",
            synonyms="grep content contains holds search leaked password host where used"),
    Command("show_pods", "P", "all pods", "Pods of the open namespace and the Secrets that they read", ACTS,
            elsewhere=_at(Where.LISTS, Where.NAMESPACES, Where.SECRET, Where.PODS), synonyms="workloads"),
    Command("delete_secret", "D", "delete", "Delete it, or all marked: see who reads them first", ACTS,
            _at(Where.HEALTH), _at(Where.LISTS, Where.SECRET), writes=True, sends=True, needs=_DELETE,
            cannot="Secrets cannot be deleted", synonyms="remove"),
    Command("show_secrets", "", "Secrets", "Go to the list of Secrets", ACTS,
            elsewhere=_at(Where.LISTS, Where.NAMESPACES, Where.SECRET), synonyms="list"),
    Command("open_named", "", "open by name", "Open a Secret by its name, listed or not", ACTS,
            elsewhere=_at(Where.LISTS, Where.SECRET), synonyms="go to jump"),
    Command("copy_request", "c", "copy role", "Copy the Role and its binding, for someone who may apply them",
            ACTS, _at(Where.ACCESS), synonyms="rbac clipboard"),
    Command("copy_question", "C", "copy can-i", "Copy the kubectl line that asks for this right", ACTS,
            _at(Where.ACCESS), synonyms="rbac auth clipboard"),
    Command("choose_namespace", "N", "namespace", "Go to the list of namespaces; by name: palette, ns NAME",
            ACTS, _at(Where.LISTS), elsewhere=_at(Where.SECRET), synonyms="ns switch change"),
    Command("choose_context", "X", "context", "Contexts of the kubeconfig; choosing one logs in there", ACTS,
            _at(Where.LISTS, Where.NAMESPACES), elsewhere=_at(Where.SECRET),
            synonyms="ctx cluster switch change"),
    Command("show_health", "B", "health", "What is wrong here: missing Secrets and keys, old values, unused",
            ACTS, _at(Where.LISTS, Where.NAMESPACES),
            synonyms="board problems findings stale unused missing expired certificates check"),
    Command("mark_secret", "space", "mark", "Mark the Secret under the cursor, to act on several", ACTS,
            _at(Where.LISTS), synonyms="select choose several bulk batch multiple"),
    Command("clear_marks", "ctrl+backslash", "clear marks", "Clear all marks, as escape does first", ACTS,
            elsewhere=_at(Where.LISTS), synonyms="unmark unselect deselect none"),
    Command("mark_shown", "asterisk", "mark all", "Mark all Secrets that the filter shows", ACTS,
            elsewhere=_at(Where.LISTS), synonyms="select all several bulk batch every"),
    Command("describe_secret", "d,i", "describe", "Describe it: labels, annotations, owner, expiry, writers",
            ACTS, _at(Where.SECRET), elsewhere=_at(Where.LISTS),
            synonyms="facts info details certificates managedfields changed"),
    Command("show_yaml", "y", "YAML", "The Secret as YAML, its values masked until you show them", ACTS,
            _at(Where.SECRET), elsewhere=_at(Where.LISTS),
            synonyms="export manifest kubectl get base64 source"),
    Command("show_everywhere", "0", "all namespaces", "List the Secrets of all namespaces", ACTS,
            _at(Where.NAMESPACES), elsewhere=_at(Where.LISTS)),
    Command("show_place_before", "minus", "previous", "Go to the previous namespace, as cd - does", ACTS,
            elsewhere=_at(Where.LISTS, Where.NAMESPACES, Where.SECRET), synonyms="last namespace before"),
    Command("order_list", "o", "order", "Order by the next column", ACTS, _at(Where.PODS),
            elsewhere=_at(Where.LISTS), synonyms="sort"),
    Command("reverse_order", "O", "reverse", "Reverse the order", ACTS,
            elsewhere=_at(Where.LISTS, Where.PODS), synonyms="sort descending"),
    Command("toggle_helm", "H", "Helm", "Show or hide the Secrets in which Helm keeps its releases", ACTS,
            elsewhere=_at(Where.LISTS)),
    Command("hide_all", "m", "hide all", "Hide all values that are shown", MOVES,
            elsewhere=_at(Where.LISTS, Where.SECRET, Where.VALUE, Where.YAML, Where.REVIEW, Where.CONFLICT,
                          Where.DIFFERENCES), synonyms="mask"),
    Command("keep_unseen", "enter,ctrl+s", "keep", "Keep it in the draft; its size is shown then", ACTS,
            _at(Where.UNSEEN)),
    Command("compare_value", "enter", "check", "Compare what you typed with the value", ACTS,
            _at(Where.CHECK)),
    Command("search_values", "enter", "search", "Read the listed Secrets, and look for what you typed", ACTS,
            _at(Where.FIND)),
    Command("generate_value", "ctrl+g", "generate", "Generate a random value", ACTS, _at(Where.UNSEEN)),
    Command("longer_value", "up", "longer", "Generate more characters", MOVES, _at(Where.UNSEEN)),
    Command("shorter_value", "down", "shorter", "Generate fewer characters", MOVES, _at(Where.UNSEEN)),
    Command("other_letters", "right", "characters", "Generate from another set of characters", MOVES,
            _at(Where.UNSEEN)),
    Command("start_over", "ctrl+u", "clear", "Clear the field", ACTS, _HIDDEN),
    Command("keep_value", "ctrl+s", "keep", "Keep what you typed, in the draft", ACTS,
            _at(Where.EDITOR, Where.WHOLE)),
    Command("generate_text", "ctrl+g", "generate", "Replace the text by a random value", ACTS,
            _at(Where.EDITOR)),
    Command("break_line", "ctrl+j", "line break", "Insert a line break at the cursor", MOVES,
            _at(Where.EDITOR)),
    Command("toggle_final_break", "ctrl+t", "final line break", "Add or remove the final line break", ACTS,
            _at(Where.EDITOR, Where.UNSEEN)),
    Command("edit_bytes", "ctrl+b", "as bytes", "Edit the value as bytes, in hexadecimal", ACTS,
            _at(Where.EDITOR)),
    Command("edit_outside", "ctrl+o", "$EDITOR", "Edit the value or all keys in $EDITOR", ACTS,
            _at(Where.EDITOR, Where.WHOLE), elsewhere=_at(Where.SECRET), shows=True, writes=True,
            needs=_PATCH, cannot="values cannot be edited",
            synonyms="external editor visual vim nvim nano emacs"),
    Command("find_text", "ctrl+f", "find", "Find text, from the cursor on", ACTS,
            _at(Where.EDITOR, Where.WHOLE), synonyms="search"),
    Command("leave_editor", "escape", "cancel", "Cancel; what you typed can be brought back", MOVES,
            _at(Where.EDITOR, Where.WHOLE)),
    Command("confirm_delete", "enter", "delete", "Delete what is shown, if you typed what is asked for", ACTS,
            _at(Where.DELETE), writes=True, sends=True, needs=_DELETE, cannot="Secrets cannot be deleted"),
    Command("leave_dialog", "escape", "back", "Back; nothing is done", MOVES,
            _HIDDEN | _at(Where.DELETE), titles=((Where.UNSEEN, "cancel"),)),
    Command("refresh_now", "ctrl+r", "refresh", "Ask the cluster again now, or reconnect", ACTS,
            in_footer=_at(Where.COMPARED),
            elsewhere=_BROWSING | _at(Where.REVIEW, Where.CONFLICT, Where.DRAFTS, Where.RESTART,
                                      Where.CONTEXTS, Where.SOURCE, Where.HEALTH), synonyms="reload retry"),
    Command("show_access", "A", "access", "What you may not do here, and the Role to ask for", ACTS,
            elsewhere=NOT_TYPING - {Where.ACCESS}, synonyms="rbac rights permissions forbidden can-i"),
    Command("show_messages", "exclamation_mark", "messages", "Earlier messages of this run", ACTS,
            elsewhere=NOT_TYPING, synonyms="log history errors"),
    Command("go_back_or_quit", "q", "back", "One level back; at the top it quits", ACTS,
            _at(Where.NAMESPACES), elsewhere=NOT_TYPING, titles=((Where.NAMESPACES, "quit"),)),
    Command("next_pane", "tab,l,right", "next pane", "Go to the pane on the right", MOVES,
            elsewhere=_at(Where.LISTS, Where.NAMESPACES, Where.SECRET)),
    Command("previous_pane", "shift+tab,h,left", "previous pane", "Go to the pane on the left", MOVES,
            elsewhere=_at(Where.LISTS, Where.NAMESPACES, Where.SECRET)),
    Command("cover_screen", "ctrl+l", "cover", "Cover the screen and drop the fetched values", MOVES,
            _at(Where.EDITOR, Where.WHOLE), elsewhere=ANYWHERE, synonyms="lock hide blank"),
    Command("open_palette", "ctrl+p,colon", "commands", "Find a command by its name", ACTS,
            elsewhere=NOT_TYPING, synonyms="palette"),
    Command("keep_copied", "K", "keep copied", "Keep the copied value in the clipboard: it is not cleared",
            ACTS, elsewhere=NOT_TYPING),
    Command("choose_theme", "", "theme", "Choose the colors: dark, light, nord or gruvbox", ACTS,
            elsewhere=NOT_TYPING, synonyms="color colour dark light mode appearance"),
    Command("suspend_program", "ctrl+z", "suspend", "Go to the shell; fg returns, with all values hidden",
            ACTS, elsewhere=NOT_TYPING, synonyms="shell background"),
    Command("stop_running", "ctrl+c", "stop", "Stop what is running", MOVES, elsewhere=ANYWHERE,
            synonyms="cancel abort interrupt"),
    Command("quit_program", "ctrl+q", "quit", "Quit; asks about drafts and unsent restarts", MOVES,
            elsewhere=ANYWHERE, synonyms="exit close"),
    Command("show_help", "question_mark,f1", "all keys", "The keys that work here, and why some do not", ACTS,
            elsewhere=ANYWHERE, synonyms="help shortcuts bindings"),
)
# fmt: on

BY_ID: Final = {command.id: command for command in COMMANDS}


def commands_in(where: Where) -> list[Command]:
    """The commands of a place, in the order of the footer."""
    return [command for command in COMMANDS if where in command.where]


def bindings(places: Iterable[Where]) -> list[BindingType]:
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
    """For what lies over a screen (a name to type, a question, the palette): quitting reaches that screen."""
    quits = BY_ID["quit_program"]
    return [Binding(quits.keys, f"app.run_beneath('{quits.id}')", quits.title, show=False, id=quits.id)]


def unless(*checks: Callable[..., str | None]) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Mark a method `run_<id>`: it is neither run nor offered while a check says why not, in a sentence.

    A check is a method of the same class.
    """

    def mark(run: Callable[P, R]) -> Callable[P, R]:
        run.checks = checks  # type: ignore[attr-defined]
        return run

    return mark


def impossible(run: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> str | None:
    """Why a method `run_<id>` would do nothing now, in a sentence; None if it would do something."""
    checks: tuple[Callable[P, str | None], ...] = getattr(run, "checks", ())
    return next((said for check in checks if (said := check(*args, **kwargs))), None)


class Grade(Struct, frozen=True):
    """Read-only and no-reveal. Each source of settings can only tighten them."""

    is_read_only: bool = False
    is_no_reveal: bool = False


def refusal(command: Command, grade: Grade) -> str | None:
    """Why this run refuses the command, in a sentence; None where it does not."""
    if grade.is_read_only and command.writes:
        return f"Read-only: {command.cannot} here."
    if grade.is_no_reveal and command.shows and not command.has_names:
        return no_reveal(command)
    return None


def no_reveal(command: Command) -> str:
    """The sentence with which --no-reveal refuses it."""
    only = ", only set without showing" if command.writes else ""
    return f"No reveal: {command.cannot} here{only}."
