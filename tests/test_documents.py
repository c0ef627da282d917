"""The documents for developers name files, tests and packages that exist."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Final

import pytest

from tui.model.secret.types.registry import CHOICES

ROOT: Final = Path(__file__).parent.parent
DOCUMENTS: Final = sorted([*(ROOT / "docs").glob("*.md"), ROOT / "README.md", ROOT / "CONTRIBUTING.md"])
FOLDERS: Final = "tui|tests|docs|styles|screenshots|benchmarks"
NAMED: Final = re.compile(rf"`((?:{FOLDERS})/[\w./-]*?|\.ci/\w+)(?:::(\w+))?`")
LINK: Final = re.compile(r"\]\((?!https?://)([^)#]+)")


def functions_in(path: Path) -> set[str]:
    return {
        node.name
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_named_files_tests_and_links_exist(document: Path) -> None:
    text = document.read_text()
    for file, test in NAMED.findall(text):
        assert (ROOT / file).exists(), file
        assert not test or test in functions_in(ROOT / file), f"{file}::{test}"
    for target in LINK.findall(text):
        assert (document.parent / target).exists(), target


def anchors_in(document: Path) -> set[str]:
    """Headings of the document, as GitHub names them in links."""
    headings = re.findall(r"(?m)^#+ (.+)$", re.sub(r"(?s)```.*?```", "", document.read_text()))
    return {re.sub(r"[^\w\- ]", "", heading).lower().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_a_link_to_a_heading_finds_it(document: Path) -> None:
    for target, anchor in re.findall(r"\]\((?!https?://)([^)#]*)#([^)]+)\)", document.read_text()):
        assert anchor in anchors_in(document.parent / target if target else document), f"{target}#{anchor}"


def test_the_architecture_page_names_every_package() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text()
    packages = {path.parent.relative_to(ROOT).as_posix() for path in (ROOT / "tui").glob("*/**/__init__.py")}
    assert {package for package in packages if not re.search(f"`{package}/?`", text)} == set()


def test_each_type_on_offer_is_a_row_of_the_page_about_creating() -> None:
    rows = (ROOT / "docs" / "creating.md").read_text()
    assert [choice.name for choice in CHOICES if f"| `{choice.letter}`" not in rows] == []


def test_the_architecture_page_names_only_what_is_in_the_code() -> None:
    code = "".join(path.read_text() for folder in ("tui", "tests") for path in (ROOT / folder).rglob("*.py"))
    words = set(re.findall(r"\w+", code))
    named = re.findall(r"`(\w+)`", (ROOT / "docs" / "architecture.md").read_text())
    assert set(named) - words == set()


def test_a_constant_of_the_architecture_page_is_in_a_file_of_its_row_or_paragraph() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text()
    for part in re.split(r"\n\n|\n(?=\|)", text):
        code = "".join((ROOT / file).read_text() for file, _ in NAMED.findall(part) if file.endswith(".py"))
        for name in re.findall(r"`(_?[A-Z][A-Z_]{2,})`", part):
            is_there = not code or re.search(rf"\b{name}\b", code)
            assert is_there, f"{name} is in no file that this names; name its file too: {part}"


def definitions_in(path: Path) -> set[str]:
    """The functions of a module, and the methods of its classes as `Class.method`."""
    body = ast.parse(path.read_text()).body
    owners = [("", body), *((f"{node.name}.", node.body) for node in body if isinstance(node, ast.ClassDef))]
    functions = ast.FunctionDef | ast.AsyncFunctionDef
    return {f"{owner}{node.name}" for owner, nodes in owners for node in nodes if isinstance(node, functions)}


def test_the_walks_of_the_architecture_page_count_their_hops_and_name_existing_functions() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text()
    walks = re.findall(r"(\d+) hops:\n\n((?:\d+\. .*\n|   .*\n)+)", text)
    assert len(walks) == 4
    for count, walk in walks:
        hops = re.findall(r"(?m)^(\d+)\. `([\w.]+)` in `(tui/[\w/]+\.py)`", walk)
        assert [number for number, _, _ in hops] == [str(number) for number in range(1, int(count) + 1)]
        for _, function, file in hops:
            assert function in definitions_in(ROOT / file), f"{function} in {file}"


def test_every_entry_of_the_changelog_is_one_line_of_120_characters() -> None:
    lines = (ROOT / "CHANGELOG.md").read_text().splitlines()
    assert [line for line in lines if len(line) > 120] == []
    assert [line for line in lines if line.startswith(" ")] == []
