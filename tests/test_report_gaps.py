"""Each list that a report reads, refused in turn: a line says so, the exit code is 3, nothing is "none"."""

from __future__ import annotations

import asyncio
from functools import cache
from typing import Final, NamedTuple

import pytest

from tests.faulty_cluster.faults import Fault
from tests.faulty_cluster.server import FaultyCluster
from tui.cli import report as cli_report
from tui.cli.arguments import parse_report
from tui.cli.demo import TourClock
from tui.cluster.auth.credentials import login
from tui.cluster.kubeconfig.target import LoginTarget
from tui.embedded.demo.story import load_story
from tui.terminal.settings_file import Settings

pytestmark = pytest.mark.slow

READERS: Final = (
    *("apis", "apiservices", "archives", "certificates", "clusterissuers", "cronjobs", "daemonsets"),
    *("customresourcedefinitions", "deployments", "externalsecrets", "ingresses", "issuers", "jobs"),
    *("kustomizations", "mutatingwebhookconfigurations", "persistentvolumes", "pods", "podtemplates"),
    *("replicasets", "replicationcontrollers", "sealedsecrets", "secrets", "secretstores"),
    *("serviceaccounts", "statefulsets", "storageclasses", "validatingwebhookconfigurations"),
)
RBAC: Final = ("clusterrolebindings", "clusterroles", "pods", "rolebindings", "roles")
LISTS: Final = {
    ("health",): READERS,
    ("health", "--values"): (*READERS, "configmaps"),
    ("missing",): READERS,
    ("stale",): READERS,
    ("readers",): READERS,
    ("certificates",): (*READERS, "configmaps"),
    ("who",): RBAC,
}
"""Lists that each report reads in the demo."""
UNNAMED: Final = {"apis": "kinds that the cluster serves"}
"""Lists that a report names in other words."""
NO_EVIDENCE: Final = {"namespaces"}
"""Lists that are requested to count the Secrets of each, and not for a report."""


class Printed(NamedTuple):
    code: int
    words: str
    """The table, its lines joined."""
    asked: set[str]
    """The lists that were requested."""


_story: Final = cache(load_story)


def printed(words: tuple[str, ...], refused: str = "") -> Printed:
    """Print a report on one namespace of the demo; `refused`: a list that is forbidden."""

    async def run() -> Printed:
        clock = TourClock()
        async with FaultyCluster(_story(), now=clock.now) as home:
            if refused:
                home.faults.add(Fault("status", method="GET", path=f"*/{refused}", code=403, times=None))
            token = home.users["admin"].token
            target = LoginTarget("demo", "demo", "admin", home.url, "payments", token=token)
            given = parse_report([*words, "-n", "payments"])
            text, code = await cli_report._report(given, Settings().for_demo(), target, login(target), clock)
            parts = [seen.path.split("/") for seen in home.requests if seen.method == "GET"]
        lists = {part[-1] for part in parts if part[-2] not in ("secrets", "namespaces")}
        return Printed(code, " ".join(text.split()), lists)

    return asyncio.run(run())


@pytest.mark.parametrize("words", LISTS, ids=" ".join)
def test_each_report_requests_exactly_the_lists_that_are_tried_here(words: tuple[str, ...]) -> None:
    whole = printed(words)
    assert whole.asked - NO_EVIDENCE == set(LISTS[words])
    assert "Not read: " not in whole.words


@pytest.mark.parametrize(
    ("words", "refused"), [(words, refused) for words, lists in LISTS.items() for refused in lists], ids=str
)
def test_a_refused_list_is_named_and_ends_with_3(words: tuple[str, ...], refused: str) -> None:
    report = printed(words, refused)
    assert report.code == 3
    said = report.words.partition("Not read: refused: ")[2].partition(". ")[0]
    assert UNNAMED.get(refused, refused) in said
    assert not any(wrong in report.words for wrong in ("Nothing found. ", "everything was read", ": none."))
