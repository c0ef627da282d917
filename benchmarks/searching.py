"""A session without screens that looks for a text in all Secrets: KUBECONFIG. Prints what it found."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Final

from tui.cluster.auth.credentials import login
from tui.cluster.client import Cluster
from tui.cluster.kubeconfig.load import load
from tui.session.clock import Clock
from tui.session.session import Session
from tui.session.several.value_search import ValueSearch, search_values

SOUGHT: Final = "made-up-value-to-look-for"


async def main(kubeconfig: Path) -> None:
    target = load(files=[kubeconfig])
    session = Session(Cluster(target, login(target)), Clock(), namespace=None)
    session.start()
    await session.events.until(lambda: session.secrets.state.is_complete)
    refs = [row.ref for row in session.secrets.rows]
    search = ValueSearch(SOUGHT)
    await search_values(session, refs, search, lambda done: None)
    figures = {"read": search.result.read, "found": len(search.result.holdings)}
    sys.stdout.write(json.dumps(figures) + "\n")
    await session.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
