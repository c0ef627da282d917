"""Threat 33: the host's policy tightens what file, environment and flags say; none of them loosens it."""

from __future__ import annotations

import os
from itertools import product
from pathlib import Path
from typing import Final

import pytest

from tests.ui.person import PASSWORD, in_secret
from tui.cli import main
from tui.model.settings.settings import JOURNAL
from tui.terminal import locations, settings_file
from tui.terminal.settings_file import BadSettings, Settings
from tui.ui.widgets.page import Page

NAMES: Final = ("prod-eu", "api.prod.example.test", "eu")
NO_FLAGS: Final = {"read_only": False, "no_reveal": False}
GRADES: Final = ("read_only", "no_reveal")


@pytest.fixture(autouse=True)
def _is_root(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the user who runs the tests own the policy."""
    monkeypatch.setattr(settings_file, "ROOT", os.getuid())


def file(folder: Path, text: str, name: str = "policy.yaml") -> Path:
    folder.mkdir(mode=0o755, exist_ok=True)
    made = folder / name
    made.write_text(text)
    made.chmod(0o644)
    return made


def loaded(
    tmp_path: Path, policy: str, settings: str = "", env: dict[str, str] | None = None, **flags: bool
) -> Settings:
    own = file(tmp_path / "own", settings, "config.yaml")
    return settings_file.load(own, env or {}, {**NO_FLAGS, **flags}, file(tmp_path / "policy", policy))


def by_name(policy: str, grade: str) -> str:
    """Policy that sets a restriction: for all, for a context's name, or for a server's."""
    if policy == "all":
        return f"{grade}: true\n"
    return f"contexts:\n- match: '{policy}'\n  {grade}: true\n" if policy else f"{grade}: false\n"


@pytest.mark.parametrize("grade", GRADES)
@pytest.mark.parametrize("policy", ["all", "prod-*", "*.prod.example.test", ""])
def test_a_restriction_holds_whichever_source_sets_it_and_no_other_lifts_it(
    tmp_path: Path, policy: str, grade: str
) -> None:
    for in_file, in_env, by_flag in product(("true", "false", ""), ("1", "0", ""), (True, False)):
        text = f"{grade}: {in_file}\n" if in_file else ""
        text += f"contexts:\n- match: '*'\n  {grade}: false\n"
        env = {f"SECRET_TUI_{grade.upper()}": in_env} if in_env else {}
        settings = loaded(tmp_path, by_name(policy, grade), text, env, **{grade: by_flag}).within(*NAMES)
        own = in_file == "true" or in_env == "1" or by_flag
        assert getattr(settings, grade) is (bool(policy) or own)
        assert ("policy.yaml:" in settings.origin(grade)) is bool(policy), (
            "it is named: only the admin lifts it"
        )
        other = next(name for name in GRADES if name != grade)
        assert not getattr(settings, other)


@pytest.mark.parametrize(
    ("policy", "is_guarded"),
    [
        ("guard: [prod]\n", True),
        ("contexts:\n- {match: 'prod-*', guard: true}\n", True),
        ("contexts:\n- {match: '*.PROD.example.test', guard: true}\n", True),
        ("contexts:\n- {match: 'stage-*', guard: true}\n", False),
        ("contexts:\n- {match: 'prod-*', guard: false}\n", False),
    ],
)
def test_no_setting_takes_off_a_guard_of_the_policy(tmp_path: Path, policy: str, is_guarded: bool) -> None:
    settings = "guard: []\ncontexts:\n- {match: '*', guard: false}\n"
    found = loaded(tmp_path, policy, settings, {"SECRET_TUI_GUARD": "other"})
    assert bool(found.within(*NAMES).guarded) is is_guarded
    assert bool(found.within("prod-eu", "API.prod.example.test.", "eu").guarded) is is_guarded
    if is_guarded:
        assert "policy.yaml:" in found.within(*NAMES).origin("guarded")


@pytest.mark.parametrize("own", JOURNAL)
@pytest.mark.parametrize("policy", JOURNAL)
@pytest.mark.parametrize("rule", [False, True])
def test_a_journal_is_kept_as_policy_and_settings_both_ask(
    tmp_path: Path, own: str, policy: str, rule: bool
) -> None:
    text = f"contexts:\n- {{match: '*', journal: {policy}}}\n" if rule else f"journal: {policy}\n"
    for settings, env in ((f"journal: {own}\n", {}), ("", {"SECRET_TUI_JOURNAL": own})):
        found = loaded(tmp_path, text, settings, env).within(*NAMES)
        assert found.journal == JOURNAL[own] | JOURNAL[policy]
        if not JOURNAL[policy] <= JOURNAL[own]:
            assert "policy.yaml:" in found.origin("journal")


@pytest.mark.parametrize(("own", "policy", "holds"), [(60, 5, 5), (3, 5, 3), (5, 5, 5)])
@pytest.mark.parametrize("rule", [False, True])
def test_the_shorter_time_to_the_cover_in_policy_or_settings_holds(
    tmp_path: Path, own: int, policy: int, holds: int, rule: bool
) -> None:
    text = f"contexts:\n- {{match: '*', cover_after: {policy}}}\n" if rule else f"cover_after: {policy}\n"
    found = loaded(tmp_path, text, f"cover_after: {own}\n").within(*NAMES)
    assert found.cover_after == holds
    assert ("policy.yaml:" in found.origin("cover_after")) is (policy == holds)


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        (
            "read_only: true\ncolors: true\n",
            2,
            "unknown setting: colors; allowed names: contexts, cover_after, facts, guard",
        ),
        ("keymap: {}\n", 1, "unknown setting"),
        ("contexts:\n- match: a\n  cover_after: 0\n", 3, "whole number of minutes"),
        ("read_only: [\n", 2, "not valid YAML"),
    ],
)
def test_a_wrong_policy_is_an_error_with_its_line(tmp_path: Path, text: str, line: int, says: str) -> None:
    with pytest.raises(BadSettings) as caught:
        loaded(tmp_path, text)
    assert f"policy.yaml:{line}: " in caught.value.sentence and says in caught.value.sentence


def _of_another(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings_file, "ROOT", os.getuid() + 1)


def _a_pipe(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made.unlink()
    made.mkdir()


@pytest.mark.parametrize(
    ("spoil", "says"), [(_of_another, "its owner must be "), (_a_pipe, "policy.yaml: cannot be read")]
)
def test_a_policy_of_another_owner_or_a_folder_in_its_place_ends_with_2(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    spoil: object,
    says: str,
) -> None:
    made = file(tmp_path / "policy", "read_only: true\n")
    assert callable(spoil)
    spoil(made, monkeypatch)
    monkeypatch.setattr(locations, "POLICY", made)
    assert main.main(["--print-config"]) == 2
    out, err = capsys.readouterr()
    assert out == "" and says in err and str(made.parent) in err


def test_no_variable_names_another_policy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert Path("/etc/secret-tui/policy.yaml") == locations.POLICY
    made = file(tmp_path / "policy", "no_reveal: true\ncover_after: 5\njournal: required\n")
    monkeypatch.setattr(locations, "POLICY", made)
    for name in ("SECRET_TUI_POLICY", "XDG_CONFIG_DIRS"):
        monkeypatch.setenv(name, str(tmp_path))
        code, said = main.main(["--print-config"]), capsys.readouterr()
        assert code == 2 or f"no_reveal          true      from {made}:1" in said.out
        monkeypatch.delenv(name)
    assert main.main(["--print-config"]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["cover_after", "5", "from", f"{made}:2"] in lines
    assert ["journal", "required", "from", f"{made}:3"] in lines


async def test_help_names_the_source_of_each_restriction_and_no_value_is_shown(tmp_path: Path) -> None:
    policy = "contexts:\n- match: payments-cluster\n  no_reveal: true\n  journal: required\n"
    settings = loaded(tmp_path, policy, "cover_after: 3\n", read_only=True)
    async with in_secret(settings=settings) as person:
        await person.press("r", "R", "c")
        assert PASSWORD not in person.text
        await person.presses("question_mark enter", "Keys and more")
        page = person.app.screen.query_one("#page-lines", Page)
        told = ["".join(str(getattr(cell, "text", cell)) for cell in line).split() for line in page.lines]
        own, host = tmp_path / "own" / "config.yaml", tmp_path / "policy" / "policy.yaml"
        assert ["read-only", "yes", "--read-only"] in told
        assert ["no-reveal", "yes", f"{host}:2"] in told
        assert ["guarded", "no", "default"] in told
        assert ["journal", "required", f"{host}:2"] in told
        assert ["covered", "after", "3", "min", f"{own}:1"] in told


def test_the_demo_keeps_no_journal_even_if_the_policy_requires_one(tmp_path: Path) -> None:
    policy = "journal: required\ncontexts:\n- match: '*'\n  journal: syslog\n"
    found = loaded(tmp_path, policy).for_demo().within(*NAMES)
    assert (found.journal, found.origin("journal")) == (JOURNAL["off"], "the demo")
