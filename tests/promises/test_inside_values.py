"""Promises 2 and 3: no secret part of a value of any format is seen while it is masked, or kept once left."""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import os
import sys
import types
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cache, partial
from pathlib import Path
from typing import Any, Final

import pytest

from tests.model.planted_values import DATA, OTHERS, PIECES, PLANTED, Planted
from tests.model.value_shapes import MARKER, NOW, SECRET, b64
from tests.model.value_shapes import helm as helm_record
from tests.several_clusters import kubeconfig, put
from tests.ui.person import Person, pod_object, secret_object, sitting_at
from tests.ui.test_copy import watched
from tests.ui.test_copy_secret import chooses
from tests.ui.test_helm import kept, opens_redis
from tests.value_search import traces, traces_in_files, ways, ways_of_bytes
from tui.cli import report as cli_report
from tui.cli.arguments import parse_report
from tui.cli.parsers import REPORTS
from tui.cluster.auth.credentials import login
from tui.cluster.kubeconfig.target import LoginTarget
from tui.model.draft.draft import Draft
from tui.model.report import REPORT_WRITERS
from tui.model.secret.formats.registry import VALUE_FORMATS, decoded_value
from tui.model.secret.formats.value_format import ValueFormat
from tui.model.secret.value import Value
from tui.session.clock import Clock
from tui.session.writes.audit import Journal
from tui.terminal.settings_file import Settings
from tui.ui.widgets.table.table import VirtualTable
from tui.ui.widgets.text import text_of

OTHER: Final = {
    key: data.replace(MARKER.encode(), f"{MARKER}-0".encode()) + b"\n" for key, data in DATA.items()
}
"""Data of a Secret of the same name in another namespace, and of a draft."""


def _revision(number: int) -> dict[str, Any]:
    """A record of Helm with secrets in its values, notes and manifest."""
    record = helm_record(name="redis", version=number, config={"auth": {"password": f"{SECRET}-{number}"}})
    return kept(number) | {"data": {"release": b64(record)}}


STORY: Final = [
    secret_object("mysecret", DATA),
    secret_object("mysecret", OTHER, namespace="web"),
    *(_revision(number) for number in (1, 2, 3)),
    pod_object("mypod", {"envFrom": [{"secretRef": {"name": "mysecret"}}]}),
]


def _elsewhere() -> list[dict[str, Any]]:
    """The same secrets again: reused in leaves, in a manifest, a ConfigMap, literals and annotations."""
    url = f"postgres://{MARKER}:{SECRET}@db.internal/orders"
    applied = {
        "kubectl.kubernetes.io/last-applied-configuration": json.dumps({"data": {"password": b64(SECRET)}})
    }
    values = {
        "password": SECRET.encode(),
        "DATABASE_URL": url.encode(),
        "config.json": json.dumps({"database": {"password": SECRET, "user": SECRET}}).encode(),
        "values.yaml": f"db:\n  password: {b64(SECRET)}\n".encode(),
    }
    reused = [secret_object(name, values, namespace="shop") for name in ("reused", "again")]
    env = [{"name": "DB_PASSWORD", "value": SECRET}, {"name": "URL", "value": url}]
    template = {"spec": {"containers": [{"name": "web", "env": env}]}}
    settings = {"DB_PASSWORD": SECRET, "url": url, "key": f"-----BEGIN PRIVATE KEY-----\n{b64(SECRET * 3)}"}
    config = {"apiVersion": "v1", "kind": "ConfigMap", "data": settings}
    web = {"apiVersion": "apps/v1", "kind": "Deployment", "spec": {"template": template}}
    plain = [kind | {"metadata": {"name": "web", "namespace": "shop"}} for kind in (config, web)]
    for obj in (*reused, *plain):
        obj["metadata"]["annotations"] = applied
    return [*reused, *plain]


WIDE_STORY: Final = [*STORY, *_elsewhere()]
GRADES: Final = {
    "masked": Settings(),
    "no-reveal": Settings(no_reveal=True),
    "kinds": Settings(facts="kinds"),
}


_PIECES: Final = [needle for piece in PIECES for needle in ways_of_bytes(piece).values()]


def marks_in(text: str | bytes) -> list[str]:
    """The ways in which the marker, or a piece of what it is packed in, occurs in a text."""
    data = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    marks = traces(data, MARKER) + ["packed"] * any(piece in data for piece in _PIECES)
    return marks + ["in another case"] * (MARKER.encode() in data.lower())


# The table of values


@pytest.mark.parametrize("value_format", VALUE_FORMATS, ids=lambda value_format: value_format.name)
def test_each_format_has_a_planted_value(value_format: ValueFormat) -> None:
    name = value_format.name
    assert name in PLANTED, f"give PLANTED of tests/model/planted_values.py a row {name!r}"
    planted = PLANTED[name]
    first = next((each for each in VALUE_FORMATS if _names(each, planted)), None)
    is_named = first is value_format or (first is None and value_format.kind(planted.data))
    assert is_named, (
        f"{planted.key} is {first and first.name}: move the format up in FORMATS, or change its row"
    )
    assert marks_in(planted.data), f"put MARKER into each secret part of the row {name!r} of PLANTED"


def _names(value_format: ValueFormat, planted: Planted) -> bool:
    try:
        return value_format.row(planted.key, planted.data) is not None
    except Exception:
        return False


def test_each_planted_value_has_a_key_of_its_own() -> None:
    keys = Counter(planted.key for planted in (*PLANTED.values(), *OTHERS))
    assert [key for key, count in keys.items() if count > 1] == [], "one Secret holds all of PLANTED"


@pytest.mark.parametrize("planted", PLANTED.values(), ids=lambda planted: planted.key)
def test_each_secret_leaf_holds_the_marker(planted: Planted) -> None:
    for leaf in decoded_value(planted.key, Value(planted.data), NOW).leaves:
        is_public = any(fnmatchcase(leaf.path, pattern) for pattern in planted.public)
        is_marked = leaf.kind or is_public or marks_in(leaf.value.reveal())
        assert is_marked, f"{leaf.path}: put MARKER into it in PLANTED, or its path into `public` there"


@pytest.mark.parametrize("way", ways(MARKER.encode()))
def test_the_marker_is_found_however_it_is_written(way: str) -> None:
    assert way in marks_in(b"[" + ways(MARKER.encode())[way] + b"]")


# What is seen


@dataclass
class Onlooker:
    """Reads all that a person, a log or another program sees of the run."""

    person: Person
    sent: list[str]
    journal: list[bytes] = field(default_factory=list)
    looks: int = 0
    clean: set[str] = field(default_factory=set)
    """Texts without the marker: most of a screen's rows stand on the next one too."""

    def look(self, *where: str) -> None:
        """Check that the marker is nowhere: on screen, in a cut cell, a message, a copy or the title."""
        self.looks += 1
        app = self.person.app
        messages = [f"{message.text} {message.on_screen}" for message in app.shared.messages]
        for seen in (self.person.text, *messages, *self.sent, *_cells(app.screen_stack)):
            if seen not in self.clean:
                assert marks_in(seen) == [], (where, seen)
                self.clean.add(seen)
        assert not app.clipboard

    async def sees(self, keys: str, *texts: str) -> None:
        """Press keys, and look after each."""
        for key in keys.split():
            await self.person.press(key)
            self.look(keys, key)
        await self.person.sees(*texts)
        self.look(keys)


def _cells(screens: Iterable[Any]) -> Iterator[str]:
    """Every row of every table, as wide as it is."""
    for screen in screens:
        for table in screen.query(VirtualTable):
            for row in table.rows:
                yield " ".join(map(text_of, table._painter.cells(row)))


@asynccontextmanager
async def onlooker(settings: Settings, *, story: Any = STORY, **how: Any) -> AsyncIterator[Onlooker]:
    lines: list[bytes] = []
    async with sitting_at(settings=settings, story=story, journal=Journal(lines.append), **how) as person:
        sent = watched(person)
        person.app._write_to_terminal = sent.append  # type: ignore[method-assign, assignment]
        yield Onlooker(person, sent, lines)


async def views(eyes: Onlooker, key: str) -> None:
    """Open a value and go through its views, then those of its first leaf."""
    await eyes.sees("enter v v v", key)
    await eyes.sees("enter v v")
    while len(eyes.person.app.screen_stack) > 1:
        await eyes.sees("escape")


async def changes_a_leaf(eyes: Onlooker) -> None:
    """Set one leaf without showing it."""
    person = eyes.person
    await person.put_cursor("#key-table", "values.yaml")
    await eyes.sees("enter", "db.password")
    await person.put_cursor("#leaves", "db.password")
    await eyes.sees("s", "Set unseen")
    await person.paste(f"{SECRET}-n3w")
    await eyes.sees("enter", "1 draft")
    while len(person.app.screen_stack) > 1:
        await eyes.sees("escape")


async def helm(eyes: Onlooker) -> None:
    """Releases, revisions, two of them compared, and a record decoded."""
    person = eyes.person
    await opens_redis(person)
    eyes.look("revisions")
    await eyes.sees("space space d", "Compare: revision 3 with revision 2", "auth.password")
    await eyes.sees("enter v escape escape", "Revisions of redis")
    await eyes.sees("enter", "values.auth.password")
    await eyes.sees("G ctrl+u v v")
    while len(person.app.screen_stack) > 1:
        await eyes.sees("escape")


async def drafts(eyes: Onlooker) -> None:
    """Change every key, review and write it."""
    person = eyes.person
    opened = person.session.opened
    assert opened is not None and opened.secret is not None
    secret = opened.secret
    person.session.drafts.put(
        Draft.of(secret).set_all(secret, {key: Value(data) for key, data in OTHER.items()})
    )
    del opened, secret
    await eyes.sees("w", "accepted at")
    screen = person.app.screen
    for key in DATA:
        await person.put_cursor("#changes", f"{key}\0")
        await eyes.sees("enter", f"/ {key}")
        await eyes.sees("v v escape", "Review")
    del screen
    await eyes.sees("W", "An old value remains")
    await eyes.sees("y")
    await person.sees("Written: ")
    eyes.look("written")


async def goes_everywhere(eyes: Onlooker) -> None:
    """The list, the Secret, each value, YAML, description, copies, comparison, review, readers, health."""
    person = eyes.person
    eyes.look("the list")
    await chooses(person, "web", letter="c")
    await eyes.sees("", "keys differ")
    await eyes.sees("enter", "Compare: default/mysecret with web/mysecret")
    for key in DATA:
        await person.put_cursor("#changes", f"{key}\0")
        await eyes.sees("enter v v escape", "36 keys differ")
    await eyes.sees("escape escape", "Secrets ")
    await person.open()
    await person.sees("AWS credentials, lasting")
    for key in DATA:
        await person.put_cursor("#key-table", key)
        eyes.look(key)
        await views(eyes, key)
        await eyes.sees("C v", "valueFrom snippet")
    await eyes.sees("y", "YAML")
    await eyes.sees("c", "sent to your terminal's clipboard")
    await eyes.sees("ctrl+d G escape i", "no values here")
    await eyes.sees("ctrl+d G escape p", "mypod")
    await eyes.sees("escape M escape exclamation_mark escape")
    has_names = person.app.shared.settings.facts == "names"
    if has_names:  # where kinds alone are named nothing is decoded
        await changes_a_leaf(eyes)
    await drafts(eyes)
    await eyes.sees("escape", "Secrets ")
    if has_names:
        await helm(eyes)
    await eyes.sees("P escape B")
    await eyes.sees("v", "Certificates by expiry")
    await eyes.sees("escape exclamation_mark escape")


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("grade", GRADES)
async def test_no_secret_part_of_any_format_is_seen_masked(
    grade: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    async with onlooker(GRADES[grade], size=(140, 50)) as eyes:
        await goes_everywhere(eyes)
    assert eyes.looks > 300
    assert eyes.journal and marks_in(b"\n".join(eyes.journal)) == []
    assert marks_in(caplog.text) == []
    assert marks_in("".join(capfd.readouterr())) == []


@pytest.mark.slow
@pytest.mark.timeout(120)
async def test_no_board_of_the_cluster_shows_a_secret_part() -> None:
    async with onlooker(Settings(), story=WIDE_STORY, size=(140, 50)) as eyes:
        person = eyes.person
        await person.runs("ns all", "all namespaces")
        await eyes.sees("B", "4 Secrets not read: v checks")
        await eyes.sees("v", "same as", "ConfigMap/web: DB_PASSWORD looks like a password")
        for _ in person.app.screen.query_one("#finding-table", VirtualTable).rows:
            await eyes.sees("j")
        await eyes.sees("escape")
        for board, *keys in (("certificates", "v"), ("who",)):
            await person.runs(board)
            await eyes.sees(" ".join(keys))
            await eyes.sees("j j enter escape")
            while len(person.app.screen_stack) > 1:
                await eyes.sees("escape")
    assert marks_in(b"\n".join(eyes.journal)) == []


@pytest.mark.slow
@pytest.mark.timeout(120)
async def test_no_compared_namespace_and_no_input_of_a_pod_shows_a_secret_part() -> None:
    url = f"postgres://{MARKER}:{SECRET}@db.internal/orders"
    inputs = {
        "envFrom": [{"secretRef": {"name": "mysecret"}}, {"configMapRef": {"name": "plain"}}],
        "env": [{"name": "DB_PASSWORD", "value": SECRET}, {"name": "URL", "value": url}],
    }
    plain = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "plain", "namespace": "default"},
        "data": {"DB_PASSWORD": SECRET, "URL": url},
    }
    story = [*WIDE_STORY, plain, pod_object("other", inputs)]
    async with onlooker(Settings(), story=story, size=(140, 50)) as eyes:
        person = eyes.person
        await person.runs("compare web", "Compare  default → web")
        await eyes.sees("v", "1 differs")
        await eyes.sees("j j enter", "- is from")
        await eyes.sees("j j escape s space j escape")
        while len(person.app.screen_stack) > 1:
            await eyes.sees("escape")
        await eyes.sees("P", "Pods of default")
        await person.put_cursor("#pod-table", "default/other/0")
        await eyes.sees("enter", "Inputs of Pod/other", "literal ********")
        await eyes.sees("v")
        for _ in person.app.screen.query_one(VirtualTable).rows:
            await eyes.sees("j")
        await eyes.sees("d escape")
    assert marks_in(b"\n".join(eyes.journal)) == []


REPORTS_OF_VALUES: Final = [
    [report, *more, "-o", form]
    for report, more in [*((report, []) for report in REPORTS), *((one, ["--values"]) for one in REPORTS[:4])]
    for form in REPORT_WRITERS
]


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_no_report_and_no_file_holds_a_secret_part(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    async with onlooker(Settings(), story=WIDE_STORY) as eyes:
        home = eyes.person.cluster
        target = LoginTarget("tour", "tour", "admin", home.url, "default", token=home.users["admin"].token)
        for words in REPORTS_OF_VALUES:
            given = parse_report([*words, "-A"])
            printed, code = await cli_report._report(given, Settings(), target, login(target), Clock())
            assert code in (0, 1) and printed, words
            assert marks_in(printed) == [], words
        put(config := Path.home() / ".kube/config", kubeconfig({"tour": home}, "tour"))
        command = [sys.executable, "-m", "tui", "report", "--values", "-A", "--kubeconfig", str(config)]
        program = await asyncio.create_subprocess_exec(
            *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
        )
        printed_by_program, _ = await program.communicate()
        assert program.returncode == 1 and marks_in(printed_by_program) == []
    assert marks_in(caplog.text) == [] and marks_in("".join(capfd.readouterr())) == []
    written = [Path(os.environ[name]) for name in ("HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "TMPDIR")]
    assert traces_in_files(written, MARKER) == []


# What is kept


_CONTAINERS: Final = (dict, list, tuple, set, frozenset, types.CellType, types.MethodType, partial)
_CACHE: Final = type(cache(len))
_DEPTH: Final = 5


def held_by_us() -> set[str]:
    """Objects and modules of ours and of Textual that hold the marker, themselves or in a container.

    The embedded cluster stands for the API server, which keeps it.
    """
    gc.collect()
    modules = {f"module {name}": vars(module) for name, module in list(sys.modules.items()) if _is_ours(name)}
    held = {name for name, names in modules.items() if any(map(_has_marker, _parts(names, _DEPTH)))}
    return held | {
        f"{type(thing).__module__}.{type(thing).__name__}"
        for thing in gc.get_objects()
        if _is_ours(type(thing).__module__) and any(map(_has_marker, _parts(thing, _DEPTH)))
    }


def _is_ours(module: str) -> bool:
    package, _, rest = module.partition(".")
    return package in ("textual", "rich") or (package == "tui" and not rest.startswith("embedded"))


def _parts(thing: object, depth: int) -> Iterator[object]:
    if isinstance(thing, types.FunctionType):  # not all that its module has
        inner: Iterable[object] = (thing.__closure__, thing.__defaults__)
    else:
        inner = gc.get_referents(thing)
    for part in inner:
        if isinstance(part, str | bytes | bytearray):
            yield part
        elif depth and isinstance(part, (*_CONTAINERS, _CACHE, types.FunctionType)):
            yield from _parts(part, depth - 1)


def _has_marker(part: object) -> bool:
    if isinstance(part, str):
        return MARKER in part
    return isinstance(part, bytes | bytearray) and MARKER.encode() in part


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_nothing_of_any_format_is_kept_once_its_secret_is_left() -> None:
    async with onlooker(Settings(), size=(140, 50)) as eyes:
        person = eyes.person
        await person.open()
        for key in DATA:
            await person.put_cursor("#key-table", key)
            await person.press("r", "r", "enter", "r", "v", "r", "v", "r")
            while len(person.app.screen_stack) > 1:
                await person.press("escape")
        await person.put_cursor("#key-table", "a.json")
        await person.presses("enter", "3 leaves")
        await person.presses("r", SECRET)
        assert {"tui.model.secret.value.Value", "textual.strip.Strip"} <= held_by_us(), "shown, it is found"
        await person.presses("escape escape", "Secrets ")
        await person.presses("escape", "Opaque", at="#peek")
        await person.waits_for(lambda: not held_by_us(), f"no {MARKER} in {held_by_us()}")
