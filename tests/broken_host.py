"""Controls: defences on a shared host that stand in rooms of their own."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from tests import breaking
from tests.control import Control


@contextmanager
def in_a_file(pem: bytes) -> Iterator[str]:
    """A key where the client itself would put it."""
    with tempfile.NamedTemporaryFile() as held:
        Path(held.name).write_bytes(pem)
        yield held.name


def imports_more(real: Any) -> Any:
    """The tour, with one library more."""

    def broken(*arguments: Any) -> Any:
        import urllib3  # noqa: F401

        return real(*arguments)

    return broken


OF_THE_HOST: Final[tuple[Control, ...]] = (
    Control(
        3,
        "a value is taken from the command line",
        "tui.cli.arguments:_refuse_values",
        breaking.does_nothing,
        ("tests/test_cli.py", "tests/test_arguments.py"),
    ),
    Control(
        3,
        "a client key lies in a file",
        "tui.cluster.auth.tls:as_path",
        lambda real: in_a_file,
        ("tests/cluster/test_tls.py",),
    ),
    Control(
        3,
        "the tour's server answers to any name",
        "tui.embedded.http.serve:Serving.is_meant",
        lambda real: lambda self, host: True,
        ("tests/embedded/test_access.py",),
    ),
    Control(
        3,
        "the tour's server takes any token",
        "tui.embedded.users:compare_digest",
        lambda real: lambda one, other: True,
        ("tests/embedded/test_access.py",),
    ),
    Control(
        3,
        "one more distribution is imported",
        "tui.cli.demo:tour",
        imports_more,
        ("tests/terminal/test_imports.py",),
    ),
    Control(
        3,
        "the title tells more than the context",
        "tui.terminal.title:title",
        lambda real: lambda context: real(context) + "\x1b]777;notify;made-up\x07",
        ("tests/terminal/test_stream.py",),
    ),
    Control(
        12,
        "the server's clock is not looked at",
        "tui.cluster.client:Cluster._look_at_clock",
        breaking.does_nothing,
        ("tests/contract/test_clocks.py",),
    ),
)
