"""Header, status line, footer: what is left of each where room is short."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.widgets.show import HOSTILE, Show, assert_harmless, lines
from tui.ui.widgets.bars.footer import KeyFooter, lay_out
from tui.ui.widgets.bars.header import HeaderFacts, HeaderLine
from tui.ui.widgets.bars.status import StatusLine

FACTS = HeaderFacts(
    context="prod-eu",
    namespace="payments",
    badges=("PROD", "READ-ONLY"),
    server="https://api.prod-eu.example:6443",
    user="jane",
    drafts=1,
    link="live",
)
KEYS = (
    ("enter", "open"),
    ("/", "filter"),
    ("a", "new"),
    ("p", "readers"),
    ("w", "review"),
    ("N", "namespace"),
    ("X", "context"),
    ("i", "facts"),
    ("o", "order"),
    ("u", "undo"),
    ("m", "hide"),
)


async def header_at(width: int, facts: HeaderFacts) -> str:
    header = HeaderLine(facts)
    async with Show(header).run_test(size=(width, 5)) as pilot:
        await pilot.pause()
        assert_harmless([header])
        (line,) = lines(header)
        return line


@pytest.mark.parametrize("width", [30, 48, 80, 99, 100, 120, 200])
async def test_badges_context_and_namespace_come_first_at_every_width(width: int) -> None:
    line = await header_at(width, FACTS)
    assert line.startswith("  PROD   READ-ONLY  prod-eu › p" if width >= 48 else "  PROD   +1  ")
    assert "●" in line and "›" in line


@pytest.mark.parametrize("width", [30, 48, 60, 80])
async def test_many_badges_are_counted_and_leave_room_for_context_and_namespace(width: int) -> None:
    badges = ("PROD", "READ-ONLY", "NO REVEAL", "HTTP", "NO TLS CHECK")
    line = await header_at(width, replace(FACTS, badges=badges))
    assert line.startswith("  PROD   READ-ONLY   NO REVEAL " if width == 80 else "  PROD   +4  ")
    assert "eu › pa" in line


async def test_the_header_says_since_when_a_list_is_not_live() -> None:
    facts = replace(FACTS, link="not live", link_since="14:02")
    assert "not live since 14:02" in await header_at(120, facts)
    assert "not live" in await header_at(60, facts)
    assert "no answer since 14:02" in await header_at(120, replace(facts, link="waiting"))
    assert "… connecting" in await header_at(120, replace(FACTS, link="connecting"))


async def test_names_of_a_kubeconfig_are_drawn_in_ascii() -> None:
    line = await header_at(120, HeaderFacts("рrod", "payments", user="jаne", server="https://аpi"))
    assert line.isascii() or line.replace("›", "").replace("…", "").isascii()
    assert "\\u0440rod" in line and "j\\u0430ne" in line


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("width", [24, 120])
async def test_hostile_names_in_the_header_are_text(hostile: str, width: int) -> None:
    line = await header_at(width, HeaderFacts(hostile * 2, hostile, (hostile,), hostile, hostile, 3))
    assert width == 24 or hostile[:3] in line or not hostile[:3].isascii() or not hostile[:3].isprintable()


async def test_a_long_context_is_cut_in_the_middle_and_the_namespace_stays() -> None:
    long = "arn-aws-eks-eu-central-1-123456789012-cluster-production-blue"
    line = await header_at(48, replace(FACTS, badges=("PROD",), context=long, drafts=0))
    assert "arn-" in line and "blue › payments" in line and "…" in line and "●" in line


async def test_the_header_drops_the_word_all_before_it_cuts_the_namespace() -> None:
    facts = replace(FACTS, badges=("PROD",), is_of_all=True, drafts=0)
    assert "prod-eu › all › payments" in await header_at(80, facts)
    assert "prod-eu › payments" in await header_at(32, facts)


async def test_the_status_line_shows_the_last_message() -> None:
    status = StatusLine()
    async with Show(status).run_test(size=(30, 5)) as pilot:
        await pilot.pause()
        assert lines(status) == [" " * 30]
        status.show_message("username is shown until 14:03:10")
        status.show_message("not written: forbidden", "bad")
        status.show_message("not written: forbidden", "bad")
        await pilot.pause()
        assert lines(status) == ["  ! not written: forbidden".ljust(30)]
        status.show_message("password: 19 B sent; emptied at 14:03:10")
        await pilot.pause()
        assert [line.rstrip() for line in lines(status)] == [
            "  password: 19 B sent; emptied",
            "    at 14:03:10",
        ]
        status.show_message("one two three four five six seven eight nine ten eleven twelve")
        await pilot.pause()
        assert [line.rstrip() for line in lines(status)] == [
            "  one two three four five six",
            "    seven eight nine ten elev…",
        ]
        status.show_message("")
        await pilot.pause()
        assert lines(status) == [" " * 30] and status.message == ""


@pytest.mark.parametrize("width", [60, 80, 120])
async def test_a_message_cuts_the_middle_of_a_long_name_and_keeps_what_happened(width: int) -> None:
    status = StatusLine()
    name = "k" * 253
    async with Show(status).run_test(size=(width, 5)) as pilot:
        status.show_message(f"Written: {name} of default/mysecret at 14:02:10, on top of 2 changes.", "good")
        await pilot.pause()
        said = " ".join("".join(lines(status)).split())
        assert len(lines(status)) <= 2
        assert said.startswith("Written: kkk") and "…k" in said and said.endswith("of 2 changes.")


@pytest.mark.parametrize("hostile", HOSTILE)
async def test_hostile_messages_and_keys_are_text(hostile: str) -> None:
    status, footer = StatusLine(), KeyFooter([("x", hostile), (hostile, "y")])
    async with Show(status, footer).run_test(size=(70, 8)) as pilot:
        status.show_message(hostile, "warning")
        await pilot.pause()
        assert_harmless([status, footer])


async def footer_at(width: int, footer: KeyFooter) -> list[str]:
    async with Show(footer).run_test(size=(width, 8)) as pilot:
        await pilot.pause()
        assert_harmless([footer])
        return lines(footer)


async def test_the_footer_shows_whole_keys_and_the_way_to_all_of_them() -> None:
    rule, line = await footer_at(80, KeyFooter(KEYS))
    assert rule == "─" * 80
    assert line.rstrip() == " enter open  / filter  a new  p readers  w review  N namespace  ? all keys"
    assert (await footer_at(48, KeyFooter(KEYS)))[1].rstrip() == " enter open  / filter  a new  ? all keys"
    assert (await footer_at(8, KeyFooter(KEYS)))[1].rstrip() == " ?"
    assert (await footer_at(4, KeyFooter(KEYS)))[1].rstrip() == " ?"
    assert [text.split()[-2:] for text in await footer_at(130, KeyFooter(KEYS[:3]))] == [["all", "keys"]]


@pytest.mark.parametrize("width", range(30, 160, 7))  # narrower ones are too small for a screen
@pytest.mark.parametrize("count", [1, 2])
def test_every_item_of_the_footer_is_whole_in_order_and_fits(width: int, count: int) -> None:
    laid = lay_out(KEYS, [("f1", "help")], width, count)
    shown = [item for line in laid for item in line]
    assert shown[-1][0] == "f1" and tuple(shown[:-1]) == KEYS[: len(shown) - 1]
    gap = 2 if width < 100 else 3
    for line in laid:
        words = (" " * gap).join(f"{key} {word}".rstrip() for key, word in line)
        assert len(words) < width or line == [("f1", "")]


GROUPS = {
    "enter": "see",
    "/": "see",
    "a": "change",
    "p": "see",
    "w": "apply",
    "N": "",
    "X": "",
    "i": "see",
} | {
    "o": "see",
    "u": "change",
    "m": "",
}


def words_of(laid: list[list[tuple[str, str]]]) -> str:
    return " ".join(f"{key} {word}".strip() for line in laid for key, word in line)


def test_the_footer_groups_keys_by_what_they_do_from_100_columns() -> None:
    ends = [(":", "commands"), ("?", "all keys")]
    wide = words_of(lay_out(KEYS, ends, 200, 1, GROUPS))
    assert wide == (
        "see enter open / filter p readers i facts o order │ change a new u undo │ apply w review"
        " │ N namespace X context m hide : commands ? all keys"
    )
    narrower = words_of(lay_out(KEYS, ends, 100, 1, GROUPS))
    assert narrower.startswith("see enter open / filter p readers │ change a new │ apply w review │")
    assert narrower.endswith(": commands ? all keys") and "undo" not in narrower
    assert words_of(lay_out(KEYS, ends, 80, 1, GROUPS)).startswith("enter open / filter a new p readers")
    assert words_of(lay_out(KEYS[:2], ends, 120, 1, GROUPS)) == "enter open / filter : commands ? all keys"
    without_the_last = {key: group for key, group in GROUPS.items() if group}
    named = [item for item in KEYS if item[0] in without_the_last]
    assert "apply w review │ : commands" in words_of(lay_out(named, ends, 200, 1, without_the_last))


@pytest.mark.parametrize("width", range(100, 200, 9))
def test_a_grouped_footer_fits_its_width(width: int) -> None:
    (line,) = lay_out(KEYS, [("?", "all keys")], width, 1, GROUPS)
    assert len(" ".join(f"{key} {word}".strip() for key, word in line)) < width
