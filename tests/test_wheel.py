"""The distribution: what is in the wheel, and that it runs without this checkout."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.pseudo_terminal import Terminal

pytestmark = pytest.mark.wheel

ROOT: Final = Path(__file__).parent.parent
# Whatever the index is: read before a test's environment is sealed.
ENVIRONMENT: Final = dict(os.environ)


def pip(*arguments: str) -> None:
    command = [sys.executable, "-m", "pip", "--quiet", *arguments]
    subprocess.run(command, check=True, env=ENVIRONMENT, timeout=300)


def copied(folder: Path) -> Path:
    """Copy the checkout, so that a build does not change it."""
    left_out = shutil.ignore_patterns(".git", ".venv", "__pycache__", ".*_cache", "dist", "build")
    return Path(shutil.copytree(ROOT, folder / "copy", ignore=left_out))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    copy = copied(folder)
    pip("wheel", "--no-deps", "--wheel-dir", str(folder), str(copy))
    (found,) = folder.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with the wheel installed; its dependencies are those of this Python."""
    folder = tmp_path_factory.mktemp("installed")
    pip("install", "--no-deps", "--target", str(folder), str(wheel))
    yield folder


def readme(name: str) -> str:
    """Return the command between README's markers of that name."""
    found = re.search(
        rf"<!-- command: {name} -->\n```sh\n(.+?)\n```", (ROOT / "README.md").read_text(), re.DOTALL
    )
    assert found is not None
    return found[1]


def below(folder: str, pattern: str) -> set[str]:
    """Files of the checkout below this folder that match the pattern."""
    return {path.relative_to(ROOT).as_posix() for path in (ROOT / folder).rglob(pattern)}


def test_the_wheel_holds_everything_that_the_program_needs(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert below("tui", "*.py") <= names
    assert below("tui", "*.yaml") <= names
    assert {f"tui/{name}" for name in below("styles", "*.tcss")} <= names
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_the_wheel_holds_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    others = [name for name in names if not name.startswith("tui/") and ".dist-info/" not in name]
    assert others == []
    assert not [name for name in names if "__pycache__" in name]


def test_the_installed_package_is_imported_and_finds_its_style_sheets(installed: Path) -> None:
    code = "import tui.ui.app.app; print(tui.ui.app.app.__file__, *tui.ui.app.app.SecretTui.CSS_PATH)"
    env = {**os.environ, "PYTHONPATH": str(installed)}
    done = subprocess.run(
        [sys.executable, "-P", "-c", code], env=env, cwd="/", capture_output=True, text=True, check=True
    )
    places = done.stdout.split()
    assert len(places) > 1
    assert all(place.startswith(str(installed)) for place in places)


def test_the_installed_command_shows_the_demo_and_quits(installed: Path) -> None:
    env = {**os.environ, "PYTHONPATH": str(installed)}
    with Terminal([str(installed / "bin" / "secret-tui"), "--demo"], env=env, cwd="/") as terminal:
        terminal.until_shown("db-credentials")
        terminal.press("\x11")
        assert terminal.until_end() == 0


def test_kubectl_finds_the_program_as_a_plugin(installed: Path) -> None:
    folders = f"{installed / 'bin'}{os.pathsep}{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["kubectl", "secret-tui", "--help"],
        env={**os.environ, "PYTHONPATH": str(installed), "PATH": folders},
        cwd="/",
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith("usage: kubectl secret-tui [options] ")


@pytest.mark.timeout(300)  # it downloads
def test_the_careful_install_succeeds_and_the_program_runs(tmp_path: Path) -> None:
    copy = copied(tmp_path)
    subprocess.run(readme("careful"), shell=True, check=True, cwd=copy, env=ENVIRONMENT, timeout=300)
    done = subprocess.run([copy / ".venv/bin/secret-tui", "--version"], capture_output=True, check=True)
    assert done.stdout.startswith(b"secret-tui ")
    done = subprocess.run([copy / ".venv/bin/pip", "check"], capture_output=True, check=False)
    assert done.returncode == 0, done.stdout


def test_pip_refuses_a_file_with_another_hash_than_the_lock(tmp_path: Path) -> None:
    lock = (ROOT / "requirements.lock").read_text()
    (name,) = re.findall(r"(?m)^pyperclip==.*\n(?: .*\n?)+", lock)
    (tmp_path / "lock").write_text(
        re.sub("sha256:[0-9a-f]", lambda found: "sha256:" + ("0" if found[0][-1] != "0" else "1"), name)
    )
    flags = [
        "--require-hashes",
        "--no-deps",
        "--no-cache-dir",
        "--dest",
        str(tmp_path),
        "-r",
        str(tmp_path / "lock"),
    ]
    command = [sys.executable, "-m", "pip", "download", *flags]
    done = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode != 0
    assert "DO NOT MATCH THE HASHES" in done.stderr
