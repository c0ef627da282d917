"""What is shown of a context: no login of its server's address, whatever stands there."""

from __future__ import annotations

import pytest

from tui.model.kube_context import ContextFacts, without_login


@pytest.mark.parametrize(
    ("server", "shown", "place", "host"),
    [
        ("https://a.example:6443", "https://a.example:6443", "a.example:6443", "a.example"),
        ("https://bob:marker@a.example/x", "https://a.example/x", "a.example", "a.example"),
        ("bob:marker@a.example:1", "a.example:1", "a.example:1", "a.example"),
        ("https://[oops", "https://[oops", "[oops", ""),
        ("", "", "", ""),
    ],
)
def test_where_a_server_is(server: str, shown: str, place: str, host: str) -> None:
    facts = ContextFacts("c", server=without_login(server))
    assert (facts.server, facts.place, facts.host) == (shown, place, host)
