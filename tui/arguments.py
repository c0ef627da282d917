"""The command line: its flags, the name to open, and what is refused there and why."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn

from tui import __version__

if TYPE_CHECKING:
    from tui.model.given import Arguments, Place
    from tui.model.journal import Wanted

_NO_VALUES: Final = (
    "An argument looks like key=value. A value never comes by the command line: other users of this machine "
    "and the shell's history would see it. Start the program and edit the key there"
)
_UNITS: Final = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
_DURATION: Final = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h)")


COMMANDS: Final = ("doctor", "journal")
"""Given first, they are commands of their own."""


class BadArguments(Exception):
    """A command line that cannot be used. The sentence quotes no argument: it could be a value."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class _Parser(argparse.ArgumentParser):
    """argparse, that quotes no argument when it complains."""

    def error(self, message: str) -> NoReturn:
        flag = re.match(r"argument ([-/\w]+): ", message)
        if flag is None:
            raise BadArguments("These arguments do not fit together")
        if "expected" in message:
            raise BadArguments(f"{flag[1]} needs a value")
        if "ignored explicit argument" in message:
            raise BadArguments(f"{flag[1]} takes no value: leave it out, or give it")
        raise BadArguments(f"{flag[1]}: {message.removeprefix(flag[0])}")


def parse(argv: Sequence[str]) -> Arguments:
    """Read the command line. Raises BadArguments, and SystemExit(0) after --help and --version."""
    parser = _parser()
    _refuse_values(parser, argv)
    given, rest = parser.parse_known_args(list(argv))
    if rest:
        flags = sorted({word for word in rest if re.fullmatch(r"--[a-z][a-z-]{1,30}", word)})
        if flags:
            raise BadArguments(f"Not known: {', '.join(flags)}")
        is_flag = any(word.startswith("-") for word in rest)
        raise BadArguments("A flag is not known" if is_flag else "One name at most can be opened")
    return _fitted(given)


def parse_journal(argv: Sequence[str], now: float) -> Wanted:
    """What stands after `secret-tui journal`; `now` in seconds since the epoch. Raises as `parse` does."""
    from tui.model.journal import Wanted

    parser = _Parser(
        prog="secret-tui journal",
        description="Print what this user did to which Secrets on this host, the oldest line first.",
        epilog="TIME is UTC, such as 2026-11-24 or 2026-11-24T14:00, or how long ago: 30m, 2h, 3d.",
        allow_abbrev=False,
    )
    moment = partial(_moment, now=now)
    add = parser.add_argument
    add("--since", metavar="TIME", type=moment, help="not what was done before")
    add("--until", metavar="TIME", type=moment, help="not what was done then or later")
    add("--context", metavar="GLOB", default="*", help="only in contexts of such a name")
    add("--secret", metavar="GLOB", default="*", help="only of such Secrets: NAMESPACE/NAME, or NAME alone")
    _refuse_values(parser, argv)
    given, rest = parser.parse_known_args(list(argv))
    if rest:
        raise BadArguments("secret-tui journal takes --since, --until, --context and --secret")
    return Wanted(given.since or "", given.until or "", given.context, given.secret)


def parse_doctor(argv: Sequence[str]) -> None:
    """What stands after `secret-tui doctor`: nothing. Raises as `parse` does."""
    parser = _Parser(
        prog="secret-tui doctor",
        description="Tell what this terminal and this host can do, and what to change; asks no cluster.",
        epilog="Ends with 1 where something that was found, marked x, stops the program.",
        allow_abbrev=False,
    )
    _refuse_values(parser, argv)
    if parser.parse_known_args(list(argv))[1]:
        raise BadArguments("secret-tui doctor takes nothing more")


def _moment(text: str, now: float) -> str:
    """A time, or how long ago, as the journal writes times."""
    from datetime import UTC, datetime

    from tui.model.journal import time_text

    ago = re.fullmatch(r"(\d{1,6})([smhd])", text)
    if ago is not None:
        return time_text(max(0.0, now - int(ago[1]) * {**_UNITS, "d": 86400.0}[ago[2]]))
    try:
        found = datetime.fromisoformat(text)
        return time_text(found.replace(tzinfo=found.tzinfo or UTC).timestamp())
    except (ValueError, OverflowError, OSError):
        raise argparse.ArgumentTypeError(
            "needs a time such as 2026-11-24T14:00 (UTC), or how long ago, such as 2h"
        ) from None


def _parser() -> _Parser:
    parser = _Parser(
        prog="secret-tui",
        description="See, edit and hand over Kubernetes Secrets, and know which pods read them.",
        epilog="Nothing is written without a review. --demo needs no Kubernetes. secret-tui journal prints "
        "what was done to which Secrets, secret-tui doctor what this terminal and this host can do.",
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("place", nargs="?", metavar="[[CONTEXT:]NAMESPACE/]NAME", help="open this secret at once")
    add("--kubeconfig", metavar="FILE", type=Path, help="use this file instead of $KUBECONFIG")
    add("--context", metavar="NAME", help="use this context instead of the current one")
    add("-n", "--namespace", metavar="NAME", help="use this namespace instead of the context's")
    add("-A", "--all-namespaces", action="store_true", help="list the secrets of all namespaces")
    add("--as", dest="as_user", metavar="USER", help="act as this user")
    add(
        "--as-group", dest="as_groups", metavar="GROUP", action="append", default=[], help="and as this group"
    )
    add("--as-uid", metavar="UID", help="and with this uid")
    add(
        "--as-user-extra",
        metavar="KEY=VALUE",
        action="append",
        type=_key_and_value,
        default=[],
        help="and with this extra",
    )
    add("--trust", action="store_true", help="run and read what the kubeconfig names, without asking")
    add("--request-timeout", metavar="TIME", type=_seconds, help="give up on a request after, such as 30s")
    add("--read-only", action="store_true", help="send nothing that could change something")
    add("--no-reveal", action="store_true", help="show and copy no value")
    add("--demo", action="store_true", help="a tour, against a small cluster inside this program")
    add("--print-config", action="store_true", help="print each setting and where it came from, and end")
    add("--print-keymap", action="store_true", help="print every command with its keys as a keymap, and end")
    add("--version", action="version", version=f"secret-tui {__version__}")
    return parser


def _refuse_values(parser: argparse.ArgumentParser, argv: Sequence[str]) -> None:
    """Refuse whatever looks like key=value, but for the value of a flag that is known."""
    taking = {flag for action in parser._actions if action.nargs is None for flag in action.option_strings}
    known = {flag for action in parser._actions for flag in action.option_strings if flag.startswith("--")}
    previous = ""
    for word in argv:
        is_value_of_flag = previous in taking
        is_flag = word.partition("=")[0] in known
        if "=" in word and not is_value_of_flag and not is_flag:
            raise BadArguments(_NO_VALUES)
        previous = "" if is_value_of_flag else word


def _seconds(text: str) -> float | None:
    """kubectl's durations: 30, 30s, 1m30s; 0 = the program's own limits, since nothing waits for ever."""
    if text.isascii() and text.isdecimal():
        return float(text) or None
    parts = _DURATION.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        raise argparse.ArgumentTypeError("needs a time such as 30s or 1m30s")
    return sum(float(number) * _UNITS[unit] for number, unit in parts) or None


def _key_and_value(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not (key and equals):
        raise argparse.ArgumentTypeError("needs KEY=VALUE")
    return key, value


def _fitted(given: argparse.Namespace) -> Arguments:
    if given.place in COMMANDS:
        raise BadArguments(
            f"{given.place} is a command, which comes first; a Secret of that name is NAMESPACE/{given.place}"
        )
    place = split(given.place) if given.place is not None else None
    context, namespace = given.context, given.namespace
    if place is not None:
        _refuse_two(context, place.context, "context")
        _refuse_two(namespace, place.namespace, "namespace")
        context = place.context or context
    if namespace is not None and given.all_namespaces:
        raise BadArguments("-n and -A do not fit together")
    if given.demo and (given.kubeconfig or context):
        raise BadArguments("--demo has a cluster of its own: leave --kubeconfig and the context out")
    from tui.model.given import Arguments  # not for --help

    return Arguments(
        place=place,
        kubeconfig=given.kubeconfig,
        context=context,
        namespace=namespace,
        is_all_namespaces=given.all_namespaces,
        as_user=given.as_user,
        as_groups=tuple(given.as_groups),
        as_uid=given.as_uid,
        as_user_extra=tuple(given.as_user_extra),
        is_trusted=given.trust,
        request_timeout=given.request_timeout,
        is_demo=given.demo,
        is_read_only=given.read_only,
        is_no_reveal=given.no_reveal,
        is_print_config=given.print_config,
        is_print_keymap=given.print_keymap,
    )


def _refuse_two(flag: str | None, part: str | None, what: str) -> None:
    if flag is not None and part is not None and flag != part:
        raise BadArguments(f"Two different {what}s are given, by flag and with the name")


def split(text: str) -> Place:
    """[[CONTEXT:]NAMESPACE/]NAME, from the right, since a context's name may hold ":" and "/"."""
    from tui.model.rules import name_problem, namespace_problem

    front, slash, name = text.rpartition("/")
    context, _, namespace = front.rpartition(":")
    why = name_problem(name) or (namespace_problem(namespace) if slash else None)
    if why is not None:
        raise BadArguments(f"The name to open must be [[CONTEXT:]NAMESPACE/]NAME: {why.rstrip('.')}")
    from tui.model.given import Place

    return Place(name, namespace or None, context or None)
