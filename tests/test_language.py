"""Rules for docstrings and names: both begin with their subject, and a public name is used once."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent
FILES: Final = sorted((ROOT / "tui").rglob("*.py"))
ALL_FILES: Final = sorted(
    path for name in ("tui", "tests", "screenshots", "benchmarks") for path in (ROOT / name).rglob("*.py")
)

_WORDS: Final = """
of those these this that what which where when why how whether who whose it its they their one else such
is are was were does do did does has have had can may will
with without for from in on at to by as after before until while if and or not no nothing
"""
NO_SUBJECT: Final = frozenset(_WORDS.split())
"""First words of a docstring that name no subject and no act."""
NO_TEST_SUBJECT: Final = frozenset(
    ["it", "its", "one", "they", "their", "that", "those", "these", "this", "which", "what", "none", "such"]
)
"""First words of a test's name that leave its subject unnamed."""


def docstrings(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Each docstring with its line: of modules, classes, functions, and of fields and constants."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            values = (statement.value for statement in node.body if isinstance(statement, ast.Expr))
            for value in values:
                if isinstance(value, ast.Constant) and isinstance(value.value, str):
                    yield value.lineno, value.value


def first_word(text: str) -> str:
    match = re.match(r"\W*([A-Za-z]*)", text)
    return match[1].lower() if match is not None else ""


def without_subject(path: Path) -> list[str]:
    name = path.relative_to(ROOT).as_posix()
    lines = docstrings(ast.parse(path.read_text()))
    return [f"{name}:{line}: {text}" for line, text in lines if first_word(text) in NO_SUBJECT]


def test_a_docstring_begins_with_its_subject_or_a_verb() -> None:
    assert [line for path in ALL_FILES for line in without_subject(path)] == []


def test_the_name_of_a_test_begins_with_its_subject() -> None:
    tests = {path: re.findall(r"\bdef test_([a-z0-9]+)", path.read_text()) for path in ALL_FILES}
    assert [
        (path.name, word) for path, words in tests.items() for word in words if word in NO_TEST_SUBJECT
    ] == []


def test_a_docstring_without_a_subject_is_seen() -> None:
    source = '"""What is shown."""\nA = 1\n""""x" or "".""" \ndef f() -> None:\n    """Is it?"""\n'
    words = [first_word(text) for _, text in docstrings(ast.parse(source))]
    assert words == ["what", "x", "is"]
    assert [word in NO_SUBJECT for word in words] == [True, False, True]


def public_names(tree: ast.Module) -> Iterator[str]:
    """Public classes and constants of a module."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield node.name
        targets = node.targets if isinstance(node, ast.Assign) else []
        targets = [node.target] if isinstance(node, ast.AnnAssign) else targets
        for target in targets:
            if isinstance(target, ast.Name) and re.fullmatch("[A-Z][A-Z0-9_]+", target.id):
                yield target.id


def test_no_public_class_or_constant_has_the_name_of_another() -> None:
    places = defaultdict[str, list[str]](list)
    for path in FILES:
        for name in public_names(ast.parse(path.read_text())):
            places[name].append(path.relative_to(ROOT).as_posix())
    assert {name: files for name, files in places.items() if len(files) > 1} == {}
