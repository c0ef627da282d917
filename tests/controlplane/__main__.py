"""Start a control plane by hand: `python -m tests.controlplane`; --help lists the options."""

import argparse
import signal
import sys
from contextlib import nullcontext
from pathlib import Path

from tests.controlplane.build import CannotBuild
from tests.controlplane.plane import ControlPlane, NotReady
from tests.controlplane.users import ADMIN


def main() -> int:
    """Print the path of the admin's kubeconfig; ctrl-c or SIGTERM ends the servers and removes all files."""
    parser = argparse.ArgumentParser(prog="python -m tests.controlplane")
    parser.add_argument("--no-watch-cache", action="store_true", help="read Secrets and Pods from etcd")
    parser.add_argument("--data", type=Path, help="keep etcd's data in this folder")
    parser.add_argument("--controllers", action="store_true", help="run the controllers of workloads too")
    arguments = parser.parse_args()
    # A second ctrl-c while it starts or clears away would only be in the way of that.
    asked_to_end = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, asked_to_end)
    plane = ControlPlane(watch_cache=not arguments.no_watch_cache, data=arguments.data)
    try:
        with plane, plane.controllers() if arguments.controllers else nullcontext():
            sys.stdout.write(f"{plane.users[ADMIN].by_certificate}\n")
            sys.stdout.flush()
            sys.stderr.write(f"{plane.url}, other users in {plane.folder}; ctrl-c ends it\n")
            signal.sigwait(asked_to_end)
    except (CannotBuild, NotReady) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
