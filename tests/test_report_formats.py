"""Each report in each format equals its golden file, and the page on reports names what a report prints."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import pytest

from tests.test_report import certificates
from tests.test_report import sample as health_sample
from tests.test_who_report import sample as who_sample
from tui.cli.parsers import REPORTS
from tui.model.report import REPORT_WRITERS, Report
from tui.model.text.printable import width

GOLDEN: Final = Path(__file__).with_name("report_golden")
"""Folder with a file for each format, and for a table of each width."""
SAMPLES: Final[Mapping[str, Callable[[], Report]]] = {
    "health": lambda: health_sample("health"),
    "readers": lambda: health_sample("readers"),
    "certificates": certificates,
    "who": who_sample,
}
PAGE: Final = (Path(__file__).parent.parent / "docs" / "reports.md").read_text(encoding="utf-8")
SECTIONS: Final = {"health": "`health`, `missing`, `stale`"} | {
    name: f"`{name}`" for name in ("readers", "certificates", "who")
}


@pytest.mark.parametrize(
    ("form", "columns", "ending"),
    [
        ("table", 80, "80.txt"),
        ("table", 120, "120.txt"),
        ("markdown", 0, "md"),
        ("json", 0, "json"),
        ("csv", 0, "csv"),
    ],
)
@pytest.mark.parametrize("name", SAMPLES)
def test_each_report_in_each_format_equals_its_golden_file(
    name: str, form: str, columns: int, ending: str
) -> None:
    made = REPORT_WRITERS[form](SAMPLES[name](), columns)
    assert made == (GOLDEN / f"{name}.{ending}").read_text(encoding="utf-8")
    assert all(width(line) <= columns for line in made.splitlines()) or not columns


def first_cells(title: str, level: str = "###") -> list[list[str]]:
    """The names in the first cell of each row of the table below a title of the page, and the second cell."""
    body = PAGE.split(f"\n{level} {title}\n")[1].split("\n#")[0]
    rows = [line.split("|") for line in body.splitlines() if line.startswith("| `")]
    return [[*re.findall(r"`(\w+)`", row[1]), row[2]] for row in rows]


@pytest.mark.parametrize("name", SAMPLES)
def test_the_page_on_reports_names_each_column(name: str) -> None:
    told = [column for *columns, _ in first_cells(SECTIONS[name]) for column in columns]
    assert told == list(SAMPLES[name]().columns)


@pytest.mark.parametrize("name", SAMPLES)
def test_the_page_on_reports_names_each_field_of_json(name: str) -> None:
    told, of_before = set[str](), ""
    for *fields, of in first_cells("JSON", "##"):
        of_before = of_before if "the same" in of else of
        is_of_all = of_before.strip() == "all" or (of_before.strip() == "all but `who`" and name != "who")
        if is_of_all or ("all" not in of_before and f"`{name}`" in of_before):
            told.update(fields)
    assert told == set(json.loads(REPORT_WRITERS["json"](SAMPLES[name](), 0)))


def test_the_page_on_reports_names_each_report() -> None:
    table = PAGE.split("| Report |")[1].split("\n\n")[0]
    assert set(re.findall(r"(?m)^\| `(\w+)`", table)) == set(REPORTS)
