"""Parse the command line, and refuse what must not be on it, with the reason."""

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

# tui.model is imported where it is needed: not for --help.
if TYPE_CHECKING:
    from tui.model.journal import Wanted
    from tui.model.why import Asked

_Given = TypeVar("_Given", bound=argparse.Namespace)
_NO_VALUES: Final = (
    "An argument looks like key=value. Values are not taken from the command line: other users of this host "
    "and the shell history would see them. Start the program and edit the key there"
)
_PLUGIN: Final = ("kubectl-secret_tui", "kubectl secret-tui")
"""The file that kubectl runs as its plugin, and what the user types for it."""
_OPTION: Final = re.compile(r"--[a-z][a-z-]{1,30}|-[a-zA-Z]")
"""The part of an unknown option that may be quoted: never what could be a value."""


class Arguments(argparse.Namespace):
    """Options and arguments of the command line, with their defaults."""

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
    """True to run and read what any kubeconfig names, without a question."""
    request_timeout: float | None = None
    """Seconds; None = the program's own limits."""
    set_files: list[tuple[str, str]] | None = None
    """Key and path: the key is set from that file."""
    env_file: str | None = None
    """A `.env` file whose keys are set."""
    files: list[str] | None = None
    """Manifests; "-" is stdin."""
    compare: bool = False
    """Print how the cluster differs from the files, instead of drafting what they hold?"""
    output: str | None = None
    """The format of what is printed; None for a table."""
    demo: bool = False
    read_only: bool = False
    no_reveal: bool = False
    no_undo: bool = False
    no_mouse: bool = False
    print_config: bool = False
    print_keymap: bool = False


class ReportArguments(Arguments):
    """Options and arguments of `secret-tui report`."""

    what: str = "health"
    only: SecretToOpen | None = None
    """The Secret that `who` is about, not all of the namespace."""
    fail_on: str = ""
    values: bool = False
    within: float | None = None
    """Seconds."""


def called_as(file: str) -> str:
    """Command that the user typed to run this file: "secret-tui", or "kubectl secret-tui" for the plugin."""
    plugin, words = _PLUGIN
    return words if Path(file).name.startswith(plugin) else PROGRAM


def near_commands(name: str, prog: str = PROGRAM) -> list[str]:
    """The command lines that a name was probably meant for: "secret-tui doctor" for "docter"."""
    if Path(name).is_file():
        return [f"{prog} -f {name}"]
    meant = {
        **{word: word for word in SUBCOMMANDS},
        **{word: f"--{word}" for word in ("help", "version", "demo")},
    }
    return [f"{prog} {meant[word]}" for word in get_close_matches(name, meant, n=1, cutoff=0.7)]


def take_command(argv: Sequence[str]) -> tuple[str, list[str]]:
    """Split the subcommand, the first word beside options and their values, from all other words."""
    if not any(word in SUBCOMMANDS for word in argv):
        return "", list(argv)  # as at most starts: no parser is made to see it
    taking = {flag for name in ("", *SUBCOMMANDS) for flag in _taking(parsers.parser_of(name, PROGRAM))}
    for at, word in _without_values(argv, taking):
        if word in SUBCOMMANDS:
            return word, [*argv[:at], *argv[at + 1 :]]
        if word[:1] != "-" or word == "--":
            break
    return "", list(argv)


def _without_values(argv: Sequence[str], taking: Collection[str]) -> Iterator[tuple[int, str]]:
    """Words that are no option's value, each with its index."""
    previous = ""
    for at, word in enumerate(argv):
        if previous in taking:
            previous = ""
        else:
            yield at, word
            previous = word


def _taking(parser: argparse.ArgumentParser) -> set[str]:
    """The options that take a value."""
    return {
        flag for action in parser._actions if action.nargs in (None, "+") for flag in action.option_strings
    }


def parse(argv: Sequence[str], prog: str = PROGRAM) -> Arguments:
    """Read the command line. Raises BadArguments, and SystemExit(0) after --help and --version."""
    parser = parsers.main_parser(prog)
    words = (word for _, word in _without_values(argv, _taking(parser)) if word[:1] != "-")
    near = get_close_matches(next(words, ""), SUBCOMMANDS, n=1, cutoff=0.7)
    only_one = "Only one Secret can be opened at the start, as NAMESPACE/NAME"
    meant = f" (did you mean {prog} {near[0]}?)" if near else "; of a pod give pod/NAME"
    given = _read(parser, argv, Arguments(), f"{only_one}{meant}")
    _fit(given)
    return given


def parse_journal(argv: Sequence[str], now: float, prog: str = PROGRAM) -> Wanted:
    """The arguments of `secret-tui journal`; `now` in seconds since the epoch. Raises as `parse` does."""
    from tui.model.journal import Wanted

    parser = parsers.journal_parser(prog, now)
    given = _read(parser, argv, argparse.Namespace(), f"{parser.prog} takes options only")
    return Wanted(given.since or "", given.until or "", given.context, given.names)


def parse_doctor(argv: Sequence[str], prog: str = PROGRAM) -> Arguments:
    """The arguments of `secret-tui doctor`. Raises as `parse` does."""
    parser = parsers.doctor_parser(prog)
    return _read(parser, argv, Arguments(), f"{parser.prog} takes options only")


def parse_completion(argv: Sequence[str], prog: str = PROGRAM) -> str:
    """Read the shell after `secret-tui completion`. Raises as `parse` does."""
    parser = parsers.completion_parser(prog)
    given = _read(parser, argv, argparse.Namespace(), f"{parser.prog} takes one shell")
    if given.shell is None:
        raise BadArguments(f"{parser.prog} needs a shell: {', '.join(SHELLS)}")
    return str(given.shell)


def parse_report(argv: Sequence[str], prog: str = PROGRAM) -> ReportArguments:
    """The arguments of `secret-tui report`. Raises as `parse` does."""
    parser = parsers.report_parser(prog)
    otherwise = f"{parser.prog} takes one report"
    given = _read(parser, argv, ReportArguments(), otherwise)
    if given.what != "who" and given.only is not None:
        raise BadArguments(otherwise)
    if given.what == "who" and given.values:
        raise BadArguments("--values is for the other reports: who reads no value")
    if given.what == "who" and given.fail_on:
        raise BadArguments("--fail-on is for the other reports: who has no levels")
    given.fail_on = given.fail_on or "care"
    if given.only is not None and given.all_namespaces:
        raise BadArguments("-A and a Secret cannot be used together")
    given.secret = given.only
    if given.within is not None and given.what != "certificates":
        raise BadArguments("--within is for the report of certificates")
    _fit(given)
    if given.only is not None:
        given.namespace = given.only.namespace or given.namespace
    return given


def _read(parser: Parser, argv: Sequence[str], into: _Given, otherwise: str) -> _Given:
    """Refuse values and unknown arguments: options by name, others with the sentence `otherwise`."""
    _refuse_others(parser, argv)
    _refuse_values(parser, argv)
    parsed, rest = parser.parse_known_args(list(argv), into)
    options = [word for word in rest if word.startswith("-") and word != "--"]
    if rest and not options:
        raise BadArguments(otherwise)
    if not options:
        return parsed
    named = [match[0] for word in options if (match := _OPTION.fullmatch(word) or _OPTION.match(word[:2]))]
    if not named:
        raise BadArguments("Unknown option, not shown because it could hold a value")
    known = [flag for flag in _options(parser) if flag.startswith("--")]
    options_text = ", ".join(dict.fromkeys(named))
    near = get_close_matches(named[0], known, n=1, cutoff=0.7) if named[0].startswith("--") else []
    meant = f" (did you mean {near[0]}?)" if near and len(set(named)) == 1 else ""
    raise BadArguments(f"Unknown option{'s' if ',' in options_text else ''}: {options_text}{meant}")


def _refuse_others(parser: Parser, argv: Sequence[str]) -> None:
    """Refuse an option of another subcommand, or of none, with its name."""
    for _, word in _without_values(argv, _taking(parser)):
        option = word[:2] if word[1:2] != "-" else word.partition("=")[0]
        if word[:1] != "-" or word in ("-", "--") or option in _options(parser):
            continue
        for name in ("", *SUBCOMMANDS):
            if option in _options(parsers.parser_of(name, PROGRAM)):
                is_command = parser.prog.split()[-1] in SUBCOMMANDS
                says = f"{parser.prog} takes no {option}", f"{option} is for {parser.prog} {name}"
                raise BadArguments(says[0 if is_command else 1])


def _options(parser: argparse.ArgumentParser) -> set[str]:
    return {flag for action in parser._actions for flag in action.option_strings}


def _refuse_values(parser: argparse.ArgumentParser, argv: Sequence[str]) -> None:
    """Refuse arguments that look like key=value, except values of known options."""
    taking, known = _taking(parser), _options(parser)
    for _, word in _without_values(argv, taking):
        if "=" in word and word.partition("=")[0] not in known and question(word) is None:
            raise BadArguments(_NO_VALUES)


def _fit(given: Arguments) -> None:
    """Parse what to open, and refuse options that do not go together."""
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
    """Check the options that go with -f, --set-file and --env-file."""
    if given.files and given.secret is not None:
        raise BadArguments("-f takes the Secrets of its files: leave out the Secret to open")
    if given.compare and not (given.files or given.set_files or given.env_file is not None):
        raise BadArguments("--compare needs files: -f, --set-file or --env-file")
    if given.output is not None and not given.compare and not isinstance(given, ReportArguments):
        raise BadArguments("-o is for --compare and for secret-tui report")
    if given.compare and given.all_namespaces:
        raise BadArguments("--compare takes the namespaces of its files: leave out -A")
    if given.files and given.read_only and not given.compare:
        raise BadArguments("-f changes Secrets: leave out --read-only")
    keys = [key for key, _ in given.set_files or ()]
    option = "--set-file" if keys else "--env-file" if given.env_file is not None else ""
    if option and given.secret is None:
        raise BadArguments(f"{option} needs the Secret to change: NAMESPACE/NAME")
    if option and given.read_only and not given.compare:
        raise BadArguments(f"{option} changes a Secret: leave out --read-only")
    if twice := next((key for key in keys if keys.count(key) > 1), None):
        raise BadArguments(f"--set-file: the key {twice} is there twice")


def _refuse_two(flag: str | None, part: str | None, what: str) -> None:
    if flag is not None and part is not None and flag != part:
        raise BadArguments(f"Two different {what}s: one by option, one in the name of the Secret")
