"""The tour, which tells at its end, in the file that is named, which distributions it has imported."""

from __future__ import annotations

import sys
from importlib.metadata import packages_distributions
from pathlib import Path


def main(told: str, *more: str) -> int:
    before = set(sys.modules)  # what the interpreter itself brings, be it by a .pth file
    from tui.cli import main as cli

    code = cli.main(["--demo", *more])
    owners = packages_distributions()
    tops = {name.partition(".")[0] for name in {*sys.modules} - before}
    found = {owner.lower() for top in tops for owner in owners.get(top, ())}
    Path(told).write_text("\n".join(sorted(found)))
    return code


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
