"""Each screen that is imported lazily is there, and no other name."""

from __future__ import annotations

from itertools import chain

import pytest

from tui.ui import router


@pytest.mark.parametrize("name", chain.from_iterable(router.MODULES.values()))
def test_each_name_of_the_router_can_be_imported(name: str) -> None:
    assert getattr(router, name).__name__ == name
