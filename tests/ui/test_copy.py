"""Copying: a value that could act where it is pasted is asked about first; C copies in other forms."""

from __future__ import annotations

import base64
import re

import pytest
import yaml
from msgspec.structs import replace

from tests.ui.person import Person, sitting_at
from tui.cluster.kubeconfig.target import Impersonate

pytestmark = pytest.mark.slow

DANGEROUS = b"x\nrm -rf ~\n"
_COPIED = re.compile(r"\x1b\]52;c;([A-Za-z0-9+/=]*)\x07")


def watched(person: Person) -> list[str]:
    """Record everything but frames that is sent to the terminal."""
    sent: list[str] = []
    person.app._clipboard_way._write = sent.append
    return sent


def copied(sent: list[str]) -> list[bytes]:
    return [base64.b64decode(found) for found in _COPIED.findall("".join(sent))]


@pytest.mark.parametrize(
    ("value", "letter", "gets"),
    [
        (DANGEROUS, "c", DANGEROUS),
        (DANGEROUS, "f", DANGEROUS[:-1]),
        (DANGEROUS, "b", base64.b64encode(DANGEROUS)),
        (b"\xff\xfe", "b", b"//4="),
    ],
)
async def test_a_dangerous_value_is_asked_about_and_each_answer_copies_the_promised_bytes(
    value: bytes, letter: str, gets: bytes
) -> None:
    async with sitting_at(size=(120, 36)) as person:
        person.others_set("password", value)
        sent = watched(person)
        await person.open(key="password")
        await person.press("c")
        why = (
            "2 line breaks: a shell would run each line on paste" if value == DANGEROUS else "not UTF-8 text"
        )
        await person.sees("Copy password of mysecret", why)
        assert ("c  as it is" in person.text) == (value == DANGEROUS)
        assert copied(sent) == []
        await person.presses(letter, "sent to your terminal's clipboard")
        assert copied(sent) == [gets]
        await person.presses("K", "The copy stays on the clipboard")
        await person.presses("question_mark", "Keys that work here")
        assert "K      keep copied" not in person.text, "it has no meaning any more"
    assert copied(sent) == [gets], "what is kept is not emptied"


async def test_escape_copies_nothing_and_plain_text_is_not_asked_about() -> None:
    async with sitting_at(size=(80, 24)) as person:
        sent = watched(person)
        await person.open(key="password")
        await person.presses("C", "c  as it is", "l  a kubectl line")
        assert "without the final line break" not in person.text, "it has none"
        assert "tmux" not in person.text
        await person.press("escape")
        await person.sees_no("as it is")
        assert copied(sent) == []
        await person.presses("c", "sent to your terminal's clipboard")
        assert copied(sent) == [b"1f2d1e2e67df"]


async def test_a_name_an_env_snippet_and_a_kubectl_line_are_copied_without_any_value() -> None:
    async with sitting_at(size=(120, 36)) as person:
        cluster = person.session.cluster
        acting = Impersonate("jane", groups=("ops",), uid="7")
        cluster.target = replace(cluster.target, context="its own", impersonate=acting)
        sent = watched(person)
        await person.open(key="password")
        for letter in "nvl":
            await person.presses("C", "c  as it is")
            await person.press(letter)
            await person.waits_for(lambda: len(copied(sent)) == "nvl".index(letter) + 1, "a copy")  # noqa: B023
        name, snippet, line = (data.decode() for data in copied(sent))
        assert name == "default/mysecret"
        assert yaml.safe_load(snippet)[0]["name"] == "PASSWORD"
        asking = "--context 'its own' --as jane --as-group ops --as-uid 7"
        assert line.startswith(f"kubectl get secret mysecret {asking} -n default -o ")
        assert all(b"1f2d1e2e67df" not in data for data in copied(sent))


async def test_a_value_too_large_to_copy_is_refused_before_it_is_scanned(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked: list[int] = []
    monkeypatch.setattr("tui.ui.dialogs.copy_as.danger", lambda data: looked.append(len(data)))
    async with sitting_at(size=(80, 24)) as person:
        person.others_set("password", b"a\n" * 40_000)
        await person.open(key="password")
        await person.presses("c", "not copied, it is")
        assert looked == []


async def test_in_the_whole_value_it_is_the_same() -> None:
    async with sitting_at(size=(120, 36)) as person:
        person.others_set("password", DANGEROUS)
        sent = watched(person)
        await person.open(key="password")
        await person.presses("enter", "2 lines, final line break")
        await person.presses("c", "2 line breaks")
        await person.presses("f", "sent to your terminal's clipboard")
        assert copied(sent) == [DANGEROUS[:-1]]
