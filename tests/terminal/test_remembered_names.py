"""Names of Secrets that no list told of are kept from run to run, and nothing but names."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui.model.settings.remembered import MOST_OPENED, Remembered
from tui.terminal.remembered_file import RememberedFile


def test_the_latest_names_are_kept_by_namespace() -> None:
    kept = Remembered().opening("shop/db").opening("web/tls").opening("shop/smtp").opening("shop/db")
    assert kept.opened == ("shop/db", "shop/smtp", "web/tls")
    assert kept.opened_in("shop") == ("db", "smtp")
    for number in range(MOST_OPENED + 5):
        kept = kept.opening(f"shop/s{number}")
    assert len(kept.opened) == MOST_OPENED


def test_they_come_back_in_the_next_run_of_that_context_alone(tmp_path: Path) -> None:
    first = RememberedFile(tmp_path / "state")
    first.keep("stage", Remembered().at("shop").opening("shop/db"))
    first.save("stage")
    (file,) = (tmp_path / "state").iterdir()
    assert file.stat().st_mode & 0o077 == 0
    again = RememberedFile(tmp_path / "state")
    assert again.of("stage") == Remembered(recent=("shop",), opened=("shop/db",))
    assert again.of("prod") == Remembered()


@pytest.mark.parametrize("name", ["no-slash", "a/B", "/x", "a/", "a/b/c", "a/../c", "A/b"])
def test_what_can_be_no_name_is_not_read(tmp_path: Path, name: str) -> None:
    memory = RememberedFile(tmp_path)
    memory.keep("stage", Remembered(opened=(name, "shop/db")))
    memory.save("stage")
    assert RememberedFile(tmp_path).of("stage").opened == ("shop/db",)


def test_nothing_is_written_without_a_folder() -> None:
    memory = RememberedFile(None)
    memory.keep("stage", Remembered().opening("shop/db"))
    memory.save("stage")
    assert memory.of("stage").opened == ("shop/db",), "for this run"
