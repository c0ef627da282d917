"""Promises 11 and 12: the program says what it did not look at, and claims nothing that it does not know."""

from __future__ import annotations

from typing import Any, Final

from tests.controls.control import Control
from tui.model.rbac.rights import Rights
from tui.session.cache.readers import usage_of
from tui.session.cache.watches import Watches
from tui.terminal.clipboard.clipboard import Clipboard


def _claims(original: Any) -> Any:
    async def send(*args: Any, **options: Any) -> str:
        message: str = await original(*args, **options)
        return message.replace("(unconfirmed)", "and is there")

    return send


CONTROLS: Final = (
    Control(
        11,
        "a right that is not known is called refused",
        Rights.may,
        lambda original: lambda *args: bool(original(*args)),
        "tests/model/test_rights.py",
    ),
    Control(
        11,
        "pods that were not listed count as no readers",
        Watches.readers_of,
        lambda original: lambda watches, namespace: watches.readers,
        "tests/ui/test_reader_words.py::"
        "test_the_pods_of_another_namespace_than_the_open_one_are_looked_at_for_its_secret",
    ),
    Control(
        11,
        "kinds that may not be listed are no reason not to say that nothing reads a Secret",
        usage_of,
        lambda original: lambda readers: lambda ref: "in use" if readers.of(ref) else "no reader found",
        "tests/session/test_reader_search.py::test_each_right_taken_away_is_one_gap_and_never_a_wrong_none",
    ),
    Control(
        12,
        "the clipboard claims what a terminal cannot confirm",
        Clipboard.send,
        _claims,
        "tests/terminal/test_clipboard.py::test_over_ssh_a_copy_goes_to_the_terminals_clipboard_and_never_to_the_hosts",
    ),
)
