"""Dependencies of the program: one version each, known by the hashes of its files, and none older than
pyproject.toml wants."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any, Final

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.test_wheel import readme

ROOT: Final = Path(__file__).parent.parent
PROJECT: Final[dict[str, Any]] = tomllib.loads((ROOT / "pyproject.toml").read_text())
LOCK: Final = (ROOT / "requirements.lock").read_text()


def locked() -> dict[str, tuple[Version, int]]:
    """Each distribution of the lock: its version, and how many hashes it has."""
    pins = {}
    for entry in re.split(r"(?m)^(?=\w)", LOCK)[1:]:
        pin = re.match(r"([\w.-]+)==([^\s;]+)", entry)
        assert pin is not None, entry.splitlines()[0]
        pins[str(canonicalize_name(pin[1]))] = (
            Version(pin[2]),
            len(re.findall(r"sha256:[0-9a-f]{64}", entry)),
        )
    return pins


def test_each_distribution_is_locked_by_its_hashes() -> None:
    assert [name for name, (_, hashes) in locked().items() if not hashes] == []


def test_the_lock_holds_each_dependency_in_a_version_that_the_project_accepts() -> None:
    held = locked()
    for line in (*PROJECT["project"]["dependencies"], *PROJECT["build-system"]["requires"]):
        wanted = Requirement(line)
        assert held[canonicalize_name(wanted.name)][0] in wanted.specifier, line


def test_the_lock_names_no_address_and_no_index() -> None:
    assert "://" not in LOCK and "--index" not in LOCK


def test_the_lock_is_shipped_with_the_sources() -> None:
    assert "/requirements.lock" in PROJECT["tool"]["hatch"]["build"]["targets"]["sdist"]["include"]


def test_the_careful_install_of_the_readme_installs_no_file_without_a_hash_in_the_lock() -> None:
    _, dependencies, program = readme("careful").split(" && ")
    assert {"--require-hashes", "requirements.lock"} <= set(dependencies.split())
    assert {"--no-deps", "--no-build-isolation"} <= set(program.split())
