"""Settings: each source in its order, only tightening, and every wrong file refused with its line."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tui.model.readers.rules.registry import own_rules
from tui.model.readers.rules.rule import uses_in
from tui.terminal import settings_file
from tui.terminal.settings_file import BadSettings, Settings
from tui.ui.keymap import problem

NO_FLAGS = {"read_only": False, "no_reveal": False, "no_undo": False}


def write(tmp_path: Path, text: str, mode: int = 0o600) -> Path:
    folder = tmp_path / "secret-tui"
    folder.mkdir(mode=0o700, exist_ok=True)
    file = folder / "config.yaml"
    file.write_text(text)
    file.chmod(mode)
    return file


def loaded(file: Path | None, env: dict[str, str] | None = None, **flags: bool) -> Settings:
    return settings_file.load(file, env or {}, {**NO_FLAGS, **flags})


def test_without_any_source_the_defaults_hold(tmp_path: Path) -> None:
    settings = loaded(tmp_path / "none.yaml")
    assert settings == Settings() == loaded(None)
    assert (settings.read_only, settings.no_reveal) == (False, False)
    assert (settings.show_seconds, settings.clipboard_seconds, settings.cover_after) == (60, 45, 10)
    assert settings.guard == ("prod", "production", "prd", "live")
    assert settings.origin("read_only") == "default"


def test_each_source_of_settings_overrides_the_one_before_and_is_named(tmp_path: Path) -> None:
    file = write(tmp_path, "show_seconds: 20\nclipboard_seconds: 10\nkeymap:\n  quit: ctrl+x\n")
    settings = loaded(
        file, {"SECRET_TUI_CLIPBOARD_SECONDS": "15", "SECRET_TUI_COVER_AFTER": "5"}, read_only=True
    )
    assert (settings.show_seconds, settings.clipboard_seconds, settings.cover_after) == (20, 15, 5)
    assert settings.origin("show_seconds") == f"{file}:1"
    assert settings.origin("clipboard_seconds") == "SECRET_TUI_CLIPBOARD_SECONDS"
    assert settings.origin("read_only") == "--read-only"
    assert settings.keymap == {"quit": "ctrl+x"}
    assert settings.origin("keymap.quit") == f"{file}:4"


def test_no_later_source_widens_facts_from_kinds_to_names(tmp_path: Path) -> None:
    file = write(tmp_path, "facts: kinds\n")
    settings = loaded(file, {"SECRET_TUI_FACTS": "names"})
    assert (settings.facts, settings.origin("facts")) == ("kinds", f"{file}:1")
    rule = loaded(write(tmp_path, "contexts:\n- {match: 'prod-*', facts: kinds}\n"))
    assert (rule.facts, rule.within("prod-eu", "").facts, rule.within("dev", "").facts) == (
        *("names", "kinds", "names"),
    )
    tightened = settings.under(loaded(write(tmp_path, "facts: names\n")))
    assert tightened.facts == "kinds" == Settings().under(settings).facts


@pytest.mark.parametrize("word", ["off", "on", "required", "syslog"])
def test_the_journal_setting_is_read_bare_or_quoted(tmp_path: Path, word: str) -> None:
    for text in (word, f"'{word}'"):
        settings = loaded(write(tmp_path, f"journal: {text}\n"))
        assert f"journal            {word:<8}" in "\n".join(settings.lines())
    assert loaded(None, {"SECRET_TUI_JOURNAL": word}).journal == settings.journal


RULES = """\
read_only: false
contexts:
  - match: prod-*
    read_only: true
  - match: "*.example.test"
    no_reveal: true
"""


@pytest.mark.parametrize(
    ("context", "host", "read_only", "no_reveal"),
    [
        ("prod-eu", "127.0.0.1", True, False),
        ("home", "api.Example.Test", False, True),
        ("prod-eu", "api.example.test", True, True),
        ("home", "127.0.0.1", False, False),
    ],
)
def test_a_rule_matches_the_context_or_the_host(
    tmp_path: Path, context: str, host: str, read_only: bool, no_reveal: bool
) -> None:
    file = write(tmp_path, RULES)
    settings = loaded(file).within(context, host)
    assert (settings.read_only, settings.no_reveal) == (read_only, no_reveal)
    if read_only:
        assert settings.origin("read_only") == f"{file}:3"


def test_a_rule_loosens_nothing(tmp_path: Path) -> None:
    file = write(tmp_path, "read_only: true\ncontexts:\n- match: '*'\n  read_only: false\n")
    settings = loaded(file).within("home", "127.0.0.1")
    assert settings.read_only
    assert settings.origin("read_only") == f"{file}:1"


@pytest.mark.parametrize(
    ("text", "env", "names", "badge"),
    [
        ("", "", ("prod-eu", "h", "c"), "PROD"),
        ("", "", ("home", "api.prd.example.test", "c"), "PROD"),
        ("", "", ("home", "h", "c"), ""),
        ("guard: []\n", "", ("prod-eu", "h", "c"), ""),
        ("guard: [eu-*]\n", "", ("eu-1", "h", "c"), "GUARDED"),
        ("guard: []\ncontexts:\n- {match: home, guard: true}\n", "", ("home", "h", "c"), "GUARDED"),
        ("contexts:\n- {match: prod-eu, guard: false}\n", "", ("prod-eu", "h", "c"), "PROD"),
        ("", "eu-1, ", ("eu-1", "h", "c"), "GUARDED"),
        ("", " ", ("prod", "h", "c"), "PROD"),
    ],
)
def test_a_context_is_guarded_by_name_cluster_or_host_and_a_rule_only_adds(
    tmp_path: Path, text: str, env: str, names: tuple[str, str, str], badge: str
) -> None:
    context, host, cluster = names
    settings = loaded(write(tmp_path, text), {"SECRET_TUI_GUARD": env} if env else {})
    within = settings.within(context, host, cluster)
    assert within.guarded == badge
    assert within.show_seconds == (30 if badge else 60)
    assert within.within(context, host, cluster) == within


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("read_only: true\nno_revael: true\n", 2, "unknown setting: no_revael (did you mean no_reveal?)"),
        ("colors: dark\n", 1, "unknown setting: colors; allowed names: accepted_risks, clipboard_seconds, "),
        ("read_only: 'maybe'\n", 1, "true or false"),
        ("\n\nread_only: !!bool [a]\n", 3, "must be text"),
        ("show_seconds: soon\n", 1, "whole number of seconds"),
        ("journal: sometimes\n", 1, "must be one of off, on, required, syslog"),
        ("cover_after: 1441\n", 1, "whole number of minutes from 1 to 1440"),
        ("read_only: true\nread_only: false\n", 2, "twice"),
        ("keymap:\n  quit: [q]\n", 2, "must be text"),
        ("contexts: prod\n", 1, "a list"),
        ("guard:\n- prod\n- [a]\n", 3, "must be text"),
        ("contexts:\n- read_only: true\n", 2, "match"),
        ("readers:\n- group: a.b\n  path: spec.x\n", 2, "needs the fields group"),
        ("readers:\n- {group: a.b, kind: Shop, path: 'spec..x'}\n", 2, "must be a path, such as"),
        ("readers:\n- group: a.b\n  kind: Shop\n  path: spec.x[0]\n", 4, "must be a path"),
        ("accepted_risks: short\n", 1, "accepted_risks: must be a list"),
        ("accepted_risks:\n- {secret: db}\n", 2, "an accepted risk needs the field risk, such as"),
        ("accepted_risks:\n- {risk: shrot}\n", 2, "unknown risk: shrot (did you mean short?)"),
        ("accepted_risks:\n- {risk: '9'}\n", 2, "unknown risk; risks are default, placeholder, short,"),
        ("accepted_risks:\n- {risk: all, name: db}\n", 2, "unknown setting: name (did you mean namespace?)"),
        ("accepted_risks:\n- risk: all\n  key: ''\n", 3, 'key is empty; use "*" to match any key'),
        ("accepted_risks:\n- {risk: all, secret: a, object: b}\n", 2, "cannot have both secret and object"),
        ("- read_only\n", 1, "a mapping"),
        ("read_only: true\n  no_reveal: true\n", 2, "YAML"),
        ("a: &a [*a]\n", 1, "unknown setting"),
        ("\x00\n", 1, "YAML"),
    ],
)
def test_a_wrong_settings_file_is_refused_with_its_line(
    tmp_path: Path, text: str, line: int, says: str
) -> None:
    file = write(tmp_path, text)
    with pytest.raises(BadSettings) as caught:
        loaded(file)
    assert caught.value.sentence.startswith(f"{file}:{line}: ")
    assert says in caught.value.sentence


def test_a_refused_settings_file_is_not_quoted(tmp_path: Path) -> None:
    for text in ("hunter2: 1\n", "read_only: hunter2\n", "a: hunter2: b\n", "show_seconds: hunter2\n"):
        with pytest.raises(BadSettings) as caught:
            loaded(write(tmp_path, text))
        assert "hunter2" not in caught.value.sentence
        assert caught.value.__cause__ is None and caught.value.__suppress_context__ | (
            caught.value.__context__ is None
        )


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_a_settings_file_that_others_may_write_is_refused(tmp_path: Path, mode: int) -> None:
    file = write(tmp_path, "", mode)
    with pytest.raises(BadSettings, match="other users may write to it") as caught:
        loaded(file)
    assert caught.value.sentence.startswith(f"{file}: ")
    assert f"run chmod go-w {file} to " in caught.value.sentence, "no full stop is copied with the command"


def test_a_settings_folder_that_others_may_write_is_refused(tmp_path: Path) -> None:
    file = write(tmp_path, "read_only: true\n")
    file.parent.chmod(0o777)
    with pytest.raises(BadSettings, match="other users may write to it"):
        loaded(file)
    file.parent.chmod(0o1777)
    assert loaded(file).read_only


def test_a_settings_file_of_another_user_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = write(tmp_path, "")
    if os.getuid() == 0:
        os.chown(file, 4321, -1)
    else:
        monkeypatch.setattr(os, "getuid", lambda: 4321)
    with pytest.raises(BadSettings, match="its owner must be you or root"):
        loaded(file)


def test_a_folder_a_pipe_or_an_endless_file_as_settings_is_refused(tmp_path: Path) -> None:
    (tmp_path / "folder.yaml").mkdir()
    os.mkfifo(tmp_path / "pipe.yaml", 0o600)
    for file in (tmp_path / "folder.yaml", tmp_path / "pipe.yaml", Path("/dev/zero")):
        with pytest.raises(BadSettings):
            loaded(file)
    with pytest.raises(BadSettings, match="larger than 1 MB"):
        loaded(write(tmp_path, "#" * (settings_file.MAX_FILE + 1)))


@pytest.mark.parametrize(
    ("env", "says"),
    [
        ({"SECRET_TUI_READONLY": "1"}, r"is not a setting \(did you mean SECRET_TUI_READ_ONLY\?\)"),
        ({"SECRET_TUI_COLORS": "1"}, "is not a setting; settings are SECRET_TUI_READ_ONLY, "),
        ({"SECRET_TUI_READ_ONLY": "maybe"}, "must be true or false, yes or no, on or off, 1 or 0"),
        ({"SECRET_TUI_JOURNAL": "1"}, "must be one of off, on, required, syslog"),
        ({"SECRET_TUI_SHOW_SECONDS": "-3"}, "whole number of seconds"),
    ],
)
def test_a_wrong_variable_is_refused_by_its_name(env: dict[str, str], says: str) -> None:
    with pytest.raises(BadSettings, match=says) as caught:
        loaded(None, env)
    assert caught.value.sentence.startswith(next(iter(env)))


def test_print_config_names_every_setting_and_its_source(tmp_path: Path) -> None:
    readers = "readers: [{group: a.b, kind: Shop, path: spec.login.secret, produces: true}]\n"
    accepted = "accepted_risks: [{risk: reused, namespace: web, key: 'REDIS_*'}, {risk: all}]\n"
    file = write(tmp_path, RULES + "keymap: {quit: 'ctrl+x'}\n" + readers + accepted)
    lines = loaded(file, {"SECRET_TUI_SHOW_SECONDS": "9"}, no_reveal=True).lines()
    assert [line.split() for line in lines] == [
        ["read_only", "false", "from", "default"],
        ["no_reveal", "true", "from", "--no-reveal"],
        ["no_undo", "false", "from", "default"],
        ["show_seconds", "9", "from", "SECRET_TUI_SHOW_SECONDS"],
        ["clipboard_seconds", "45", "from", "default"],
        ["cover_after", "10", "from", "default"],
        ["remember", "true", "from", "default"],
        ["mouse", "true", "from", "default"],
        ["facts", "names", "from", "default"],
        ["journal", "on", "from", "default"],
        ["theme", "auto", "from", "default"],
        ["guard", "prod,production,prd,live", "from", "default"],
        ["keymap.quit", "ctrl+x", "from", f"{file}:7"],
        ["contexts[prod-*]", "read_only", "from", f"{file}:3"],
        ["contexts[*.example.test]", "no_reveal", "from", f"{file}:5"],
        ["readers[Shop]", "spec.login.secret", "from", f"{file}:8"],
        ["accepted_risks[reused]", "namespace", "web,", "key", "REDIS_*", "from", f"{file}:9"],
        ["accepted_risks[all]", "everywhere", "from", f"{file}:9"],
    ]
    (rule,) = own_rules(settings_file.load(file, {}, NO_FLAGS).readers)
    login = {"secret": "made-up-1", "namespace": "other"}
    (use,) = uses_in(rule, {"metadata": {"namespace": "shop"}, "spec": {"login": login}})
    assert (use.secret, use.namespace, use.produces) == ("made-up-1", "other", True)


def test_the_example_of_the_page_on_settings_can_be_copied_and_has_every_default(tmp_path: Path) -> None:
    page = (Path(__file__).parent.parent / "docs" / "settings.md").read_text()
    example = page.split("```yaml\n")[1].split("```")[0]
    settings = loaded(write(tmp_path, example))
    assert problem(settings.keymap) is None and settings.keymap and settings.contexts
    assert own_rules(settings.readers)[0].places[0].path == "spec.payments.secretRef.name"
    assert [name for name in settings_file.SETTING_NAMES if f"\n{name}: " not in f"\n{example}"] == []
    assert settings.accepted_risks[0].risk == "reused"
    same = settings_file.SETTING_NAMES - {"keymap", "contexts", "readers", "accepted_risks"}
    assert {name: getattr(settings, name) for name in same} == {
        name: getattr(Settings(), name) for name in same
    }


def test_a_risk_is_accepted_in_the_contexts_of_its_rule(tmp_path: Path) -> None:
    text = "accepted_risks:\n- {risk: short, context: 'dev-*'}\n- {risk: all, context: '*.example.test'}\n"
    settings = loaded(write(tmp_path, text))
    held = {
        (context, host): [rule.risk for rule in settings.within(context, host).accepted_risks]
        for context, host in (("dev-1", "h"), ("home", "api.Example.Test."), ("home", "h"))
    }
    assert held == {("dev-1", "h"): ["short"], ("home", "api.Example.Test."): ["all"], ("home", "h"): []}


def test_a_theme_comes_from_the_file_or_the_environment(tmp_path: Path) -> None:
    file = write(tmp_path, "theme: nord\n")
    assert loaded(file).theme == "nord" and Settings().theme == "auto"
    assert loaded(file, {"SECRET_TUI_THEME": "gruvbox"}).theme == "gruvbox"
    with pytest.raises(
        BadSettings, match=f"{file}:1: theme: must be one of auto, dark, light, terminal, nord"
    ):
        loaded(write(tmp_path, "theme: hunter2\n"))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "theme: nord\n"),
        ("# mine\ncover_after: 5", "# mine\ncover_after: 5\ntheme: nord\n"),
        ("theme: light  # by day\ncover_after: 5\n", "theme: nord\ncover_after: 5\n"),
        ("keymap:\n  log_in: f5\n", "keymap:\n  log_in: f5\ntheme: nord\n"),
    ],
)
def test_a_saved_setting_leaves_the_other_lines_as_they_are(tmp_path: Path, before: str, after: str) -> None:
    file = write(tmp_path, before, 0o640)
    settings_file.keep(file, "theme", "nord")
    assert file.read_text() == after
    assert file.stat().st_mode & 0o777 == 0o640
    assert loaded(file).theme == "nord"


def test_a_setting_is_saved_in_a_new_file_if_there_was_none(tmp_path: Path) -> None:
    file = tmp_path / "none" / "config.yaml"
    assert settings_file.kept(file, "theme", "nord", "default") == f"theme: nord is written to {file}."
    assert loaded(file).theme == "nord" and file.stat().st_mode & 0o777 == 0o600
    message = settings_file.kept(file, "theme", "light", "SECRET_TUI_THEME")
    assert message.endswith(" SECRET_TUI_THEME overrides the file.")


@pytest.mark.parametrize("text", ["{cover_after: 5}\n", "cover_after: [\n", "--- \n# x\n...\n"])
def test_a_file_that_cannot_take_the_line_of_a_setting_stays_as_it_is(tmp_path: Path, text: str) -> None:
    file = write(tmp_path, text)
    message = settings_file.kept(file, "theme", "nord", "default")
    assert message.startswith("Not saved") and message.endswith("Add the line yourself: theme: nord")
    assert file.read_text() == text
    assert [path.name for path in file.parent.iterdir()] == ["config.yaml"]
