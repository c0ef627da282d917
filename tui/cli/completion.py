"""Complete a command line for a shell: from kubeconfigs and remembered names, without a login."""

from __future__ import annotations

import argparse
import io
import os
import re
import shlex
import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, TextIO

import argcomplete
from argcomplete.completers import FilesCompleter
from argcomplete.lexers import split_line

from tui.cli import parsers
from tui.cli.argument_types import COMMANDS
from tui.cli.arguments import take_command
from tui.model.errors import BadKubeconfig
from tui.model.kube_context import ContextList

_KUBECTL: Final = {
    "_ARGCOMPLETE": "1",
    "_ARGCOMPLETE_SHELL": "fish",  # which escapes nothing: what kubectl gave the shell does
    "_ARGCOMPLETE_IFS": "\n",
    "_ARGCOMPLETE_DFS": "\t",
    "_ARGCOMPLETE_SUPPRESS_SPACE": "1",
}
_NO_SPACE, _NO_FILES = 2, 4
"""Flags for kubectl's completion, numbered as cobra's ShellCompDirective."""


def shell_code(shell: str) -> str:
    """What a shell evaluates to complete the command."""
    return str(argcomplete.shellcode([parsers.NAME], use_defaults=False, shell=shell))


def answer(stream: TextIO | None = None, end: Callable[[int], object] = sys.exit) -> None:
    """Answer the shell that asks by its variables (on file 8 if there is no `stream`), then end."""
    line, point = os.environ["COMP_LINE"], int(os.environ["COMP_POINT"])
    command, _ = take_command(split_line(line, point)[3][1:])
    if command:  # blanked, since its parser does not know it
        os.environ["COMP_LINE"] = re.sub(rf"(?<=\s){command}(?=\s)", " " * len(command), line, count=1)
    parser = parsers.parser_of(command, parsers.NAME)
    for action in parser._actions:
        vars(action)["completer"] = _COMPLETERS.get(action.dest, _nothing)
    argcomplete.autocomplete(
        parser,
        always_complete_options=False,
        validator=lambda choice, prefix: choice.startswith(prefix) and choice.isprintable(),
        exit_method=end,
        output_stream=stream,
    )


def for_kubectl() -> None:
    """`kubectl_complete-secret_tui WORD ... PREFIX`: a line for each choice, then how to take them.

    kubectl looks for an executable of this name when the words after `kubectl secret-tui` are completed.
    """
    *words, prefix = sys.argv[1:] or [""]
    line = f"{shlex.join([parsers.NAME, *words])} {shlex.quote(prefix) if prefix else ''}"
    os.environ.update(_KUBECTL, COMP_LINE=line, COMP_POINT=str(len(line)))
    said = io.StringIO()
    answer(said, lambda code: None)
    choices = said.getvalue().splitlines()
    goes_on = any(choice.partition("\t")[0].endswith(("/", "=")) for choice in choices)
    print(*choices, f":{_NO_FILES | (_NO_SPACE if goes_on else 0)}", sep="\n")  # noqa: T201


def _nothing(**_: object) -> Iterable[str]:
    return ()


def _one_of(words: Iterable[str]) -> Callable[..., Iterable[str]]:
    return lambda **_: words


def _contexts(parsed_args: argparse.Namespace, **_: object) -> Mapping[str, str]:
    return {context.name: f"cluster {context.cluster}" for context in _kubeconfig(parsed_args).contexts}


def _kubeconfig(given: argparse.Namespace) -> ContextList:
    """The contexts of the kubeconfig that is named, or of the usual ones."""
    from tui.cluster.kubeconfig import load

    named = getattr(given, "kubeconfig", None)
    # Variables are as typed: the shell replaces them when it runs the line.
    files = [Path(os.path.expandvars(named))] if named else load.default_files(os.environ)
    with suppress(BadKubeconfig):
        return load.contexts(files)
    return ContextList()


def _namespaces(parsed_args: argparse.Namespace, **_: object) -> Iterable[str]:
    """Those that are remembered of the context, and its own."""
    return _remembered(parsed_args)[0]


def _secrets(parsed_args: argparse.Namespace, **_: object) -> Mapping[str, str]:
    """Namespaces to go on from, and Secrets that are remembered; no cluster is asked."""
    namespaces, opened = _remembered(parsed_args)
    return {f"{name}/": "namespace" for name in namespaces} | dict.fromkeys(opened, "Secret")


def _secrets_or_commands(parsed_args: argparse.Namespace, **_: object) -> Mapping[str, str]:
    return {**COMMANDS, **_secrets(parsed_args)}


def _secrets_of_who(parsed_args: argparse.Namespace, **_: object) -> Mapping[str, str]:
    return _secrets(parsed_args) if parsed_args.what == "who" else {}


def _remembered(given: argparse.Namespace) -> tuple[Iterable[str], Iterable[str]]:
    from tui.terminal import locations
    from tui.terminal.remembered_file import RememberedFile

    found = _kubeconfig(given)
    chosen = given.context or found.current
    memory = RememberedFile(locations.state_folder(os.environ)).of(chosen)
    own = (context.namespace for context in found.contexts if context.name == chosen)
    return dict.fromkeys((*memory.starred, *memory.recent, *own)), memory.opened


def _key_and_file(prefix: str, **more: Any) -> Iterable[str]:
    """KEY=PATH: the key is typed, the path completed."""
    key, equals, path = prefix.partition("=")
    return [f"{key}={file}" for file in FilesCompleter()(prefix=path, **more)] if equals else []


_COMPLETERS: Final[dict[str, Callable[..., Iterable[str]]]] = {
    "secret": _secrets_or_commands,
    "only": _secrets_of_who,
    "context": _contexts,
    "namespace": _namespaces,
    "kubeconfig": FilesCompleter(),
    "files": FilesCompleter(),
    "env_file": FilesCompleter(),
    "set_files": _key_and_file,
    "what": _one_of(parsers.REPORTS),
    "output": _one_of(parsers.FORMATS),
    "fail_on": _one_of(parsers.FAIL_ON),
    "shell": _one_of(parsers.SHELLS),
}
"""By what an option is for; all others have no choices."""
