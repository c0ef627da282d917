"""A wider terminal never shows less: panes, columns and whole texts from 80 to 240 columns, on the demo."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

import pytest

from tests.ui.person import Person, in_secret, pod_object, secret_object, sitting_at
from tui.model.secret.secret import SecretRef
from tui.ui.browser.pane_widths import Needs, Widths, pane_count, pane_widths
from tui.ui.widgets.lists.secret_table import LAST_NEEDED
from tui.ui.widgets.scroller import THUMB
from tui.ui.widgets.table.columns import ALL_COLUMNS, LABEL, Column, ColumnNeed, place, whole_width
from tui.ui.widgets.table.row_painter import MARK
from tui.ui.widgets.text import Styled, drawn, width

pytestmark = pytest.mark.slow

WIDTHS = range(80, 241)
AROUND = MARK + THUMB
FRAME = 2
ABOUT = 52
"""Width of the facts about a Secret, which wrap there."""
SIGNS = 3
"""A column without a title that is so wide keeps its place for signs, though none is there now."""
SHORT = 15
"""A column so wide that does not grow has a word or a number, and keeps its place whatever they are."""
FAR = 100
"""Cells from the start of a name to a column in which the eye no longer finds its row."""
PEM = b"\n".join(
    (b"-----BEGIN MADE UP-----", *(b"%064d" % nth for nth in range(6)), b"-----END MADE UP-----\n")
)
NAMESPACES = ("default", "kube-system", "monitoring", "payments", "web", None)


class Table(NamedTuple):
    """Columns, widths and texts of a table, taken off the screen to lay it out for every width."""

    columns: tuple[Column, ...]
    needs: tuple[ColumnNeed, ...]
    texts: tuple[frozenset[str], ...]

    def width(self, last: int = ALL_COLUMNS) -> ColumnNeed:
        """Width of the table in a pane, with the frame."""
        inside = whole_width(self.columns, self.needs, last=last)
        return ColumnNeed(inside.full + AROUND + FRAME, inside.want + AROUND + FRAME)


class Seen(NamedTuple):
    """Visible part of a table."""

    whole: frozenset[tuple[str, str]]
    """Columns, and texts that are not cut; a name longer than a label may be, for one more pane."""
    is_cut: bool
    """True if a text no longer than a label is cut. A longer name is whole in the preview and in describe."""
    spare: int
    """Blank cells in columns beyond what their texts need."""


def table_of(person: Person, selector: str) -> Table:
    table: Any = person.app.screen.query_one(selector)
    texts: list[set[str]] = [set() for _ in table.columns]
    for row in table.rows:
        cells = table._painter.cells(row)
        for nth, cell in enumerate(cells):
            if not (isinstance(cell, Styled) and cell.flows and nth < len(cells) - 1):
                texts[nth].add(drawn(cell))
    return Table(table.columns, tuple(table.needs), tuple(map(frozenset, texts)))


def look(table: Table, cells: int, last: int = ALL_COLUMNS) -> Seen:
    """See a table that has so many cells inside its frame."""
    whole: set[tuple[str, str]] = set()
    is_cut, spare = False, 0
    for at in place(table.columns, cells - AROUND, table.needs, last=last):
        texts = table.texts[at.nth]
        whole |= {(at.column.id, text) for text in texts if width(text) <= min(at.width, LABEL)}
        whole.add((at.column.id, ""))
        is_cut = is_cut or any(LABEL >= width(text) > at.width for text in texts)
        needed = max(map(width, (at.column.title, *texts)))
        is_sign = not at.column.title and at.column.width <= SIGNS
        if not at.column.grow and (is_sign or (at.column.title and at.column.width <= SHORT)):
            needed = max(needed, at.column.width)
        spare += max(0, at.width - needed)
    return Seen(frozenset(whole), is_cut, spare)


def assert_never_less(table: Table, where: str) -> None:
    """Check a table that has the whole width of the screen but for its frame."""
    before: Seen | None = None
    for total in WIDTHS:
        now = look(table, inside(total, total))
        assert before is None or before.whole <= now.whole, (
            f"{where} at {total} lost {before.whole - now.whole}"
        )
        assert not (now.is_cut and now.spare), f"{where} at {total} cuts beside {now.spare} blank cells"
        before = now


def shared(total: int, names: Table, secrets: Table) -> Widths:
    """The panes' widths."""
    needs = Needs(names.width().full, secrets.width(LAST_NEEDED), secrets.width())
    return pane_widths(total, pane_count(total, needs), needs, at_namespaces=False)


def inside(pane: int, total: int) -> int:
    """The cells of a table in a pane: below 100 columns its frame is a rule above it."""
    return pane - FRAME if total >= 100 else min(pane, 100 - FRAME)


async def test_the_list_shows_no_less_in_a_wider_terminal_and_cuts_nothing_beside_blanks() -> None:
    async with sitting_at(size=(200, 60)) as person:
        screen: Any = person.app.screen
        for namespace in NAMESPACES:
            screen.show_namespace(namespace)
            await person.settles()
            names, secrets = table_of(person, "#namespace-table"), table_of(person, "#secret-table")
            assert len(secrets.texts[1]) > 4 or namespace is None
            before: Seen | None = None
            for total in WIDTHS:
                where = f"{namespace} at {total}"
                widths = shared(total, names, secrets)
                now = look(secrets, inside(widths.secrets, total), widths.last)
                lost = before.whole - now.whole if before is not None else ()
                assert not lost, f"{where} lost {lost}"
                assert not (now.is_cut and now.spare), f"{where}: {now.spare} blank cells beside a cut text"
                if widths.secret < total:
                    assert widths.namespaces + widths.secrets + widths.secret == total
                    assert not (now.is_cut and widths.secret) and widths.secret <= ABOUT, f"{where}: {widths}"
                if widths.namespaces not in (0, total):
                    assert not look(names, widths.namespaces - FRAME).is_cut, where
                before = now


async def test_every_other_list_shows_no_less_in_a_wider_terminal() -> None:
    async with sitting_at(size=(200, 60), namespace="web") as person:
        for namespace in ("default", "payments", "web", None):
            person.app.screen.show_namespace(namespace)  # type: ignore[attr-defined]
            await person.settles()
            await person.presses("P", "Pods of")
            assert_never_less(table_of(person, "#pod-table"), f"pods of {namespace}")
            await person.press("escape")
        await person.open(SecretRef("payments", "db-credentials"))
        await person.presses("p", "Readers of db-credentials")
        assert_never_less(table_of(person, "#pod-table"), "readers")
        await person.presses("escape escape X", "Contexts")
        assert_never_less(table_of(person, "#choices"), "contexts")
        await person.presses("escape A", "YOU MAY")
        assert_never_less(table_of(person, "#rights-table"), "rights")


async def test_no_pane_changes_its_width_for_a_press_in_a_list() -> None:
    async with sitting_at(size=(160, 36), namespace="payments") as person:

        def panes() -> list[Any]:
            names = ("#namespaces", "#secrets", "#secret", "#peek")
            found = [person.app.screen.query_one(name).region for name in names]
            return [(region.x, region.width) for region in found]

        await person.sees("Namespaces  8", "web")
        await person.calm()
        before = panes()
        for key in ("j", "G", "k", "g", "tab", "j", "G", "tab"):
            await person.press(key)
            assert panes() == before, key
        await person.presses("enter", "KEY", "VALUE", "PKCS#12: bank", "JKS: bank")
        await person.calm()
        opened = panes()
        assert opened[0] == before[0] and opened[1][0] == before[1][0], "the list stays where it is"
        assert [width for _, width in opened[:3]] == [24, 46, 90]
        for key in ("j", "r", "r", "R", "R", "tab", "tab", "tab"):
            await person.press(key)
            assert panes() == opened, key


async def test_a_list_beside_an_open_secret_keeps_signs_names_and_one_column() -> None:
    async with sitting_at(size=(120, 36), namespace="payments") as person:
        await person.sees("NAME", "TYPE", "KEYS", "READ BY")
        await person.open(SecretRef("payments", "db-credentials"))
        await person.reads("#secrets", "NAME ↑ READ BY", "X db-credentials 6 pods, 1 fails")
        assert "TYPE" not in person.read("#secrets")


@pytest.mark.parametrize("size", [(160, 40), (200, 60), (240, 60)])
async def test_no_column_of_the_list_is_far_from_the_names(size: tuple[int, int]) -> None:
    async with sitting_at(size=size, namespace="payments") as person:
        for namespace in NAMESPACES:
            person.app.screen.show_namespace(namespace)  # type: ignore[attr-defined]
            await person.settles()
            assert reach_of_titles(person) < FAR, namespace
            await person.press("z")
            assert reach_of_titles(person) < FAR, namespace
            await person.press("z")


def reach_of_titles(person: Person) -> int:
    """Cells from the title of the names to that of the last column."""
    titles = person.line_of("KEYS")
    last = max(titles.find(title) for title in ("AGE", "CHANGED", "MANAGED BY"))
    return last - re.search(r"NAME\b", titles).start()  # type: ignore[union-attr]


def row_with(person: Person, part: str) -> int:
    return next(nth for nth, row in enumerate(person.text.splitlines()) if part in row)


@pytest.mark.parametrize("size", [(80, 24), (100, 30), (120, 36), (160, 40), (200, 60)])
async def test_lines_of_a_pem_are_whole_and_the_readers_are_right_below_or_beside_the_keys(
    size: tuple[int, int],
) -> None:
    reads_it = pod_object("web", {"envFrom": [{"secretRef": {"name": "mysecret"}}]})
    story = [secret_object("mysecret", {"cert": PEM, "other": b"made-up"}), reads_it]
    async with in_secret(story=story, size=size, key="cert") as person:
        await person.sees("Read by: cert")
        await person.calm()
        titles, last, readers = (row_with(person, part) for part in ("KEY ", "other ", "Read by"))
        assert readers == (titles if size[0] == 200 else last + 1)
        await person.presses("r", "cert is shown")
        for line in PEM.decode().splitlines():
            assert line in person.text, line
        await person.sees("other", "Read by: cert", "web")


SAID = "read when the pod starts"


@pytest.mark.parametrize(
    ("size", "is_beside"),
    [((200, 60), True), ((120, 36), False), ((80, 24), False)],
    ids=["200", "120", "80"],
)
async def test_a_review_cuts_no_reader_beside_blanks(size: tuple[int, int], *, is_beside: bool) -> None:
    name = "checkout-gateway-with-a-long-name-6f4b7d9c55-bbx2v"
    variable = {"name": "TOKEN", "valueFrom": {"secretKeyRef": {"name": "mysecret", "key": "password"}}}
    reads_all = {"envFrom": [{"secretRef": {"name": "mysecret"}}]}
    pods = [pod_object(name, {"env": [variable]}), pod_object("web", reads_all)]
    story = [secret_object("mysecret", {"password": b"made up"}), *pods]
    async with in_secret(story=story, size=size) as person:
        await person.edit_to_review("password", "n3w-made-up")
        await person.sees(f"{name}  1", f"  env TOKEN  {SAID}", f"  envFrom    {SAID}")
        lines = [line for line in person.text.splitlines() if SAID in line]
        assert len(lines) == 2
        assert len({line.index(SAID) for line in lines}) == 1, "it begins in one column"
        assert (name in lines[0]) is is_beside, "else it stands below the name"


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 60)])
async def test_a_very_long_name_takes_no_room_from_others_and_is_read_whole(size: tuple[int, int]) -> None:
    name, namespace = "a".join(["long-name"] * 25)[:253], "b".join(["namespace"] * 6)[:63]
    story = [
        {"kind": "Namespace", "metadata": {"name": namespace}},
        secret_object(name, {"key": b"made-up"}),
        secret_object("short", {"key": b"made-up"}, namespace=namespace),
    ]
    async with sitting_at(size=size, story=story, namespace=None) as person:
        screen: Any = person.app.screen
        screen.show_namespace(None)
        await person.sees("NAMESPACE", "NAME", "TYPE", "short")
        if size[0] >= 120:
            assert screen.namespaces.region.width < 40, "while the focus is not there"
            assert screen.secrets.region.width > 80, "what is known of a row stands below"
            await person.presses("N", namespace)
        if size[0] >= 200:
            await person.sees("MANAGED BY", "CHANGED")
        screen.show_namespace("default")
        await person.put_cursor("#secret-table", f"default/{name}")
        whole = f"default/{name}"
        await person.sees("Opaque · 1 key: key")
        await person.presses("d", "Describe")
        await person.waits_for(lambda: whole in person.read("#page").replace(" ", ""), "the whole name")


async def test_beside_their_readers_keys_have_all_that_these_leave() -> None:
    story = [secret_object("mysecret", {"uri": b"postgres://made-up@db.example.test:5432/orders"})]
    async with in_secret(story=story, size=(200, 60)) as person:
        await person.sees("Read by: uri", "postgres://db.example.test:5432/orders")


async def test_a_name_of_a_key_is_whole_before_what_its_value_is() -> None:
    async with sitting_at(size=(120, 36), namespace="web") as person:
        await person.acts_on("web/cart-redis", "enter", "Read by: REDIS_PASSWORD", "HAS IT NOW")
        await person.sees("▸   REDIS_PASSWORD  ********")
