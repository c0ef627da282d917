"""Runs README's first command in a terminal until the tour is on screen, then quits it. FOLDER COMMAND..."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests import pseudo_terminal

CTRL_Q = "\x11"


def main(folder: str, *command: str) -> int:
    """0 if `db-credentials` was seen, ctrl+q ended it with 0, and the terminal was given back."""
    # The command also installs the program.
    pseudo_terminal.PATIENCE = 600.0
    with pseudo_terminal.Terminal(command, cwd=folder) as terminal:
        terminal.until_shown("db-credentials")
        picture = "\n".join(line.rstrip() for line in terminal.lines)
        terminal.press(CTRL_Q)
        code = terminal.until_end()
    sys.stdout.write(f"{picture}\n")
    is_given_back = b"\x1b[?1049l" in terminal.stream[-2000:]
    return 0 if code == 0 and is_given_back else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
