"""Lines of docs/keys.md and of a `keymap:` section: all commands with their keys."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator

from tui.ui.command_types import Command, Where
from tui.ui.commands import ANYWHERE, COMMANDS, NOT_TYPING, commands_in
from tui.ui.keymap import DEFAULT, Keys

_INTRO = """\
# Keys

Use this page to look up a key, a [mark](#marks-before-a-name) or a command id. In the program `?` lists the
keys that work where you are, and `:` or `ctrl+p` runs a command by its name. The keys `up` `down` `j` `k`
`pgup` `pgdn` `ctrl+u` `ctrl+d` `home` `end` `g` `G` move the cursor in lists and scroll pages.

In a question, arrows and numbers move the cursor, and `enter` chooses the answer under the cursor. The letter
before an answer chooses it at once. Where an answer discards, deletes, writes or shows values, `enter` does
nothing: only letters answer. A deletion with a text field is different: type the name, or `delete 3` for
three Secrets, and `enter` deletes. `esc` leaves every question.

To run a command that has no key, type its name, such as `:all drafts`. A letter that runs a harmless command
on one screen never writes, deletes, or does something final on another. If a command is not possible now, its
key shows the reason, and keys pressed right after it are dropped. Help and palette show the reason too. A key
that does nothing on this screen says where it works. Keys that arrive together may look like a paste, and are
then dropped, unless your terminal [marks pastes](what-it-protects.md#keys). The last column of each table is
the command's id, for [changing its keys](settings.md#keys).

<!-- Made by: python -m tui.ui.keys_page > docs/keys.md -->
"""
_MARKS = """\

## Marks before a name

| Mark | Meaning |
|---|---|
| `✓` | Marked, to act on several Secrets |
| `*` | Has a draft |
| `X` | A [value that can expire](inside-values.md) is not valid now, or a key that pods refer to is missing |
| `!` | A value expires soon, or the renewal of a certificate is due |

Lists contain no values. So a value that can expire, such as a certificate, gets its mark and its time in the
column EXPIRES after you opened its Secret or the health screen (`B`). `X` for a missing key appears once the
pods of the namespace are loaded. The list of one namespace loads its pods. In the list of all namespaces, `p`
loads the pods if READ BY shows `·`. READ BY also gives the reason for an `X`: "6 pods, 1 fails" (one pod
waits for a missing key), "1 lacks a key" (this reader runs now, but fails at its next start), or "see B" (the
health screen shows a problem in the values).
"""


def keymap_section(keys: Keys) -> Iterator[str]:
    """Yield the section `keymap:` of a settings file, with the current keys of each command."""
    yield "keymap:"
    entries = [f"  {command.id}: {json.dumps(_written(keys, command))}" for command in COMMANDS]
    wide = max(map(len, entries))
    for entry, command in zip(entries, COMMANDS, strict=True):
        no_key = "" if keys.by_id[command.id] else "No key. "
        yield f"{entry:<{wide}}  # {no_key}{command.help}"


def _written(keys: Keys, command: Command) -> str:
    """Return the command's keys as in the setting `keymap`: separated by commas, the comma key as "comma"."""
    pairs = zip(keys.by_id[command.id], keys.shown(command.id), strict=True)
    return ",".join(shown if len(shown) == 1 and shown != "," else key for key, shown in pairs)


def keys_page() -> Iterator[str]:
    yield from _INTRO.splitlines()
    shared = [command for command in COMMANDS if command.where >= NOT_TYPING - {Where.ACCESS}]
    always = [command for command in shared if command.where == ANYWHERE]
    yield from _table("Everywhere", always)
    yield from _table(
        "Everywhere except in text fields", [command for command in shared if command not in always]
    )
    for place in Where:
        title = f"{place.value[:1].upper()}{place.value[1:]}"
        yield from _table(title, [command for command in commands_in(place) if command not in shared], place)
    yield from _MARKS.splitlines()


def _table(title: str, commands: list[Command], place: Where = Where.SECRETS) -> Iterator[str]:
    if commands:
        yield from ("", f"## {title}", "", "| Key | Command | Id |", "|---|---|---|")
    for command in commands:
        pressed = [key for key in DEFAULT.shown(command.id) if len(key) > 1 or place in NOT_TYPING]
        keys = " ".join(f"`{key}`" for key in pressed)
        yield f"| {keys or f'`:{command.title}`'} | {command.help_in(place)} | `{command.id}` |"


if __name__ == "__main__":
    sys.stdout.writelines(f"{line}\n" for line in keys_page())
