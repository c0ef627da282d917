"""Each name of the router is imported from the module beside it."""

from __future__ import annotations

import inspect

from tui.ui import router


def test_every_name_of_the_router_is_what_its_module_has_under_it() -> None:
    imported = {name: getattr(router, name) for name in router.modules()}
    assert imported["HelpScreen"].__module__ == "tui.ui.pages.help"
    assert not [name for name, what in imported.items() if inspect.ismodule(what) or what.__name__ != name]
    assert len(imported) == inspect.getsource(router).count("    from tui.ui.")
