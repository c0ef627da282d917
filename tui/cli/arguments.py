"""Parse the command line. Refuse arguments that could be values of a Secret."""

from __future__ import annotations

import argparse
import re
from collections.abc import Collection, Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from tui.cli import parsers
from tui.cli.argument_types import SUBCOMMANDS, BadArguments, SecretToOpen, question
from tui.cli.parsers import PROGRAM, SHELLS, Parser

# tui.model is imported inside functions, because --help does not need it and should be fast.
if TYPE_CHECKING:
    from tui.model.journal import JournalFilter
    from tui.model.why import WhyQuestion

_Given = TypeVar("_Given", bound=argparse.Namespace)
_NO_VALUES: Final = (
    "An argument looks like key=value. Values are not taken from the command line, because other users "
    "can see it and the shell history keeps it. Open the Secret and edit the key"
)
_PLUGIN: Final = ("kubectl-secret_tui", "kubectl secret-tui")
_OPTION: Final = re.compile(r"--[a-z][a-z-]{1,30}|-[a-zA-Z]")
"""Matches the part of an unknown option that an error may quote. Longer text could hold a Secret's value."""


class Arguments(argparse.Namespace):
    """Options and arguments of the command line, with their defaults."""

    secret: SecretToOpen | None = None
    why: WhyQuestion | None = None
    kubeconfig: Path | None = None
    context: str | None = None
    namespace: str | None = None
    all_namespaces: bool = False
    as_user: str | None = None
    as_groups: list[str] | None = None
    as_uid: str | None = None
    as_user_extra: list[tuple[str, str]] | None = None
    """Keys and values of --as-user-extra. Keys may repeat."""
    trust: bool = False
    request_timeout: float | None = None
    """Seconds; None for the default timeouts."""
    set_files: list[tuple[str, str]] | None = None
    """Keys and paths."""
    env_file: str | None = None
    files: list[str] | None = None
    """Paths; "-" is stdin."""
    compare: bool = False
    output: str | None = None
    demo: bool = False
    read_only: bool = False
    no_reveal: bool = False
    no_undo: bool = False
    no_mouse: bool = False
    print_config: bool = False
    print_keymap: bool = False


class ReportArguments(Arguments):
    what: str = "health"
    only: SecretToOpen | None = None
    fail_on: str = ""
    values: bool = False
    within: float | None = None


def called_as(file: str) -> str:
    """Name by which the user called the program: "kubectl secret-tui" or "secret-tui"."""
    plugin, words = _PLUGIN
    return words if Path(file).name.startswith(plugin) else PROGRAM


def near_commands(name: str, prog: str = PROGRAM) -> list[str]:
    """Suggest command lines instead of `name`, such as "secret-tui doctor" for "docter"."""
    if Path(name).is_file():
        return [f"{prog} -f {name}"]
    commands = {
        **{word: word for word in SUBCOMMANDS},
        **{word: f"--{word}" for word in ("help", "version", "demo")},
    }
    return [f"{prog} {commands[word]}" for word in get_close_matches(name, commands, n=1, cutoff=0.7)]


def take_command(argv: Sequence[str]) -> tuple[str, list[str]]:
    """Split `argv` into the subcommand and the other words. The subcommand is "" if there is none."""
    if not any(word in SUBCOMMANDS for word in argv):
        # return early, because most starts have no subcommand and making the parsers takes time
        return "", list(argv)
    flags = {flag for name in ("", *SUBCOMMANDS) for flag in _taking(parsers.parser_of(name, PROGRAM))}
    for index, word in _without_values(argv, flags):
        if word in SUBCOMMANDS:
            return word, [*argv[:index], *argv[index + 1 :]]
        if word[:1] != "-" or word == "--":
            break
    return "", list(argv)


def _without_values(argv: Sequence[str], taking: Collection[str]) -> Iterator[tuple[int, str]]:
    previous = ""
    for index, word in enumerate(argv):
        if previous in taking:
            previous = ""
        else:
            yield index, word
            previous = word


def _taking(parser: argparse.ArgumentParser) -> set[str]:
    return {
        flag for action in parser._actions if action.nargs in (None, "+") for flag in action.option_strings
    }


def parse(argv: Sequence[str], prog: str = PROGRAM) -> Arguments:
    """Parse a command line that has no subcommand.

    Raises BadArguments, and SystemExit(0) after --help or --version.
    """
    parser = parsers.main_parser(prog)
    words = (word for _, word in _without_values(argv, _taking(parser)) if word[:1] != "-")
    similar = get_close_matches(next(words, ""), SUBCOMMANDS, n=1, cutoff=0.7)
    only_one = "Give only one Secret to open, as NAMESPACE/NAME"
    hint = f" (did you mean {prog} {similar[0]}?)" if similar else "; for a pod, give pod/NAME"
    given = _read(parser, argv, Arguments(), f"{only_one}{hint}")
    _fit(given)
    return given


def parse_journal(argv: Sequence[str], now: float, prog: str = PROGRAM) -> JournalFilter:
    """Parse the arguments of `secret-tui journal`. `now` is in seconds since the epoch."""
    from tui.model.journal import JournalFilter

    parser = parsers.journal_parser(prog, now)
    given = _read(parser, argv, argparse.Namespace(), f"{parser.prog} takes options only")
    return JournalFilter(given.since or "", given.until or "", given.context, given.names)


def parse_doctor(argv: Sequence[str], prog: str = PROGRAM) -> Arguments:
    parser = parsers.doctor_parser(prog)
    return _read(parser, argv, Arguments(), f"{parser.prog} takes options only")


def parse_completion(argv: Sequence[str], prog: str = PROGRAM) -> str:
    parser = parsers.completion_parser(prog)
    given = _read(parser, argv, argparse.Namespace(), f"{parser.prog} takes only one shell")
    if given.shell is None:
        raise BadArguments(f"{parser.prog} needs a shell: {', '.join(SHELLS)}")
    return str(given.shell)


def parse_report(argv: Sequence[str], prog: str = PROGRAM) -> ReportArguments:
    parser = parsers.report_parser(prog)
    otherwise = f"{parser.prog} takes one report; only the report who also takes a Secret"
    given = _read(parser, argv, ReportArguments(), otherwise)
    if given.what != "who" and given.only is not None:
        raise BadArguments(otherwise)
    if given.what == "who" and given.values:
        raise BadArguments("--values cannot be used with secret-tui report who")
    if given.what == "who" and given.fail_on:
        raise BadArguments("--fail-on cannot be used with secret-tui report who")
    given.fail_on = given.fail_on or "care"
    if given.only is not None and given.all_namespaces:
        raise BadArguments("-A and a Secret cannot be used together")
    given.secret = given.only
    if given.within is not None and given.what != "certificates":
        raise BadArguments("--within needs secret-tui report certificates")
    _fit(given)
    if given.only is not None:
        given.namespace = given.only.namespace or given.namespace
    return given


def _read(parser: Parser, argv: Sequence[str], into: _Given, otherwise: str) -> _Given:
    _refuse_others(parser, argv)
    _refuse_values(parser, argv)
    parsed, unknown = parser.parse_known_args(list(argv), into)
    options = [word for word in unknown if word.startswith("-") and word != "--"]
    if unknown and not options:
        raise BadArguments(otherwise)
    if not options:
        return parsed
    named = [match[0] for word in options if (match := _OPTION.fullmatch(word) or _OPTION.match(word[:2]))]
    if not named:
        raise BadArguments("Unknown option, not shown because it could hold a value")
    known = [flag for flag in _options(parser) if flag.startswith("--")]
    options_text = ", ".join(dict.fromkeys(named))
    similar = get_close_matches(named[0], known, n=1, cutoff=0.7) if named[0].startswith("--") else []
    hint = f" (did you mean {similar[0]}?)" if similar and len(set(named)) == 1 else ""
    raise BadArguments(f"Unknown option{'s' if ',' in options_text else ''}: {options_text}{hint}")


def _refuse_others(parser: Parser, argv: Sequence[str]) -> None:
    for _, word in _without_values(argv, _taking(parser)):
        option = word[:2] if word[1:2] != "-" else word.partition("=")[0]
        if word[:1] != "-" or word in ("-", "--") or option in _options(parser):
            continue
        for name in ("", *SUBCOMMANDS):
            if option in _options(parsers.parser_of(name, PROGRAM)):
                is_command = parser.prog.split()[-1] in SUBCOMMANDS
                owner = f"{option} is an option of {parser.prog} {name}"
                raise BadArguments(f"{parser.prog} takes no {option}" if is_command else owner)


def _options(parser: argparse.ArgumentParser) -> set[str]:
    return {flag for action in parser._actions for flag in action.option_strings}


def _refuse_values(parser: argparse.ArgumentParser, argv: Sequence[str]) -> None:
    """Refuse an argument that looks like KEY=VALUE.

    Known options may contain "=", and so may a kubelet error that the user asks about.
    """
    value_options, known = _taking(parser), _options(parser)
    for _, word in _without_values(argv, value_options):
        if "=" in word and word.partition("=")[0] not in known and question(word) is None:
            raise BadArguments(_NO_VALUES)


def _fit(given: Arguments) -> None:
    """Refuse options that contradict each other.

    argparse stores the positional argument in `given.secret`. If the positional argument asks about a pod,
    a workload or an error, move it to `given.why`. If it names a context, set `given.context`.
    """
    from tui.model.secret.validation import namespace_problem

    named: SecretToOpen | WhyQuestion | None = given.secret
    if named is not None and not isinstance(named, SecretToOpen):
        given.secret, given.why = None, named
        _refuse_two(given.namespace, given.why.namespace or None, "namespace")
        if given.files:
            raise BadArguments("-f cannot be used with a pod, workload or error")
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
    if given.files and given.secret is not None:
        raise BadArguments("-f and a Secret to open cannot be used together")
    if given.compare and not (given.files or given.set_files or given.env_file is not None):
        raise BadArguments("--compare needs files: -f, --set-file or --env-file")
    if given.output is not None and not given.compare and not isinstance(given, ReportArguments):
        raise BadArguments("-o needs --compare or secret-tui report")
    if given.compare and given.all_namespaces:
        raise BadArguments("--compare and -A cannot be used together")
    if given.files and given.read_only and not given.compare:
        raise BadArguments("-f drafts changes: leave out --read-only, or add --compare")
    keys = [key for key, _ in given.set_files or ()]
    option = "--set-file" if keys else "--env-file" if given.env_file is not None else ""
    if option and given.secret is None:
        raise BadArguments(f"{option} needs a Secret: give NAMESPACE/NAME")
    if option and given.read_only and not given.compare:
        raise BadArguments(f"{option} drafts changes: leave out --read-only, or add --compare")
    if repeated := next((key for key in keys if keys.count(key) > 1), None):
        raise BadArguments(f"--set-file: the key {repeated} occurs twice")


def _refuse_two(flag: str | None, part: str | None, what: str) -> None:
    if flag is not None and part is not None and flag != part:
        raise BadArguments(f"--{what} and the argument give different {what}s")
