"""`python -m tui`: the same as the command secret-tui."""

import sys

from tui.cli import main

sys.exit(main())
