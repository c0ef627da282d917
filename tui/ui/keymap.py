"""Apply the setting `keymap` to the commands, and format key names for the user."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Final

from msgspec import Struct
from textual.binding import Binding
from textual.keys import KEY_NAME_REPLACEMENTS, key_to_character
from textual.keys import Keys as TextualKeys

from tui.model.settings.settings import unknown
from tui.model.text.printable import printable
from tui.ui.command_types import Command, Where
from tui.ui.commands import BY_ID, COMMANDS, NO_KEY, NOT_TYPING, commands_in

_NAMES: Final = {
    "slash": "/",
    "escape": "esc",
    "minus": "-",
    "delete": "del",
    "pageup": "pgup",
    "pagedown": "pgdn",
    "ctrl+backslash": "ctrl+\\",
}
_WRITTEN: Final = {shown: name for name, shown in _NAMES.items()}
_KEYS: Final = frozenset(key.value.rpartition("+")[2] for key in TextualKeys) | {
    *KEY_NAME_REPLACEMENTS.values()
}
"""Textual's key names without modifiers."""
_MODIFIERS: Final = frozenset({"ctrl", "shift", "alt", "super", "meta", "hyper"})
MOVING: Final = frozenset(
    {"up", "down", "j", "k", "pgup", "pgdn", "ctrl+u", "ctrl+d", "home", "end", "g", "G", "enter"}
    | {"shift+left", "shift+right", "space"}
)
"""Keys that move in lists and pages.

The setting `keymap` can give such a key to a command of a list or page only if the command has the key by
default.
"""


class Keys(Struct, frozen=True):
    """The keys of every command, in Textual's notation."""

    by_id: Mapping[str, tuple[str, ...]]
    keymap: Mapping[str, str] = {}
    """Keys for Textual's `set_keymap`, by command id. Only commands to remap are included."""

    def pressed(self, *ids: str) -> frozenset[str]:
        return frozenset(key for id_ in ids for key in self.by_id[id_])

    def command_at(self, key: str, where: Where) -> Command | None:
        return next((command for command in commands_in(where) if key in self.by_id[command.id]), None)

    def acting(self, where: Where) -> frozenset[str]:
        """Return the keys of all commands with `acts` in the place `where`."""
        return self.pressed(*(command.id for command in commands_in(where) if command.acts))

    def shown(self, id_: str) -> tuple[str, ...]:
        """Keys of a command as shown to the user, such as "ctrl+r" or "esc"."""
        return tuple(map(shown_key, self.by_id[id_]))

    def first(self, id_: str, *, is_typing: bool = False) -> str:
        """Return the first key of a command as shown to the user; "" if it has none.

        If `is_typing`, skip the keys that type a character.
        """
        return next((key for key in self.shown(id_) if not is_typing or len(key) > 1), "")

    def of(self, id_: str, *, is_typing: bool = False) -> str:
        """Return the key that `first` returns.

        If `first` returns "", return the palette entry of the command, such as ":all drafts".
        """
        opens = self.first("open_palette")
        return self.first(id_, is_typing=is_typing) or f"{opens}{' ' * (len(opens) > 1)}{BY_ID[id_].title}"


def keys_under(keymap: Mapping[str, str]) -> Keys:
    """Return the keys of all commands under the keymap.

    A command loses a key that the keymap gives to another command of the same place.
    """
    if not keymap:
        return DEFAULT
    by_id = {command.id: _keys(command, keymap) for command in COMMANDS}
    changed = _ids_to_remap(by_id)
    return Keys(by_id, {id_: ",".join(keys) or NO_KEY for id_, keys in by_id.items() if id_ in changed})


def keyless(keymap: Mapping[str, str]) -> str:
    """Return a warning that names the commands whose keys all run other commands now.

    Without such commands, return "".
    """
    given = keys_under(keymap).by_id
    lost = [id_ for id_, keys in DEFAULT.by_id.items() if keys and not given[id_] and id_ not in keymap]
    gives = "The keymap gives their keys to other commands."
    return f"Commands without a key: {', '.join(lost)}. {gives}" if lost else ""


def _ids_to_remap(by_id: Mapping[str, tuple[str, ...]]) -> set[str]:
    """Return the ids of all commands to remap in Textual.

    A command must be remapped if its keys changed, or if it shares an old or new key with another command
    that must be remapped. When Textual remaps a command, it takes the new keys away from all other commands
    of the screen, even from commands of other places.
    """
    before = DEFAULT.by_id
    presses = {id_: set(map(shown_key, (*before[id_], *by_id[id_]))) for id_ in by_id}
    touched, new_ids = set[str](), {id_ for id_ in by_id if by_id[id_] != before[id_]}
    while new_ids:
        touched |= new_ids
        taken_keys = {key for id_ in touched for key in presses[id_]}
        new_ids = {id_ for id_ in by_id if id_ not in touched and presses[id_] & taken_keys}
    return touched


def problem(keymap: Mapping[str, str]) -> tuple[str, str] | None:
    """Command id and error text of the first bad entry in the keymap; None if all entries are good."""
    for index, (id_, keys) in enumerate(keymap.items()):
        if id_ not in BY_ID:
            return id_, unknown("command id", id_, BY_ID, "secret-tui --print-keymap lists all ids")
        if (wrong := next((key for key in _split(keys) if not _is_key(key)), None)) is not None:
            return id_, f"{id_} has an unknown key{_suggestion(wrong)}"
        command, given = BY_ID[id_], set(map(shown_key, _split(keys)))
        if command.where & NOT_TYPING and (
            moving_keys := given & MOVING - set(map(shown_key, _own(command)))
        ):
            return id_, f"{min(moving_keys)} moves in lists and pages, so it cannot run {id_}"
        for other in list(keymap)[:index]:
            if given & set(map(shown_key, _split(keymap[other]))) and command.where & BY_ID[other].where:
                return id_, f"{id_} and {other} have the same key in the same place"
    return None


def _is_key(key: str) -> bool:
    """True if Textual can report this key press."""
    *modifiers, last = key.split("+")
    if not _MODIFIERS.issuperset(modifiers):
        return False
    if len(last) == 1:  # a terminal reports shift as a capital letter, and ctrl only with a lower-case letter
        return not modifiers or (last == last.lower() and modifiers != ["shift"])
    return last == last.lower() and (last in _KEYS or (key_to_character(last) or "\n").isprintable())


def _suggestion(key: str) -> str:
    written = "+".join(_WRITTEN.get(part, part) for part in key.lower().replace("-", "+").split("+"))
    written = written.removeprefix("shift+").upper() if len(written) == len("shift+x") else written
    for short, name in (("control", "ctrl"), ("c+", "ctrl+")):
        written = name + written.removeprefix(short) if written.startswith(short) else written
    if _is_key(written) and written != key:
        return f" (did you mean {shown_key(written) if len(written) == 1 else written}?)"
    return "; see secret-tui --print-keymap for the names of keys"


def _keys(command: Command, keymap: Mapping[str, str]) -> tuple[str, ...]:
    if command.id in keymap:
        return _split(keymap[command.id])
    given = {
        shown_key(key)
        for id_, keys in keymap.items()
        if id_ in BY_ID and BY_ID[id_].where & command.where
        for key in _split(keys)
    }
    return tuple(key for key in _own(command) if shown_key(key) not in given)


def _own(command: Command) -> tuple[str, ...]:
    return tuple(command.keys.split(",")) if command.keys else ()


def _split(keys: str) -> tuple[str, ...]:
    written = [Binding(key, "") for key in keys.split(",") if key.strip()]
    return tuple(binding.key for binding in Binding.make_bindings(written))


@cache
def shown_key(key: str) -> str:
    """Format Textual's name of a key for the user, such as "/" for "slash"."""
    char = key_to_character(key) or " "
    is_drawn = char.isprintable() and not char.isspace()
    return _NAMES.get(key) or (char if is_drawn else printable(key))


def is_modifier(key: str) -> bool:
    """True for a modifier alone, which some terminals report as a key press."""
    return key.endswith(("_shift", "_control", "_alt", "_super", "_hyper", "_meta", "_lock"))


DEFAULT: Final = Keys({command.id: _own(command) for command in COMMANDS})
