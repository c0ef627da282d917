"""A TCP link on loopback that brings every byte late, each way."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from queue import SimpleQueue


@contextmanager
def slow_link(port: int, delay: float) -> Iterator[int]:
    """Open a link to this port for one connection, each byte `delay` seconds late; yield the link's port."""
    with ExitStack() as opened:
        listener = opened.enter_context(socket.create_server(("127.0.0.1", 0)))
        threads: list[threading.Thread] = []

        def run() -> None:
            with suppress(OSError):
                near, _ = listener.accept()
                opened.callback(near.close)
                far = socket.create_connection(("127.0.0.1", port))
                opened.callback(far.close)
                ways = [*_way(near, far, delay), *_way(far, near, delay)]
                threads.extend(ways)
                for way in ways:
                    way.start()

        accepting = threading.Thread(target=run)
        accepting.start()
        try:
            yield int(listener.getsockname()[1])
        finally:
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            accepting.join()
            for thread in threads:
                thread.join()


def _way(source: socket.socket, target: socket.socket, delay: float) -> tuple[threading.Thread, ...]:
    waiting = SimpleQueue[tuple[float, bytes]]()

    def receive() -> None:
        data = b"\0"
        while data:
            data = b""
            with suppress(OSError):
                data = source.recv(65_536)
            waiting.put((time.monotonic() + delay, data))

    def deliver() -> None:
        while True:
            due, data = waiting.get()
            threading.Event().wait(max(0.0, due - time.monotonic()))
            with suppress(OSError):
                if data:
                    target.sendall(data)
                else:
                    target.shutdown(socket.SHUT_RDWR)
                    source.shutdown(socket.SHUT_RDWR)
            if not data:
                return

    return threading.Thread(target=receive), threading.Thread(target=deliver)
