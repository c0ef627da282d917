"""Parse the command line, and refuse what must not be on it, with the reason."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple, NoReturn, TypeVar

from tui import __version__

# tui.model is imported where it is needed: not for --help.
if TYPE_CHECKING:
    from tui.model.journal import Wanted
    from tui.model.why import Asked

_Given = TypeVar("_Given", bound=argparse.Namespace)
_NO_VALUES: Final = (
    "An argument looks like key=value. Values are not taken from the command line: other users of this host "
    "and the shell history would see them. Start the program and edit the key there"
)
COMMANDS: Final = ("doctor", "journal", "report")
"""The subcommands; one must be the first argument."""
REPORTS: Final = ("health", "readers", "stale", "missing")
FORMATS: Final = ("table", "json", "markdown")
NAME: Final = "secret-tui"
_PLUGIN: Final = ("kubectl-secret_tui", "kubectl secret-tui")
"""The file that kubectl runs as its plugin, and what the user types for it."""
_OPTION: Final = re.compile(r"--[a-z][a-z-]{1,30}|-[a-zA-Z]")
"""The part of an unknown option that may be quoted: never what could be a value."""


class SecretToOpen(NamedTuple):
    """[[CONTEXT:]NAMESPACE/]NAME: what to open at the start."""

    name: str
    namespace: str | None = None
    context: str | None = None


class Arguments(argparse.Namespace):
    """What the command line asks for, with the defaults."""

    secret: SecretToOpen | None = None
    why: Asked | None = None
    """The error or the reader to explain, instead of a Secret to open."""
    kubeconfig: Path | None = None
    context: str | None = None
    namespace: str | None = None
    all_namespaces: bool = False
    as_user: str | None = None
    as_groups: list[str] | None = None
    as_uid: str | None = None
    as_user_extra: list[tuple[str, str]] | None = None
    """Key and value; a key may come several times."""
    trust: bool = False
    """Run and read what any kubeconfig names, without a question?"""
    request_timeout: float | None = None
    """Seconds; None = the program's own limits."""
    set_files: list[tuple[str, str]] | None = None
    """Key and path: the key is set from that file."""
    env_file: str | None = None
    """A `.env` file whose keys are set."""
    files: list[str] | None = None
    """Manifests; "-" is stdin."""
    demo: bool = False
    read_only: bool = False
    no_reveal: bool = False
    no_undo: bool = False
    print_config: bool = False
    print_keymap: bool = False


class ReportArguments(Arguments):
    """What `secret-tui report` asks for."""

    what: str = "health"
    output: str = "table"
    values: bool = False


class BadArguments(Exception):
    """A command line that cannot be used, as a sentence that quotes no argument: it could be a value."""


class _Parser(argparse.ArgumentParser):
    """An argparse parser whose errors quote no argument."""

    def error(self, message: str) -> NoReturn:
        if (option := re.match(r"argument ([-/\w]+): ", message)) is None:
            raise BadArguments("These arguments cannot be used together")
        if "expected" in message:
            raise BadArguments(f"{option[1]} needs a value")
        if "ignored explicit argument" in message:
            raise BadArguments(f"{option[1]} takes no value")
        raise BadArguments(f"{option[1]}: {message.removeprefix(option[0])}")


def called_as(file: str) -> str:
    """What the user typed to run this file: "secret-tui", or "kubectl secret-tui" for the plugin."""
    plugin, words = _PLUGIN
    return words if Path(file).name.startswith(plugin) else NAME


def near_commands(name: str, prog: str = NAME) -> list[str]:
    """The command lines that a name was probably meant for: "secret-tui doctor" for "docter"."""
    meant = {
        **{word: word for word in COMMANDS},
        **{word: f"--{word}" for word in ("help", "version", "demo")},
    }
    return [f"{prog} {meant[word]}" for word in get_close_matches(name, meant, n=1, cutoff=0.7)]


def parse(argv: Sequence[str], prog: str = NAME) -> Arguments:
    """Read the command line. Raises BadArguments, and SystemExit(0) after --help and --version."""
    parser = _parser(prog)
    given = _read(parser, argv, Arguments(), "Only one Secret can be opened at the start")
    _fit(given)
    return given


def parse_journal(argv: Sequence[str], now: float, prog: str = NAME) -> Wanted:
    """The arguments of `secret-tui journal`; `now` in seconds since the epoch. Raises as `parse` does."""
    from tui.model.journal import Wanted

    parser = _Parser(
        prog=f"{prog} journal",
        description="Print what you did to which Secrets from this host, oldest first. It holds no values.",
        epilog="TIME is in UTC (2026-11-24 or 2026-11-24T14:00) or an age (30m, 2h, 3d).",
        allow_abbrev=False,
    )
    moment = partial(_moment, now=now)
    add = parser.add_argument
    add("--since", metavar="TIME", type=moment, help="only lines from this time on")
    add("--until", metavar="TIME", type=moment, help="only lines before this time")
    add("--context", metavar="GLOB", default="*", help="only contexts with a matching name")
    add("--secret", metavar="GLOB", default="*", help="only matching Secrets: NAMESPACE/NAME or NAME")
    given = _read(parser, argv, argparse.Namespace(), f"{prog} journal takes options only")
    return Wanted(given.since or "", given.until or "", given.context, given.secret)


def parse_doctor(argv: Sequence[str], prog: str = NAME) -> None:
    """The arguments of `secret-tui doctor`: none. Raises as `parse` does."""
    parser = _Parser(
        prog=f"{prog} doctor",
        description="Check this terminal and this host, and say what to change. Sends nothing to a cluster.",
        epilog="The exit code is 1 if a finding, marked x, keeps the program from running.",
        allow_abbrev=False,
    )
    _read(parser, argv, argparse.Namespace(), f"{prog} doctor takes no arguments")


def parse_report(argv: Sequence[str], prog: str = NAME) -> ReportArguments:
    """The arguments of `secret-tui report`. Raises as `parse` does."""
    parser = _Parser(
        prog=f"{prog} report",
        usage=f"{prog} report [{' | '.join(REPORTS)}] [options]",
        description="Print what is wrong with Secrets and their readers: no terminal, no values.",
        epilog="The exit code is 0 if nothing was found, 1 if something was, 2 for wrong options, and 3 "
        "if not everything could be read, even if something was found: it is printed all the same.",
        allow_abbrev=False,
    )
    add = parser.add_argument
    add(
        "what",
        nargs="?",
        default=REPORTS[0],
        type=_one_of(REPORTS),
        metavar="REPORT",
        help="health (the default): all that is wrong; missing: readers of missing Secrets and keys; "
        "stale: old values; readers: each Secret and what reads it",
    )
    add(
        "-o",
        "--output",
        default=FORMATS[0],
        type=_one_of(FORMATS),
        metavar="FORMAT",
        help="table (the default), json or markdown",
    )
    add(
        "--values",
        action="store_true",
        help="fetch TLS Secrets, pull secrets and unknown keys too, and check them; no value is printed",
    )
    _add_where(parser)
    _add_connection(parser)
    given = _read(parser, argv, ReportArguments(), f"{prog} report takes one report")
    _fit(given)
    return given


def _read(parser: _Parser, argv: Sequence[str], into: _Given, otherwise: str) -> _Given:
    """Refuse values, and what the parser does not understand: options by name, the rest by `otherwise`."""
    _refuse_values(parser, argv)
    found, rest = parser.parse_known_args(list(argv), into)
    options = [word for word in rest if word.startswith("-") and word != "--"]
    if rest and not options:
        raise BadArguments(otherwise)
    if not options:
        return found
    named = [match[0] for word in options if (match := _OPTION.fullmatch(word) or _OPTION.match(word[:2]))]
    if not named:
        raise BadArguments("Unknown option, not shown because it could hold a value")
    known = [flag for action in parser._actions for flag in action.option_strings if flag.startswith("--")]
    said = ", ".join(dict.fromkeys(named))
    near = get_close_matches(named[0], known, n=1, cutoff=0.7) if named[0].startswith("--") else []
    meant = f" (did you mean {near[0]}?)" if near and len(set(named)) == 1 else ""
    raise BadArguments(f"Unknown option{'s' if ',' in said else ''}: {said}{meant}")


def _moment(text: str, now: float) -> str:
    """A time, or how long ago, as the journal writes times."""
    from tui.model.text.times import duration, rfc3339

    if (ago := duration(text)) is not None:
        return rfc3339(max(0.0, now - ago), "milliseconds")
    try:
        found = datetime.fromisoformat(text)
        return rfc3339(found.replace(tzinfo=found.tzinfo or UTC).timestamp(), "milliseconds")
    except (ValueError, OverflowError, OSError):
        raise argparse.ArgumentTypeError(
            "needs a time such as 2026-11-24T14:00 (UTC) or an age such as 2h"
        ) from None


def _parser(prog: str) -> _Parser:
    parser = _Parser(
        prog=prog,
        usage=f"{prog} [options] [[[CONTEXT:]NAMESPACE/]NAME]\n"
        f"       {prog} [options] pod/NAME | deploy/NAME | 'ERROR'\n       {prog} doctor | journal | report",
        description="View and edit Kubernetes Secrets, and see which pods read them. "
        "Every write is reviewed first.",
        epilog=f"Commands: '{prog} doctor' checks this terminal and host. '{prog} journal' prints what you "
        f"did to which Secrets. '{prog} report' prints what is wrong with Secrets. Each has its own --help.",
        allow_abbrev=False,
        add_help=False,
    )
    add = parser.add_argument
    add(
        "secret",
        nargs="?",
        metavar="[[CONTEXT:]NAMESPACE/]NAME",
        type=_secret_or_question,
        help="the Secret to open at the start; or why a pod does not start: pod/NAME, deploy/NAME, or the "
        "kubelet's error in quotes",
    )
    _add_where(parser)
    add = parser.add_argument_group("what to change; nothing is written before you review").add_argument
    add(
        "-f",
        "--filename",
        dest="files",
        metavar="FILE",
        nargs="+",
        action="extend",
        help="draft the Secrets in these manifests; - is stdin",
    )
    add(
        "--set-file",
        dest="set_files",
        metavar="KEY=PATH",
        action="append",
        type=_key_and_path,
        help="set a key of the Secret from a file; may be repeated",
    )
    add("--env-file", metavar="PATH", help="set the keys of a .env file in the Secret")
    add = parser.add_argument_group("what it may do").add_argument
    add("--read-only", action="store_true", help="send only reads; the program refuses every write")
    add("--no-reveal", action="store_true", help="show, copy and save no value")
    add("--no-undo", action="store_true", help="keep no former values, so writes cannot be undone")
    _add_connection(parser)
    add = parser.add_argument_group("print and exit").add_argument
    add("-h", "--help", action="help", help="this help")
    add("--print-config", action="store_true", help="every setting and its source")
    add("--print-keymap", action="store_true", help="every command and its keys, as a keymap section")
    add("--version", action="version", version=f"{NAME} {__version__}", help="the version")
    return parser


def _add_where(parser: _Parser) -> None:
    add = parser.add_argument_group("where").add_argument
    add("-n", "--namespace", metavar="NAME", help="list this namespace; default: the context's")
    add("-A", "--all-namespaces", action="store_true", help="list the Secrets of all namespaces")
    add("--context", metavar="NAME", help="use this context; default: the current one")
    add(
        "--kubeconfig",
        metavar="FILE",
        type=Path,
        help="use this file; default: $KUBECONFIG or ~/.kube/config",
    )
    add("--demo", action="store_true", help="use a small built-in cluster; needs no Kubernetes")


def _add_connection(parser: _Parser) -> None:
    add = parser.add_argument_group("how to connect").add_argument
    add("--as", dest="as_user", metavar="USER", help="impersonate this user")
    add("--as-group", dest="as_groups", metavar="GROUP", action="append", help="and this group")
    add("--as-uid", metavar="UID", help="and this UID")
    add(
        "--as-user-extra",
        metavar="KEY=VALUE",
        action="append",
        type=_key_and_value,
        help="and this extra field",
    )
    add("--trust", action="store_true", help="do not ask before running commands that the kubeconfig names")
    add(
        "--request-timeout",
        metavar="TIME",
        type=_seconds,
        help="give up on a request after TIME, such as 30s",
    )


def _refuse_values(parser: argparse.ArgumentParser, argv: Sequence[str]) -> None:
    """Refuse arguments that look like key=value, except values of known options."""
    taking = {
        flag for action in parser._actions if action.nargs in (None, "+") for flag in action.option_strings
    }
    known = {flag for action in parser._actions for flag in action.option_strings if flag.startswith("--")}
    previous = ""
    for word in argv:
        is_value_of_flag = previous in taking
        is_flag = word.partition("=")[0] in known
        if "=" in word and not is_value_of_flag and not is_flag and _question(word) is None:
            raise BadArguments(_NO_VALUES)
        previous = "" if is_value_of_flag else word


def _one_of(words: Sequence[str]) -> Callable[[str], str]:
    """A type of argparse whose error does not quote what was typed."""

    def check(text: str) -> str:
        if text not in words:
            raise argparse.ArgumentTypeError(f"must be one of {', '.join(words)}")
        return text

    return check


def _seconds(text: str) -> float | None:
    """A kubectl duration: 30, 30s, 1m30s; 0 means the program's own limits."""
    from tui.model.text.times import duration

    found = float(text) if text.isascii() and text.isdecimal() else duration(text)
    if found is None:
        raise argparse.ArgumentTypeError("needs a time such as 30s or 1m30s")
    return found or None


def _key_and_value(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not (key and equals):
        raise argparse.ArgumentTypeError("needs KEY=VALUE")
    return key, value


def _key_and_path(text: str) -> tuple[str, str]:
    from tui.model.secret.validation import key_problem

    key, equals, path = text.partition("=")
    if not (equals and path):
        raise argparse.ArgumentTypeError("needs KEY=PATH")
    if (why := key_problem(key)) is not None:
        raise argparse.ArgumentTypeError(why.rstrip("."))
    return key, path


def _fit(given: Arguments) -> None:
    """Take apart what to open, and refuse what does not go together."""
    from tui.model.secret.validation import namespace_problem

    named: SecretToOpen | Asked | None = given.secret  # what argparse put there
    if named is not None and not isinstance(named, SecretToOpen):
        given.secret, given.why = None, named
        _refuse_two(given.namespace, given.why.namespace or None, "namespace")
        if given.files:
            raise BadArguments("-f takes the Secrets of its files: leave out what to explain")
    if given.secret is not None:
        _refuse_two(given.context, given.secret.context, "context")
        _refuse_two(given.namespace, given.secret.namespace, "namespace")
        given.context = given.secret.context or given.context
    if given.namespace is not None and (why := namespace_problem(given.namespace)) is not None:
        raise BadArguments(f"-n: {why.rstrip('.')}")
    if given.namespace is not None and given.all_namespaces:
        raise BadArguments("-n and -A cannot be used together")
    if given.demo and (given.kubeconfig or given.context):
        raise BadArguments("--demo has its own cluster: leave out --kubeconfig and the context")
    _fit_files(given)


def _fit_files(given: Arguments) -> None:
    """What goes with -f, --set-file and --env-file."""
    if given.files and given.secret is not None:
        raise BadArguments("-f takes the Secrets of its files: leave out the Secret to open")
    if given.files and given.read_only:
        raise BadArguments("-f changes Secrets: leave out --read-only")
    keys = [key for key, _ in given.set_files or ()]
    option = "--set-file" if keys else "--env-file" if given.env_file is not None else ""
    if option and given.secret is None:
        raise BadArguments(f"{option} needs the Secret to change: NAMESPACE/NAME")
    if option and given.read_only:
        raise BadArguments(f"{option} changes a Secret: leave out --read-only")
    if twice := next((key for key in keys if keys.count(key) > 1), None):
        raise BadArguments(f"--set-file: the key {twice} is there twice")


def _refuse_two(flag: str | None, part: str | None, what: str) -> None:
    if flag is not None and part is not None and flag != part:
        raise BadArguments(f"Two different {what}s: one by option, one in the name of the Secret")


def _secret_or_question(text: str) -> SecretToOpen | Asked:
    """A Secret to open, or what to explain: an error, or a reader as kubectl names it."""
    return _question(text) or split(text)


def _question(text: str) -> Asked | None:
    """An error has blanks; a reader is KIND/NAME, and a kind is no namespace here."""
    is_error = re.search(r"\s", text) is not None
    if not is_error and re.fullmatch(r"[\w.]+/[^/:=]+", text) is None:
        return None
    from tui.model.why import parse as parse_question

    asked = parse_question(text)
    return asked if asked is not None and bool(asked.fault) is is_error else None


def split(text: str) -> SecretToOpen:
    """[[CONTEXT:]NAMESPACE/]NAME, from the right, since a context's name may hold ":" and "/"."""
    if text in COMMANDS:
        raise BadArguments(f"The command {text} must come first; a Secret of that name is NAMESPACE/{text}")
    from tui.model.secret.validation import name_problem, namespace_problem

    front, slash, name = text.rpartition("/")
    context, _, namespace = front.rpartition(":")
    why = name_problem(name) or (namespace_problem(namespace) if slash else None)
    if why is not None:
        raise BadArguments(f"The Secret to open is written [[CONTEXT:]NAMESPACE/]NAME. {why.rstrip('.')}")
    return SecretToOpen(name, namespace or None, context or None)
