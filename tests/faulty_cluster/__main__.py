"""python -m tests.faulty_cluster: the embedded cluster apart, for tests in a terminal."""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests.faulty_cluster.faults import Fault
from tests.faulty_cluster.server import FaultyCluster
from tests.faulty_cluster.tls_front import front
from tui.embedded.demo import controllers, story

EACH: Final = "--each"
"""The only argument: serve one cluster after the other, each by a line of stdin, its arguments in JSON."""


def main(arguments: Sequence[str]) -> int:
    """Serve until SIGTERM or SIGINT. Print one line, "ready URL", and never the token."""
    return asyncio.run(serve_each() if arguments == [EACH] else serve(_parser().parse_args(arguments)))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.faulty_cluster", description=__doc__)
    parser.add_argument("--kubeconfig", type=Path, required=True, help="written here, token included, 0600")
    parser.add_argument("--refuse", metavar="METHOD PATH", help="requests that are always refused: 403")
    parser.add_argument("--for-kubectl", action="store_true", help="also in TLS: see tls_front.py")
    parser.add_argument("--demo", action="store_true", help="also the tour's story")
    parser.add_argument("--ahead", type=float, default=0, metavar="SECONDS", help="of the computer's clock")
    parser.add_argument("--namespace", metavar="NAME", help="one more namespace, with nothing in it")
    parser.add_argument(
        "--controllers", type=float, metavar="SECONDS", help="play them, with a step that often"
    )
    return parser


async def serve_each() -> int:
    """Serve one cluster after the other until stdin ends: each line ends the cluster before it."""
    lines = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    stop, served = asyncio.Event(), list[asyncio.Task[int]]()
    while line := await lines.readline():
        stop.set()
        await asyncio.gather(*served)
        stop = asyncio.Event()
        served = [asyncio.create_task(serve(_parser().parse_args(json.loads(line)), stop))]
    stop.set()
    await asyncio.gather(*served)
    return 0


async def serve(options: argparse.Namespace, stop: asyncio.Event | None = None) -> int:
    """Serve one cluster until `stop` is set or a signal comes."""
    if stop is None:
        stop, loop = asyncio.Event(), asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
    objects = story.load_story() if options.demo else []
    if options.namespace:
        metadata = {"name": options.namespace}
        objects = [*objects, {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata}]
    async with FaultyCluster(objects, now=lambda: time.time() + options.ahead) as cluster:
        if options.refuse:
            method, path = options.refuse.split()
            cluster.faults.add(Fault("status", method=method, path=path, code=403, times=None))
        cluster.write_kubeconfig(options.kubeconfig)
        kubectls = await front(cluster.url, options.kubeconfig) if options.for_kubectl else None
        sys.stdout.write(f"ready {cluster.url}\n")
        sys.stdout.flush()
        playing = None
        if options.controllers is not None:
            playing = asyncio.create_task(controllers.run(cluster.store, options.controllers))
        await stop.wait()
        if playing is not None:
            playing.cancel()
        if kubectls is not None:
            kubectls.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
