"""`secret-tui doctor`: check this terminal and host, and suggest changes. No cluster is contacted."""

from __future__ import annotations

import os
import platform
import sys
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import Final, Literal

from msgspec import Struct

from tui.cluster.kubeconfig import load
from tui.cluster.kubeconfig.trust import distrust
from tui.model.errors import BadKubeconfig
from tui.model.kube_context import ContextFacts
from tui.model.text.printable import ascii_only, printable
from tui.terminal import checks, external_editor, journal_file, locations, settings_file, viewers
from tui.terminal.clipboard import multiplexer
from tui.terminal.clipboard.desktop import Desktop
from tui.terminal.clipboard.multiplexer import Tmux
from tui.terminal.clipboard.ways import ways

_DISTRIBUTIONS: Final = ("secret-tui", "textual", "rich", "kubernetes", "aiohttp", "msgspec", "PyYAML")
WIDTH: Final = 79
_ABOUT: Final = 15
Sign = Literal["", "!", "x"]
"""Severity: "" for a fact, "!" for a warning, "x" if the program cannot start."""


class DoctorFinding(Struct, frozen=True):
    about: str
    how: str
    sign: Sign = ""


class Section(Struct, frozen=True):
    title: str
    findings: tuple[DoctorFinding, ...] = ()
    lines: tuple[str, ...] = ()


def sections(
    env: Mapping[str, str], kubeconfig: Path | None = None, context: str | None = None
) -> list[Section]:
    files = load.default_files(env) if kubeconfig is None else [kubeconfig]
    context_findings, chosen = _context(files, context)
    tmux = multiplexer.tmux(env)
    advice = tuple(_tmux_advice(env, tmux))
    all_sections = [
        Section("Terminal", (*_terminal(env), *_focus(env, tmux), *_onlookers(env), _clipboard(env))),
        Section("Add to ~/.tmux.conf, then run: tmux source-file ~/.tmux.conf", lines=advice),
        Section("Host", (*_host(), _editor(env))),
        Section(
            "Kubeconfigs (no command in them was run)",
            (*_kubeconfigs(files, kubeconfig), *context_findings),
        ),
        Section("Settings, journal and policy", tuple(_settings(env, chosen))),
        Section(
            "For a bug report (contains no host, context or Secret names)", lines=tuple(_report(env, tmux))
        ),
    ]
    return [section for section in all_sections if section.findings or section.lines]


def _terminal(env: Mapping[str, str]) -> Iterator[DoctorFinding]:
    term = env.get("TERM", "")
    if term in ("", "dumb"):
        yield DoctorFinding(
            "TERM", f"{term or 'not set'}; set TERM to the type of your terminal, such as xterm-256color", "x"
        )
    if checks.in_doubtful_screen(env):
        advice = "not known to be UTF-8: use screen -U, and set LC_ALL=C.UTF-8"
        yield DoctorFinding("encoding", advice, "x")
    elif checks.is_utf8(env):
        yield DoctorFinding("encoding", "UTF-8")
    else:
        yield DoctorFinding("encoding", "not UTF-8, which the program needs: set LC_ALL=C.UTF-8", "x")
    yield DoctorFinding("colors", _colors(env))


def _colors(env: Mapping[str, str]) -> str:
    if env.get("NO_COLOR"):
        return "shades of gray (NO_COLOR is set)"
    if env.get("COLORTERM", "").lower() in ("truecolor", "24bit"):
        return f"16 million (COLORTERM={env['COLORTERM']})"
    term = env.get("TERM", "")
    return (
        f"256 (TERM={term})"
        if term.endswith(("256color", "-kitty"))
        else f"16 (TERM={term}; COLORTERM is not truecolor)"
    )


def _focus(env: Mapping[str, str], tmux: Tmux | None) -> Iterator[DoctorFinding]:
    """Check if tmux or GNU screen blocks the terminal's focus reports.

    Without focus reports, shown values stay visible when the user switches windows. In GNU screen, report
    also that the program does not use the mouse.
    """
    warning = "switching windows does not hide shown values"
    if tmux is not None and tmux.has_focus_events:
        yield DoctorFinding("focus reports", "forwarded by tmux")
    elif tmux is not None or env.get("STY"):
        yield DoctorFinding("focus reports", f"blocked by {'tmux' if tmux else 'GNU screen'}: {warning}", "!")
    if env.get("STY"):
        yield DoctorFinding("mouse", "not used: GNU screen would delay esc until the next key")


def _onlookers(env: Mapping[str, str]) -> Iterator[DoctorFinding]:
    sentences = viewers.look(env).sentences
    for sentence in sentences:
        yield DoctorFinding("other viewers", sentence, "!")
    if not sentences:
        yield DoctorFinding("other viewers", "no recorder and no other tmux client found")


def _clipboard(env: Mapping[str, str]) -> DoctorFinding:
    how = ""
    for way in ways(env, lambda text: None, Desktop()):
        works, how = way.about(env)
        if works:
            return DoctorFinding("clipboard", how)
    return DoctorFinding("clipboard", f"none: {how}", "!")


def _host() -> Iterator[DoctorFinding]:
    """Check if swap is on. With swap, the system can write values of Secrets from memory to a disk."""
    with suppress(OSError):
        is_on = len(Path("/proc/swaps").read_text().splitlines()) > 1
        how = "on: values in memory can reach the disk" if is_on else "off"
        yield DoctorFinding("swap", how, "!" if is_on else "")


def _editor(env: Mapping[str, str]) -> DoctorFinding:
    try:
        editor = external_editor.find(env)
        external_editor.tmpfs_folder(env)
    except external_editor.EditorProblem as problem:
        return DoctorFinding("editor", str(problem), "!")
    if editor.keeps_no_copies:
        return DoctorFinding("editor", f"{editor.name} keeps no copies of values")
    return DoctorFinding("editor", f"{editor.name} may keep copies of edited values", "!")


def _tmux_advice(env: Mapping[str, str], tmux: Tmux | None) -> Iterator[str]:
    if tmux is None or not tmux.version:
        return
    if not tmux.has_focus_events:
        yield "set -g focus-events on"
    if "256color" not in env.get("TERM", ""):
        yield 'set -g default-terminal "tmux-256color"'


def _context(
    files: Sequence[Path], wanted: str | None
) -> tuple[Sequence[DoctorFinding], ContextFacts | None]:
    """Check the context whose name is `wanted`. If `wanted` is None, check the current context.

    Return ContextFacts only if `wanted` names a context of `files`.
    """
    try:
        known = load.contexts(files)
    except BadKubeconfig:  # `_kubeconfigs` reports it
        return (), None
    name = wanted or known.current
    chosen = next((facts for facts in known.contexts if facts.name == name), None)
    if chosen is None and name:
        return (DoctorFinding("context", f"there is no context {ascii_only(name)}", "x"),), None
    if chosen is None and known.contexts:
        return (DoctorFinding("context", "no current-context is set; use --context", "!"),), None
    if chosen is None or not wanted:
        return (), None
    place = f"cluster {chosen.cluster or '(none)'}, namespace {chosen.namespace}"
    return (DoctorFinding("context", ascii_only(f"{name}: {place}")),), chosen


def _kubeconfigs(files: Sequence[Path], named: Path | None) -> Iterator[DoctorFinding]:
    for file in files:
        name, place = ascii_only(file.name), ascii_only(str(file))
        try:
            count = len(load.contexts([file]).contexts)
        except BadKubeconfig as error:
            yield DoctorFinding(name, error.sentence, "x")
            continue
        if not file.exists():
            yield DoctorFinding(name, f"{place} does not exist", "x" if named else "!")
            continue
        count_words = f"{count} {'context' if count == 1 else 'contexts'}"
        if (why := distrust([file])) is None:
            yield DoctorFinding(name, f"trusted, {count_words}: {place}")
        else:
            which = "" if str(file) in why else f" {place}:"  # `why` already names the file
            yield DoctorFinding(name, f"not trusted, {count_words}:{which} {ascii_only(why)}", "!")


def _settings(env: Mapping[str, str], chosen: ContextFacts | None) -> Iterator[DoctorFinding]:
    try:
        settings = settings_file.load(locations.settings_file(env), env, {}, locations.POLICY)
    except settings_file.BadSettings as error:
        yield DoctorFinding("settings", error.sentence, "x")
        return
    effective = settings.within(chosen.name, chosen.host, chosen.cluster) if chosen is not None else settings
    for about, how, origin in effective.grades():
        if about == "guarded" and chosen is None:
            continue
        yield DoctorFinding(about, how if origin == "default" else f"{how} ({origin})")
    if chosen is None and (rules := len(settings.contexts)):
        rules_words = f"{rules} {'rule' if rules == 1 else 'rules'}"
        yield DoctorFinding("contexts", f"{rules_words} with stricter settings for some contexts")
    yield _journal_file(locations.state_folder(env))
    file = locations.POLICY
    yield DoctorFinding("policy", f"in force: {file}" if file.exists() else f"none: {file} does not exist")


def _journal_file(folder: Path | None) -> DoctorFinding:
    if folder is None:
        return DoctorFinding("journal file", "no directory, because $HOME is not set", "!")
    try:
        count = sum(1 for _ in journal_file.read(folder))
    except OSError as error:
        return DoctorFinding("journal file", f"cannot be used: {error.strerror}", "!")
    file = folder / journal_file.JOURNAL_NAME
    journal = f"{count:,} lines in {file}"
    existing = next(path for path in (file, *file.parents) if path.exists())
    if not os.access(existing, os.W_OK):
        return DoctorFinding("journal file", f"{journal}; the file cannot be written", "!")
    return DoctorFinding("journal file", journal)


def _report(env: Mapping[str, str], tmux: Tmux | None) -> Iterator[str]:
    versions = [f"{name} {version(name)}" for name in _DISTRIBUTIONS]
    yield ", ".join(versions[:4])
    yield ", ".join(versions[4:])
    system = f"{platform.system()} {platform.release()}, {platform.machine()}"
    yield f"Python {platform.python_version()}, {system}"
    names = ("TERM", "COLORTERM", "LC_ALL", "LC_CTYPE", "LANG")
    yield ", ".join(f"{name}={env[name]}" for name in names if name in env) or "no TERM and no locale"
    between = [f"tmux {tmux.version or '?'}"] if tmux is not None else []
    between += ["GNU screen"] if env.get("STY") else []
    between += ["SSH"] if env.get("SSH_CONNECTION") or env.get("SSH_TTY") else []
    ends = "a" if sys.stdout.isatty() else "not a"
    yield f"run inside: {', '.join(between) or 'no tmux, screen or SSH'}; stdout is {ends} terminal"


def drawn(sections: Iterable[Section]) -> Iterator[str]:
    for section in sections:
        yield printable(section.title)
        for finding in section.findings:
            yield from _wrapped(finding)
        yield from (f"      {printable(line)}" for line in section.lines)


def is_fit(sections: Iterable[Section]) -> bool:
    return all(finding.sign != "x" for section in sections for finding in section.findings)


def _wrapped(finding: DoctorFinding) -> list[str]:
    front = f"  {finding.sign or ' '} {printable(finding.about):<{_ABOUT}} "
    return textwrap.wrap(
        printable(finding.how),
        WIDTH,
        initial_indent=front,
        subsequent_indent=" " * len(front),
        break_long_words=False,
        break_on_hyphens=False,
    ) or [front.rstrip()]
