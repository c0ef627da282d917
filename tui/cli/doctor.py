"""`secret-tui doctor`: check this terminal and host, and say what to change. Asks no cluster."""

from __future__ import annotations

import platform
import shutil
import sys
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from tui.cluster.kubeconfig import load
from tui.cluster.kubeconfig.trust import distrust
from tui.model.doctor_report import Finding, Section
from tui.model.errors import BadKubeconfig
from tui.model.text.printable import ascii_only
from tui.terminal import checks, host, journal_file, locations, settings_file, viewers
from tui.terminal.clipboard import multiplexer
from tui.terminal.clipboard.multiplexer import Tmux
from tui.terminal.clipboard.ways import SINCE, is_remote
from tui.terminal.terminal_query import reports_focus

_DISTRIBUTIONS: Final = ("secret-tui", "textual", "rich", "kubernetes", "aiohttp", "msgspec", "PyYAML")
_TOOLS: Final = ("wl-copy", "xclip", "xsel", "pbcopy", "clip.exe")
"""Programs through which pyperclip reaches a desktop's clipboard."""


def sections(env: Mapping[str, str]) -> list[Section]:
    """All sections, in reading order."""
    tmux = multiplexer.tmux(env)
    advice = tuple(_tmux_advice(env, tmux))
    found = [
        Section("Terminal", (*_terminal(env), _focus(env, tmux), *_onlookers(env), *_clipboard(env, tmux))),
        Section("Add to ~/.tmux.conf, then: tmux source-file ~/.tmux.conf", lines=advice),
        Section("Host", tuple(host.findings(env))),
        Section("Kubeconfigs (no command in them was run)", tuple(_kubeconfigs(env))),
        Section("Settings, journal and policy", tuple(_settings(env))),
        Section("For a bug report (no host, context or Secret names)", lines=tuple(_report(env, tmux))),
    ]
    return [section for section in found if section.findings or section.lines]


def _terminal(env: Mapping[str, str]) -> Iterator[Finding]:
    term = env.get("TERM", "")
    if term in ("", "dumb"):
        yield Finding(
            "TERM", f"{term or 'not set'}; set it to the type of your terminal, such as xterm-256color", "x"
        )
    if checks.is_utf8(env):
        yield Finding("encoding", "UTF-8")
    else:
        yield Finding("encoding", "not UTF-8; the program needs it: set LC_ALL=C.UTF-8", "x")
    yield Finding("colors", _colors(env))
    columns, lines = shutil.get_terminal_size()
    yield Finding("size", f"{columns} x {lines}", "!" if columns < 48 or lines < 20 else "")


def _colors(env: Mapping[str, str]) -> str:
    if env.get("NO_COLOR"):
        return "shades of gray (NO_COLOR is set)"
    if env.get("COLORTERM", "").lower() in ("truecolor", "24bit"):
        return f"16 million (COLORTERM={env['COLORTERM']})"
    term = env.get("TERM", "")
    return f"256 (TERM={term})" if "256color" in term else f"16 (TERM={term}; COLORTERM is not set)"


def _focus(env: Mapping[str, str], tmux: Tmux | None) -> Finding:
    """Does the terminal report lost focus, so that values can be hidden?"""
    stays = "shown values are not hidden when you switch windows, only when their time is over"
    if tmux is not None:
        return (
            Finding("focus reports", "forwarded by tmux")
            if tmux.has_focus_events
            else Finding("focus reports", f"blocked by tmux: {stays}", "!")
        )
    if env.get("STY"):
        return Finding("focus reports", f"blocked by GNU screen: {stays}", "!")
    said = reports_focus(0, 1)
    if said == "yes":
        return Finding("focus reports", "supported")
    if said == "no":
        return Finding("focus reports", f"not supported: {stays}", "!")
    return Finding("focus reports", "unknown: the terminal did not answer")


def _onlookers(env: Mapping[str, str]) -> Iterator[Finding]:
    sentences = viewers.look(env).sentences
    for sentence in sentences:
        yield Finding("other viewers", sentence, "!")
    if not sentences:
        yield Finding("other viewers", "no recorder and no other tmux client found")


def _clipboard(env: Mapping[str, str], tmux: Tmux | None) -> Iterator[Finding]:
    if tmux is None:
        tool = next((name for name in _TOOLS if shutil.which(name, path=env.get("PATH"))), None)
        through = " through GNU screen" if env.get("STY") else ""
        if not through and not is_remote(env) and tool is not None:
            yield Finding("clipboard", f"the desktop's, through {tool}")
        else:
            yield Finding(
                "clipboard", f"the terminal's, through OSC 52{through}; no terminal confirms a copy"
            )
        return
    if tmux.number < SINCE:
        yield Finding(
            "clipboard",
            f"none: tmux {tmux.version or '?'} would keep what you copy; use tmux 3.2 or later",
            "!",
        )
    else:
        yield Finding("clipboard", "the terminal's, through tmux; no terminal confirms a copy")
    works = multiplexer.keeps_a_buffer()
    said = (
        "works: a test text was kept, read and deleted"
        if works
        else "does not work: a test text was not kept"
    )
    yield Finding("tmux buffer", said, "" if works else "!")


def _tmux_advice(env: Mapping[str, str], tmux: Tmux | None) -> Iterator[str]:
    if tmux is None or not tmux.version:
        return
    if not tmux.has_focus_events:
        yield "set -g focus-events on"
    if "256color" not in env.get("TERM", ""):
        yield 'set -g default-terminal "tmux-256color"'


def _kubeconfigs(env: Mapping[str, str]) -> Iterator[Finding]:
    for file in load.default_files(env):
        name = ascii_only(file.name)
        place = ascii_only(str(file))
        try:
            is_there = _is_there(file)
        except OSError as error:
            yield Finding(name, f"{place} cannot be read: {error.strerror}", "x")
            continue
        if not is_there:
            yield Finding(name, f"{place} does not exist", "!")
            continue
        try:
            count = len(load.contexts([file]).contexts)
        except BadKubeconfig as error:
            yield Finding(name, error.sentence, "x")
            continue
        many = f"{count} {'context' if count == 1 else 'contexts'}"
        why = distrust([file])
        if why is None:
            yield Finding(name, f"trusted, {many}: {place}")
        else:
            asks = "asks before running commands or reading files that it names"
            which = "" if str(file) in why else f" {place}:"  # not said twice
            yield Finding(name, f"{many}; {asks}:{which} {ascii_only(why)}", "!")


def _is_there(file: Path) -> bool:
    """Does the path exist? Raises OSError if unknown, in every Python version."""
    try:
        file.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    return True


def _settings(env: Mapping[str, str]) -> Iterator[Finding]:
    try:
        settings = settings_file.load(locations.settings_file(env), env, {}, locations.POLICY)
    except settings_file.BadSettings as error:
        yield Finding("settings", error.sentence, "x")
        return
    for about, how, origin in settings.grades():
        if about == "guarded":
            continue  # of a context, and there is none
        yield Finding(about, how if origin == "default" else f"{how} ({origin})")
    rules = len(settings.contexts)
    if rules:
        yield Finding(
            "contexts", f"{rules} {'rule is' if rules == 1 else 'rules are'} stricter for some of them"
        )
    yield _journal_file(locations.state_folder(env))
    yield _policy(locations.POLICY)


def _policy(file: Path) -> Finding:
    try:
        is_there = _is_there(file)
    except OSError as error:
        return Finding("policy", f"{file} cannot be read: {error.strerror}", "x")
    return Finding("policy", f"in force: {file}" if is_there else f"none: {file} does not exist")


def _journal_file(folder: Path | None) -> Finding:
    if folder is None:
        return Finding("journal file", "no folder for it: $HOME is not set", "!")
    try:
        count = sum(1 for _ in journal_file.read(folder))
    except OSError as error:
        return Finding("journal file", f"cannot be used: {error.strerror}", "!")
    return Finding("journal file", f"{count:,} lines in {folder / journal_file.NAME}")


def _report(env: Mapping[str, str], tmux: Tmux | None) -> Iterator[str]:
    said = []
    for name in _DISTRIBUTIONS:
        try:
            said.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            said.append(f"{name} ?")
    yield ", ".join(said[:4])
    yield ", ".join(said[4:])
    system = f"{platform.system()} {platform.release()}, {platform.machine()}"
    yield f"Python {platform.python_version()}, {system}"
    names = ("TERM", "COLORTERM", "LC_ALL", "LC_CTYPE", "LANG")
    yield ", ".join(f"{name}={env[name]}" for name in names if name in env) or "no TERM and no locale"
    between = [f"tmux {tmux.version or '?'}"] if tmux is not None else []
    between += ["GNU screen"] if env.get("STY") else []
    between += ["SSH"] if env.get("SSH_CONNECTION") or env.get("SSH_TTY") else []
    ends = "a" if sys.stdout.isatty() else "no"
    yield f"between: {', '.join(between) or 'nothing'}; stdout is {ends} terminal"
