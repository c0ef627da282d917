"""Reads a pytest log: how many tests of a mark passed; none, or a skipped one, is a failure. MARK LOG."""

import re
import sys
from pathlib import Path

OUTCOMES = ("passed", "failed", "error", "errors", "skipped", "xfailed", "xpassed")


def tally(log: str) -> dict[str, int]:
    """The numbers of pytest's last line."""
    lines = [
        line for line in log.splitlines() if re.search(r"\d+ (passed|failed|errors?|skipped)\b.* in ", line)
    ]
    numbers = re.findall(r"(\d+) (\w+)", re.sub(r"\x1b\[[\d;]*m", "", lines[-1])) if lines else []
    return {word: int(number) for number, word in numbers if word in OUTCOMES}


def main(mark: str, log: str) -> int:
    """Print "123 passed, 0 failed"; 1 if one did not pass, was skipped, or none ran."""
    found = tally(Path(log).read_text(errors="replace"))
    passed = found.get("passed", 0)
    bad = sum(found.get(word, 0) for word in ("failed", "error", "errors"))
    left_out = sum(found.get(word, 0) for word in ("skipped", "xfailed", "xpassed"))
    sys.stdout.write(f"{mark}: {passed} passed, {bad} failed\n")
    if left_out:
        sys.stdout.write(f"{mark}: {left_out} skipped, and none may be\n")
    if not passed:
        sys.stdout.write(f"{mark}: no test ran\n")
    return 1 if bad or left_out or not passed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
