"""The distribution: what is in the wheel, and that it runs without this checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.pseudo import Terminal

pytestmark = pytest.mark.wheel

ROOT: Final = Path(__file__).parent.parent
# Whatever the index is: read before a test's environment is sealed.
ENVIRONMENT: Final = dict(os.environ)


def pip(*arguments: str) -> None:
    command = [sys.executable, "-m", "pip", "--quiet", *arguments]
    subprocess.run(command, check=True, env=ENVIRONMENT, timeout=300)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy, so that the checkout stays as it is."""
    folder = tmp_path_factory.mktemp("wheel")
    copy = folder / "copy"
    left_out = shutil.ignore_patterns(".git", ".venv", "__pycache__", ".*_cache", "dist", "build")
    shutil.copytree(ROOT, copy, ignore=left_out)
    pip("wheel", "--no-deps", "--wheel-dir", str(folder), str(copy))
    (found,) = folder.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with the wheel installed, beside the dependencies that are there already."""
    folder = tmp_path_factory.mktemp("installed")
    pip("install", "--no-deps", "--target", str(folder), str(wheel))
    yield folder


def below(folder: str, pattern: str) -> set[str]:
    """The files of the checkout that belong into the wheel."""
    return {path.relative_to(ROOT).as_posix() for path in (ROOT / folder).rglob(pattern)}


def test_everything_the_program_needs_is_in_it(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert below("tui", "*.py") <= names
    assert below("tui", "*.yaml") <= names
    assert {f"tui/{name}" for name in below("styles", "*.tcss")} <= names
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_nothing_else_is_in_it(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    others = [name for name in names if not name.startswith("tui/") and ".dist-info/" not in name]
    assert others == []
    assert not [name for name in names if "__pycache__" in name]


def test_it_is_what_is_imported_and_finds_its_sheets(installed: Path) -> None:
    code = "import tui.app; print(tui.app.__file__, *tui.app.SecretTui.CSS_PATH)"
    env = {**os.environ, "PYTHONPATH": str(installed)}
    done = subprocess.run(
        [sys.executable, "-P", "-c", code], env=env, cwd="/", capture_output=True, text=True, check=True
    )
    places = done.stdout.split()
    assert len(places) > 1
    assert all(place.startswith(str(installed)) for place in places)


def test_the_installed_command_ends_in_the_tour(installed: Path) -> None:
    env = {**os.environ, "PYTHONPATH": str(installed)}
    with Terminal([str(installed / "bin" / "secret-tui"), "--demo"], env=env, cwd="/") as terminal:
        terminal.until_shown("mysecret")
        terminal.press("\x11")
        assert terminal.until_end() == 0


def test_the_module_is_the_same_command(installed: Path) -> None:
    env = {**os.environ, "PYTHONPATH": str(installed)}
    done = subprocess.run(
        [sys.executable, "-P", "-m", "tui", "--version"],
        env=env,
        cwd="/",
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith("secret-tui ")
