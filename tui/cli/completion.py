"""Complete a command line for a shell, without contact to a cluster.

Suggested names come from kubeconfigs, and from the namespaces and Secrets that earlier runs remembered.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import argcomplete
from argcomplete.completers import FilesCompleter
from argcomplete.lexers import split_line

from tui.cli import parsers
from tui.cli.argument_types import SUBCOMMANDS
from tui.cli.arguments import take_command
from tui.model.errors import BadKubeconfig
from tui.model.kube_context import ContextList


def shell_code(shell: str) -> str:
    return str(argcomplete.shellcode([parsers.PROGRAM], use_defaults=False, shell=shell))


def answer() -> None:
    """Answer the completion request in COMP_LINE and COMP_POINT, then exit."""
    line, point = os.environ["COMP_LINE"], int(os.environ["COMP_POINT"])
    command, _ = take_command(split_line(line, point)[3][1:])
    if command:  # `parser` does not accept the subcommand's name
        os.environ["COMP_LINE"] = re.sub(rf"(?<=\s){command}(?=\s)", " " * len(command), line, count=1)
    parser = parsers.parser_of(command, parsers.PROGRAM)
    for action in parser._actions:
        vars(action)["completer"] = _COMPLETERS.get(action.dest, _nothing)
    argcomplete.autocomplete(
        parser,
        always_complete_options=False,
        validator=lambda choice, prefix: choice.startswith(prefix) and choice.isprintable(),
        exit_method=sys.exit,
    )


def _nothing(**_: object) -> Iterable[str]:
    return ()


def _one_of(words: Iterable[str]) -> Callable[..., Iterable[str]]:
    return lambda **_: words


def _contexts(parsed_args: argparse.Namespace, **_: object) -> Mapping[str, str]:
    return {context.name: f"cluster {context.cluster}" for context in _kubeconfig(parsed_args).contexts}


def _kubeconfig(given: argparse.Namespace) -> ContextList:
    from tui.cluster.kubeconfig import load

    named = getattr(given, "kubeconfig", None)
    # the shell expands variables such as $HOME only when it runs the line
    files = [Path(os.path.expandvars(named))] if named else load.default_files(os.environ)
    with suppress(BadKubeconfig):
        return load.contexts(files)
    return ContextList()


def _namespaces(parsed_args: argparse.Namespace, **_: object) -> Iterable[str]:
    return _remembered(parsed_args)[0]


def _secrets(parsed_args: argparse.Namespace, **_: object) -> Mapping[str, str]:
    namespaces, opened = _remembered(parsed_args)
    return {f"{name}/": "namespace" for name in namespaces} | dict.fromkeys(opened, "Secret")


def _secrets_or_commands(parsed_args: argparse.Namespace, **_: object) -> Mapping[str, str]:
    return {**SUBCOMMANDS, **_secrets(parsed_args)}


def _secrets_of_who(parsed_args: argparse.Namespace, **_: object) -> Mapping[str, str]:
    return _secrets(parsed_args) if parsed_args.what == "who" else {}


def _remembered(given: argparse.Namespace) -> tuple[Iterable[str], Iterable[str]]:
    from tui.terminal import locations
    from tui.terminal.remembered_file import RememberedFile

    contexts = _kubeconfig(given)
    chosen = given.context or contexts.current
    memory = RememberedFile(locations.state_folder(os.environ)).of(chosen)
    own = (context.namespace for context in contexts.contexts if context.name == chosen)
    return dict.fromkeys((*memory.starred, *memory.recent, *own)), memory.opened


def _key_and_file(prefix: str, **more: Any) -> Iterable[str]:
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
    "output": _one_of(parsers.REPORT_FORMATS),
    "fail_on": _one_of(parsers.FAIL_ON),
    "shell": _one_of(parsers.SHELLS),
}
