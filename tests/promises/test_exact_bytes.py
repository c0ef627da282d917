"""Promise 1: bytes that were not edited read back identical, and an edit changes only what was typed."""

from __future__ import annotations

from typing import Any, Final

import pytest

from tests.ui.person import Person, in_secret, secret_object, sitting_at
from tui.model.secret.secret import SecretRef

HERE: Final = SecretRef("default", "shapes")
BIG: Final = b"".join(b"203.0.113.%d made up\n" % (number % 256) for number in range(9_300))
assert len(BIG) > 200_000

TYPED: Final[dict[str, tuple[bytes, str, bytes]]] = {
    # key: what it holds, the editor's title, what it holds after X was typed where the cursor stands
    "one-line": (b"made-up", "one line", b"made-upX"),
    "nothing": (b"", "one line", b"X"),
    "blank": (b"made-up ", "one line", b"made-up X"),
    "final-newline": (b"made-up\n", "one line", b"made-upX\n"),
    "only-newline": (b"\n", "one line", b"X\n"),
    "two-newlines": (b"made-up\n\n", "several lines", b"Xmade-up\n\n"),
    "crlf": (b"made = up\r\nlines = 2\r\n", "several lines", b"Xmade = up\r\nlines = 2\r\n"),
    "crlf-one": (b"made-up\r\n", "one line", b"made-upX\r\n"),
    "cr": (b"made up\rby hand", "several lines", b"Xmade up\rby hand"),
    "bom": (b"\xef\xbb\xbfmade-up", "one line", b"\xef\xbb\xbfmade-upX"),
    "tabs": (b"made\tup", "one line", b"made\tupX"),
    "wide": ("作り話".encode(), "one line", "作り話X".encode()),
    "brackets": (b"[/red] [bold]up", "one line", b"[/red] [bold]upX"),
    "mixed": (b"one\ntwo\r\nthree", "several lines", b"Xone\ntwo\r\nthree"),
    "separators": ("made up\u2028and\x0c".encode(), "one line", "made up\u2028and\x0cX".encode()),
    "invisible": ("ma\u200bde\u00a0up".encode(), "one line", "ma\u200bde\u00a0upX".encode()),
    "escape": (b"made\x1b[2Jup", "one line", b"made\x1b[2JupX"),
    "big": (BIG, "lines", b"X" + BIG),
}
AS_BYTES: Final[dict[str, tuple[bytes, str]]] = {
    "control": (b"made\x1b[2Jup\0", "control characters"),
    "latin-1": (b"s\xfc\xdf", "not UTF-8"),
    "every-byte": (bytes(range(256)), "not UTF-8"),
}


def story() -> list[dict[str, Any]]:
    """A Secret with every shape twice: keys that end in `-kept` are never touched."""
    shapes = {key: data for key, (data, *_) in (TYPED | AS_BYTES).items()}
    return [secret_object("shapes", shapes | {f"{key}-kept": data for key, data in shapes.items()})]


async def edit(person: Person, key: str, title: str) -> None:
    """Open the editor of a key."""
    await person.put_cursor("#key-table", key)
    await person.presses("e", f"Edit shapes / {key}", title)


@pytest.mark.slow
async def test_an_edit_changes_only_the_typed_bytes_and_the_server_holds_exactly_these() -> None:
    async with sitting_at(story=story(), size=(80, 24)) as person:
        held = person.on_server(HERE)
        await person.open(HERE)
        for key in ("crlf", "bom", "two-newlines", "big"):
            await edit(person, key, TYPED[key][1])
            await person.presses("escape", f"{key} is unchanged.")
        assert not person.session.drafts.all(), "looking into an editor changes nothing"
        wanted = dict(held)
        for key, (_, title, after) in TYPED.items():
            await edit(person, key, title)
            await person.presses("X ctrl+s", f"{key} kept in the draft")
            wanted[key] = after
        for key in AS_BYTES:
            await edit(person, key, "bytes, in hexadecimal")
            await person.presses("f f space ctrl+s", f"{key} kept in the draft")
            wanted[key] = b"\xff" + held[key]
        await person.reviewed()
        await person.presses("W", "An old value remains", "in other keys.")
        await person.presses("y", "Written: ")
        assert person.on_server(HERE) == wanted


@pytest.mark.slow
async def test_a_value_no_text_editor_can_keep_opens_as_bytes_with_the_reason_and_stays_identical() -> None:
    async with in_secret(HERE, story=story(), size=(80, 24)) as person:
        for key, (_, reason) in AS_BYTES.items():
            await edit(person, key, "bytes, in hexadecimal")
            await person.reads("#above", reason)
            await person.presses("ctrl+b", "Still edited as bytes.", at="StatusLine")
            await person.presses("escape", f"{key} is unchanged.")
        await edit(person, "latin-1", "bytes")
        await person.presses("g ctrl+s", "Not kept: line 1 has a character that is not a hex digit.")
        await person.press("escape")
        await person.sees("Edit of latin-1 canceled. e brings it back until you leave the Secret.")
        assert not person.session.drafts.all()


async def test_a_value_too_large_for_any_editor_is_refused_with_the_reason() -> None:
    too_large = secret_object("shapes", {"large": b"\xff" * 120_000, "text": b"made up " * 40_000})
    async with in_secret(HERE, story=[too_large], size=(80, 24)) as person:
        for key, most in (("large", "as bytes (over 85 kB)"), ("text", "(over 256 kB)")):
            await person.put_cursor("#key-table", key)
            await person.presses("e", f"{key}: This value is too large to edit here {most}.", at="StatusLine")
            await person.reads("StatusLine", "ctrl+o edits all keys in $EDITOR, F loads a file.")
            await person.sees("KEY")
        assert not person.session.drafts.all()


async def test_ctrl_t_sets_the_final_line_break_and_ctrl_b_switches_between_text_and_bytes() -> None:
    async with in_secret(HERE, story=story(), size=(80, 24)) as person:
        await edit(person, "one-line", "one line")
        await person.presses("ctrl+t", "The value ends with a line break.", "8 B, one line, final line break")
        await person.press("ctrl+t")
        await person.sees("The value no longer ends with a line break.", "7 B, one line, no final line break")
        await person.presses("ctrl+b", "bytes, in hexadecimal", "6d 61 64 65 2d 75 70")
        await person.presses("ctrl+t", "In bytes, a final line break is 0a")
        await person.presses("ctrl+b", "one line", "made-up")
        await person.presses("ctrl+j", "several lines")
        await person.presses("Y ctrl+t ctrl+s", "one-line kept in the draft")
        (draft,) = person.session.drafts.all()
        assert draft.changes().set["one-line"].reveal() == b"made-up\nY\n"


PASTES: Final[dict[str, tuple[str, str, bytes | None, str]]] = {
    # name: key, what is pasted, what it holds then (None: nothing was applied), what is said
    "one line": ("one-line", "more", b"made-upmore", ""),
    "a line and its end": ("one-line", "more\n", b"made-upmore", "Pasted without the final line break."),
    "several lines": ("one-line", "a\nb", b"made-upa\nb", ""),
    "CRLF into LF": ("two-newlines", "a\r\nb", b"a\nbmade-up\n\n", "line endings converted to LF"),
    "LF into CRLF": ("crlf", "a\nb", b"a\r\nbmade = up\r\nlines = 2\r\n", "line endings converted to CRLF"),
    "CRLF into a line": ("one-line", "a\r\nb\r\n", b"made-upa\r\nb\r\n", ""),
    "a terminal's CR": ("one-line", "a\rb\r", b"made-upa\nb\n", ""),
    "a tab": ("one-line", "a\tb", b"made-upa\tb", ""),
    "control": ("one-line", "a\x1b[2J", None, "contains control characters"),
    "a separator": ("crlf", "a\u2028b", None, "takes for line breaks"),
    "invisible": ("one-line", "a\u200bb", None, "invisible characters"),
}


@pytest.mark.slow
async def test_a_paste_is_taken_as_it_is_or_converted_with_a_message_or_refused_whole() -> None:
    async with in_secret(HERE, story=story(), size=(80, 24)) as person:
        for name, (key, pasted, after, said) in PASTES.items():
            await edit(person, key, "")
            await person.paste(pasted)
            assert said in person.status and (said or "converted" not in person.status), (name, person.status)
            await person.presses("ctrl+s", "KEY")
            drafts = person.session.drafts.all()
            if after is None:
                assert drafts == [], name
                continue
            assert drafts[0].changes().set[key].reveal() == after, name
            await person.press("u")
            await person.waits_for(lambda: not person.session.drafts.all(), "nothing left")


async def test_an_editor_says_why_it_writes_stand_ins_and_shows_what_one_looks_like() -> None:
    async with in_secret(HERE, story=story(), size=(80, 24)) as person:
        for key, said in (
            ("mixed", "mixes different line endings. ␍ marks one of them."),
            ("invisible", "unusual spaces. ‹U+200B› marks one of them."),
            ("escape", "contains control characters. ␛ marks one of them."),
        ):
            await edit(person, key, "line")
            await person.reads("#above", said)
            await person.presses("escape", f"{key} is unchanged.")
