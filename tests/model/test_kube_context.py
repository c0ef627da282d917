"""Facts shown of a context: its server's address without a login, whatever its form."""

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
def test_a_server_is_shown_without_the_login_in_its_address(
    server: str, shown: str, place: str, host: str
) -> None:
    facts = ContextFacts("c", server=without_login(server))
    assert (facts.server, facts.place, facts.host) == (shown, place, host)
