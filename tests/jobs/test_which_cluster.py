"""Job: see which cluster a context leads to before opening it."""

from __future__ import annotations

from typing import Final

import pytest
import yaml

from tests.jobs.person import JOB, Person
from tests.terminal.server import Server

pytestmark = JOB

OTHERS: Final = {
    "qa-us": ("blue", "https://blue.invalid:6443"),
    "prod-eu": ("red", "https://red.invalid:6443"),
}
"""Contexts that are never opened: cluster and server of each."""


@pytest.fixture
def three_contexts(server: Server) -> Server:
    """Server whose kubeconfig has two more contexts."""
    config = yaml.safe_load(server.kubeconfig.read_text())
    user = config["users"][0]["name"]
    for name, (cluster, url) in OTHERS.items():
        config["contexts"].append({"name": name, "context": {"cluster": cluster, "user": user}})
        config["clusters"].append({"name": cluster, "cluster": {"server": url}})
    server.kubeconfig.write_text(yaml.safe_dump(config))
    return server


def test_the_facts_below_filtered_contexts_are_those_of_the_row_under_the_cursor(
    three_contexts: Server, size: tuple[int, int]
) -> None:
    with Person(three_contexts, size=size) as person:
        person.presses("X", "Contexts 3", *OTHERS)
        person.press("/")
        for name, (cluster, url) in OTHERS.items():
            part = name.split("-")[0]
            person.type(part)
            person.sees_row("▸", name)
            others = [fact for facts in OTHERS.values() if facts[0] != cluster for fact in facts]
            person.sees(f"cluster {cluster}", f"server {url}", gone=["you are here", *others])
            person.press(*["BSpace"] * len(part))
        person.goes_back("Contexts 3")
