"""Label selectors: `app=web,tier in (a,b),!old,n>3`, and what is wrong with one, in the server's words.

Source: apimachinery, pkg/labels/selector.go.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from tui.embedded.causes import invalid
from tui.embedded.objects.metadata import qualified_problems, value_problems
from tui.embedded.status import bad_request

Test = Callable[[Mapping[str, str]], bool]

_TOKEN: Final = re.compile(r"[ \t\r\n]*(?:(!=|==|[=!<>(),])|([^=!<>(), \t\r\n]+))")
_WORDS: Final = frozenset({"in", "notin"})
_OPERATORS: Final = ("=", "==", "!=", ">", "<")
_SYMBOLS: Final = frozenset({"!", "(", ")", ",", *_OPERATORS})
_EXPECTED: Final = "in, notin, =, ==, !=, gt, lt"


class _Problem(Exception):
    def __init__(self, why: str, *, in_requirement: bool = True) -> None:
        super().__init__()
        self.why = f"unable to parse requirement: {why}" if in_requirement else why


def tests(text: str) -> list[Test]:
    """One test for each requirement. Raises ApiError (400)."""
    try:
        return list(_Reader(text).requirements())
    except _Problem as problem:
        raise bad_request(problem.why) from None


class _Reader:
    """Reads the tokens of one selector; the empty token stands for its end."""

    def __init__(self, text: str) -> None:
        self.tokens = [found[1] or found[2] for found in _TOKEN.finditer(text)]

    @property
    def next(self) -> str:
        return self.tokens[0] if self.tokens else ""

    def take(self) -> str:
        return self.tokens.pop(0) if self.tokens else ""

    def requirements(self) -> Iterator[Test]:
        while self.next:
            if not (_is_name(self.next) or self.next == "!"):
                raise _Problem(
                    f"found '{self.next}', expected: !, identifier, or 'end of string'", in_requirement=False
                )
            yield self.requirement()
            after = self.take()
            if after == "":
                return
            if after != ",":
                raise _Problem(f"found '{after}', expected: ',' or 'end of string'", in_requirement=False)
            if not (_is_name(self.next) or self.next == "!"):
                raise _Problem(f"found '{self.next}', expected: identifier after ','", in_requirement=False)

    def requirement(self) -> Test:
        is_negated = self.next == "!"
        if is_negated:
            self.take()
        key = self.take()
        if not _is_name(key):
            raise _Problem(f"found '{key}', expected: identifier")
        _check(key)
        if self.next in ("", ","):
            return lambda labels: (key in labels) is not is_negated
        operator = self.take()
        if operator in _WORDS:
            return _membership(key, self.values(), is_wanted=operator == "in")
        if operator not in _OPERATORS:
            raise _Problem(f"found '{operator}', expected: {_EXPECTED}")
        value = "" if self.next in ("", ",") else self.take()
        if value and not _is_name(value):
            raise _Problem(f"found '{value}', expected: identifier")
        if operator in (">", "<"):
            return _comparison(key, value, sign=1 if operator == ">" else -1)
        return _membership(key, [value], is_wanted=operator != "!=")

    def values(self) -> list[str]:
        opening = self.take()
        if opening != "(":
            raise _Problem(f"found '{opening}' expected: '('")
        values: list[str] = []
        while True:
            values.append(self.take() if _is_name(self.next) else "")
            after = self.take()
            if after == ")":
                return values
            if after != ",":
                raise _Problem(f"found '{after}', expected: ',' or ')'")


def _is_name(token: str) -> bool:
    return token != "" and token not in _SYMBOLS


def _check(key: str, values: Sequence[str] = ()) -> None:
    problems = list(qualified_problems(key))
    if problems:
        raise _Problem(invalid("<nil>", key, "; ".join(problems)).sentence)
    for at, value in enumerate(values):
        if problems := list(value_problems(value)):
            raise _Problem(invalid(f"values[{at}][{key}]", value, "; ".join(problems)).sentence)


def _membership(key: str, values: list[str], *, is_wanted: bool) -> Test:
    _check(key, sorted(set(values)))
    wanted = frozenset(values)
    if is_wanted:
        return lambda labels: key in labels and labels[key] in wanted
    return lambda labels: key not in labels or labels[key] not in wanted


def _comparison(key: str, value: str, *, sign: int) -> Test:
    if not re.fullmatch(r"[-+]?\d+", value):
        why = "for 'Gt', 'Lt' operators, the value must be an integer"
        raise _Problem(invalid("values[0]", value, why).sentence)
    bound = int(value)

    def test(labels: Mapping[str, str]) -> bool:
        held = labels.get(key, "")
        return bool(re.fullmatch(r"[-+]?\d+", held)) and sign * (int(held) - bound) > 0

    return test
