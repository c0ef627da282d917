"""secret-tui: a terminal interface for Kubernetes Secrets."""

from typing import Final

__version__: Final = "0.2.0"
