"""Checks that refuse an unfit terminal, each with a reason that helps; and the folder of the settings."""

from __future__ import annotations

import os

import pytest

from tui.terminal import checks, locations


class Tty:
    def __init__(self, is_tty: bool = True) -> None:
        self._is_tty = is_tty

    def isatty(self) -> bool:
        return self._is_tty


GOOD = {"TERM": "xterm-256color", "LC_ALL": "C.UTF-8"}
STREAMS = {"stdin": Tty(), "stdout": Tty(), "stderr": Tty()}


def test_an_ordinary_terminal_is_fit() -> None:
    assert checks.unfit(GOOD, STREAMS, "linux") is None


@pytest.mark.parametrize("name", STREAMS)
@pytest.mark.parametrize("stream", [Tty(False), None])
def test_every_stream_must_be_a_terminal(name: str, stream: Tty | None) -> None:
    why = checks.unfit(GOOD, {**STREAMS, name: stream}, "linux")
    assert why is not None and why.startswith(f"{name} is not a terminal")


@pytest.mark.parametrize("term", [None, "", "dumb"])
def test_a_terminal_that_cannot_draw_is_refused(term: str | None) -> None:
    env = {"LC_ALL": "C.UTF-8", **({"TERM": term} if term is not None else {})}
    why = checks.unfit(env, STREAMS, "linux")
    assert why is not None and why.startswith("TERM is ")


def test_users_of_windows_are_sent_to_wsl() -> None:
    assert "WSL" in (checks.unfit(GOOD, STREAMS, "win32") or "")


@pytest.mark.parametrize(
    ("env", "is_utf8"),
    [
        ({"LC_ALL": "C.UTF-8"}, True),
        ({"LC_ALL": "en_US.utf8"}, True),
        ({"LANG": "de_DE.UTF-8@euro"}, True),
        ({}, True),
        ({"LC_ALL": "C"}, True),
        ({"LANG": "ru_RU.KOI8-R", "LC_CTYPE": "C.UTF-8"}, True),
        ({"LANG": "en_US.ISO-8859-1"}, False),
        ({"LC_ALL": "", "LANG": "en_US.UTF-8"}, True),
        ({"STY": "7.work", "LANG": "en_US.UTF-8"}, True),
        ({"STY": "7.work", "LC_ALL": "C"}, False),
        ({"STY": "7.work", "LC_CTYPE": "C.UTF-8"}, False),
        ({"STY": "7.work", "LC_CTYPE": "de_DE.UTF-8"}, True),
    ],
)
def test_a_terminal_without_utf8_is_refused(env: dict[str, str], is_utf8: bool) -> None:
    assert (checks.is_utf8(env) and not checks.in_doubtful_screen(env)) is is_utf8
    why = checks.unfit({"TERM": "xterm", **env}, STREAMS, "linux")
    assert (why is None) is is_utf8
    assert is_utf8 or "LC_ALL=C.UTF-8" in (why or "")


def test_the_settings_file_is_in_the_xdg_config_folder_and_a_relative_folder_is_ignored(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file = locations.settings_file({"XDG_CONFIG_HOME": "/somewhere/conf"})
    assert str(file) == "/somewhere/conf/secret-tui/config.yaml"
    monkeypatch.setenv("XDG_CONFIG_HOME", "conf")
    file = locations.settings_file(os.environ)
    assert file is not None and file.is_relative_to(os.environ["HOME"])


def test_without_a_home_there_is_no_settings_file_and_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    import platformdirs

    def nowhere(*names: str, **options: bool) -> None:
        raise RuntimeError

    monkeypatch.setattr(platformdirs, "user_config_path", nowhere)
    assert locations.settings_file({}) is None
