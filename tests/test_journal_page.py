"""docs/journal-and-policy.md: the program reads and writes its examples."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Final

import pytest

from tui.model.journal import JOURNAL_ACTS, entry_text, parse
from tui.model.settings.settings import JOURNAL
from tui.terminal import settings_file

PAGE: Final = (Path(__file__).parent.parent / "docs" / "journal-and-policy.md").read_text()


def block(start: str) -> str:
    """Indented lines of the page, from the line with this start."""
    lines = PAGE[PAGE.index(f"    {start}") :].splitlines()
    end = next(at for at, line in enumerate(lines) if line and not line.startswith("    "))
    return "\n".join(line.removeprefix("    ") for line in lines[:end]).strip()


def test_the_line_on_the_page_is_a_line_of_the_journal_and_prints_as_shown() -> None:
    found = parse(block('{"time"').replace("\n", "").encode())
    assert found is not None
    assert entry_text(found) in block("$ secret-tui journal --since 2h").splitlines()
    assert set(json.loads(block('{"time"'))) <= set(re.findall(r"`(\w+)`", PAGE))


def test_the_page_names_every_act_and_every_value_of_the_journal_setting() -> None:
    assert all(f"`{word}`" in PAGE for word in (*JOURNAL_ACTS, *JOURNAL))


def test_the_policy_on_the_page_can_be_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings_file, "ROOT", os.getuid())
    tmp_path.chmod(0o755)
    file = tmp_path / "policy.yaml"
    file.write_text(block("read_only: false"))
    file.chmod(0o644)
    found = settings_file.load(None, {}, {}, file)
    here = found.within("home", "api.prod.example.test")
    assert (here.no_reveal, here.journal, here.cover_after) == (
        True,
        JOURNAL["required"] | JOURNAL["syslog"],
        5,
    )
    assert found.within("prod-eu", "h").read_only and found.within("payments", "h").guarded
