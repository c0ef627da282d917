"""Property tests of the model: the same examples on every machine, and no time limit on one of them."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("still", derandomize=True, deadline=None)
settings.load_profile("still")
