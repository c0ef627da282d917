"""Build the argparse parsers of the program and of its subcommands."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from functools import partial
from typing import Final, NoReturn

from tui import __version__
from tui.cli.argument_types import (
    SUBCOMMANDS,
    BadArguments,
    file_path,
    key_and_path,
    key_and_value,
    moment,
    one_of,
    seconds,
    seconds_ahead,
    secret_or_question,
    split,
)

PROGRAM: Final = "secret-tui"
REPORTS: Final = ("health", "readers", "stale", "missing", "certificates", "who")
REPORT_FORMATS: Final = ("table", "json", "markdown", "csv")
FAIL_ON: Final = ("fails", "will-fail", "old-value", "old-value?", "care", "unused")
"""Levels of problems, the worst first."""
SHELLS: Final = ("bash", "zsh", "fish")


class Parser(argparse.ArgumentParser):
    """An argparse parser whose errors quote no argument, because the argument could be a Secret's value."""

    def error(self, message: str) -> NoReturn:
        if (option := re.match(r"argument ([-/\w]+): ", message)) is None:
            raise BadArguments("These arguments are not valid")
        if "expected" in message:
            raise BadArguments(f"{option[1]} needs a value")
        if "ignored explicit argument" in message:
            raise BadArguments(f"{option[1]} takes no value")
        raise BadArguments(f"{option[1]}: {message.removeprefix(option[0])}")


def main_parser(prog: str) -> Parser:
    parser = Parser(
        prog=prog,
        usage=f"{prog} [options] [[[CONTEXT:]NAMESPACE/]NAME]\n"
        f"       {prog} [options] pod/NAME | deploy/NAME | 'ERROR'\n       {prog} {' | '.join(SUBCOMMANDS)}",
        description="View and edit Kubernetes Secrets, and see which pods read them. "
        "You review every write before it is sent.",
        epilog="Commands: "
        + ". ".join(f"'{prog} {name}' {does}" for name, does in SUBCOMMANDS.items())
        + ". Each has its own --help.",
        allow_abbrev=False,
        add_help=False,
    )
    add = parser.add_argument
    add(
        "secret",
        nargs="?",
        metavar="[[CONTEXT:]NAMESPACE/]NAME",
        type=secret_or_question,
        help="the Secret to open; or pod/NAME, deploy/NAME or a quoted kubelet error, to see why a pod does "
        "not start",
    )
    _add_where(parser)
    drafting = "changes to draft; nothing is written before you review them"
    add = parser.add_argument_group(drafting).add_argument
    add(
        "-f",
        "--filename",
        dest="files",
        metavar="FILE",
        nargs="+",
        action="extend",
        help="draft the Secrets in these manifests or folders; - is stdin",
    )
    add(
        "--set-file",
        dest="set_files",
        metavar="KEY=PATH",
        action="append",
        type=key_and_path,
        help="set KEY of the Secret to the content of a file; may be repeated",
    )
    add("--env-file", metavar="PATH", help="set keys of the Secret from a .env file")
    add = parser.add_argument_group(
        "compare files, then exit with 0 (same), 1 (different) or 3 (not all read)"
    ).add_argument
    add("--compare", action="store_true", help="print differences between the cluster and the given files")
    _add_output(add)
    add = parser.add_argument_group("restrictions").add_argument
    add("--read-only", action="store_true", help="refuse every write")
    add("--no-reveal", action="store_true", help="never show, copy or save a value")
    add("--no-undo", action="store_true", help="keep no old values, so writes cannot be undone")
    _add_connection(parser)
    add = parser.add_argument_group("terminal").add_argument
    add("--no-mouse", action="store_true", help="let the terminal select text with the mouse")
    add = parser.add_argument_group("print and exit").add_argument
    add("-h", "--help", action="help", help="this help")
    add("--print-config", action="store_true", help="every setting and its source")
    add("--print-keymap", action="store_true", help="the keymap: every command and its keys")
    add("--version", action="version", version=f"{PROGRAM} {__version__}", help="the version")
    return parser


def journal_parser(prog: str, now: float) -> Parser:
    """Build the parser of `secret-tui journal`.

    `now`: seconds since the epoch. An age after --since or --until, such as 30m, counts back from `now`.
    """
    parser = Parser(
        prog=f"{prog} journal",
        description="Print your journal on this host: actions on Secrets, oldest first, without values.",
        epilog="TIME is a time in UTC (2026-11-24 or 2026-11-24T14:00) or an age (30m, 2h, 3d).",
        allow_abbrev=False,
    )
    add, time = parser.add_argument, partial(moment, now=now)
    add("--since", metavar="TIME", type=time, help="only lines from this time on")
    add("--until", metavar="TIME", type=time, help="only lines before this time")
    add("--context", metavar="GLOB", default="*", help="only contexts whose name matches GLOB")
    glob = "only Secrets whose NAMESPACE/NAME or NAME matches GLOB"
    add("--secret", dest="names", metavar="GLOB", default="*", help=glob)
    return parser


def doctor_parser(prog: str) -> Parser:
    parser = Parser(
        prog=f"{prog} doctor",
        description="Check this terminal and this host, and suggest changes. Sends nothing to a cluster.",
        epilog="A finding marked x means that the program cannot run; the exit code is then 1.",
        allow_abbrev=False,
    )
    _add_kubeconfig(parser.add_argument)
    return parser


def completion_parser(prog: str) -> Parser:
    parser = Parser(
        prog=f"{prog} completion",
        usage=f"{prog} completion {' | '.join(SHELLS)}",
        description="Print shell code that lets Tab complete options, contexts, files and known namespaces.",
        epilog=f"""To turn completion on, add the line for your shell and open a new shell:
  ~/.bashrc                     eval "$({PROGRAM} completion bash)"
  ~/.zshrc, after compinit      eval "$({PROGRAM} completion zsh)"
  ~/.config/fish/config.fish    {PROGRAM} completion fish | source
kubectl 1.26 or newer also completes 'kubectl {PROGRAM}' if kubectl completion is on.""",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("shell", nargs="?", type=one_of(SHELLS), metavar="SHELL", help=", ".join(SHELLS))
    return parser


def report_parser(prog: str) -> Parser:
    parser = Parser(
        prog=f"{prog} report",
        usage=f"{prog} report [{' | '.join(REPORTS)}] [options]\n"
        f"       {prog} report who [[NAMESPACE/]NAME] [options]",
        description="Print problems with Secrets and their readers, without values. Needs no terminal.",
        epilog="Exit codes: 0: no problem of the --fail-on level or worse, 1: such a problem, "
        "2: wrong options or settings, 3: not everything could be read.",
        allow_abbrev=False,
    )
    add = parser.add_argument
    add(
        "what",
        nargs="?",
        default=REPORTS[0],
        type=one_of(REPORTS),
        metavar="REPORT",
        help="health (the default): all problems; missing: readers of missing Secrets and keys; "
        "stale: pods with old values; readers: each Secret and its readers; certificates: expiry, copies "
        "and faults of each certificate (fetches values); who: accounts with a right to read Secrets",
    )
    add(
        "only",
        nargs="?",
        metavar="[NAMESPACE/]NAME",
        type=split,
        help="only this Secret (with report who)",
    )
    _add_output(add)
    add(
        "--fail-on",
        # "will fail", as reports write it, is accepted too
        type=lambda text: one_of(FAIL_ON)(text.replace(" ", "-")),
        metavar="LEVEL",
        help=f"exit with 1 for this level or worse: {', '.join(FAIL_ON)}; default: care",
    )
    add(
        "--values",
        action="store_true",
        help="also fetch and check the values of Secrets; no value is printed",
    )
    add(
        "--within",
        metavar="TIME",
        type=seconds_ahead,
        help="only certificates that expire within TIME, such as 30d; default: all",
    )
    _add_where(parser)
    _add_connection(parser)
    return parser


def parser_of(command: str, prog: str) -> Parser:
    builders: dict[str, Callable[[str], Parser]] = {
        "doctor": doctor_parser,
        "journal": partial(journal_parser, now=0.0),
        "report": report_parser,
        "completion": completion_parser,
    }
    return builders.get(command, main_parser)(prog)


def _add_where(parser: Parser) -> None:
    add = parser.add_argument_group("cluster and namespace").add_argument
    add("-n", "--namespace", metavar="NAME", help="this namespace; default: the context's")
    add("-A", "--all-namespaces", action="store_true", help="the Secrets of all namespaces")
    _add_kubeconfig(add)
    add("--demo", action="store_true", help="a small built-in cluster; needs no Kubernetes")


def _add_output(add: Callable[..., object]) -> None:
    add(
        "-o",
        "--output",
        type=one_of(REPORT_FORMATS),
        metavar="FORMAT",
        help="table (the default), json, markdown or csv",
    )


def _add_kubeconfig(add: Callable[..., object]) -> None:
    add("--context", metavar="NAME", help="this context; default: the current one")
    add(
        "--kubeconfig",
        metavar="FILE",
        type=file_path,
        help="this file; default: $KUBECONFIG or ~/.kube/config",
    )


def _add_connection(parser: Parser) -> None:
    add = parser.add_argument_group("how to connect").add_argument
    add("--as", dest="as_user", metavar="USER", help="impersonate this user")
    add("--as-group", dest="as_groups", metavar="GROUP", action="append", help="impersonate with this group")
    add("--as-uid", metavar="UID", help="impersonate with this UID")
    add(
        "--as-user-extra",
        metavar="KEY=VALUE",
        action="append",
        type=key_and_value,
        help="impersonate with this extra field",
    )
    add("--trust", action="store_true", help="do not ask before running commands that the kubeconfig names")
    add(
        "--request-timeout",
        metavar="TIME",
        type=seconds,
        help="give up on a request that gets no answer within TIME, such as 30s",
    )
