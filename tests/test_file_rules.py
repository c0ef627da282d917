"""Rules for every file: its size, and its use of Textual. Imports have contracts in pyproject.toml."""

from __future__ import annotations

import ast
import functools
import importlib
import inspect
import types
from pathlib import Path
from typing import Final

from textual.app import App
from textual.screen import Screen

from tui.ui.base.screen_context import ScreenContext
from tui.ui.textual_fixes.crash_guard import CrashGuard

ROOT: Final = Path(__file__).parent.parent
PACKAGE: Final = ROOT / "tui"
MOST_LINES: Final = 500

PRIVATE_TEXTUAL: Final[dict[str, frozenset[str]]] = {
    f"ui/textual_fixes/{name}.py": frozenset(private)
    for name, private in {
        "box_model": {"_box_model_cache"},
        "compositor": {"_compositor", "_full_map"},
        "crash_guard": {"_fatal_error", "_exception"},
        "result_callback": {"_pop_result_callback"},
        "shown_cells": {"_display"},
        "terminal_driver": {"_driver"},
    }.items()
}
"""The only private names of Textual that are used; each file says why."""
FIXES: Final = "ui/textual_fixes/"

FILES: Final = sorted(path for path in PACKAGE.rglob("*.py"))
NAMES: Final = [path.relative_to(PACKAGE).as_posix() for path in FILES]


@functools.cache
def tree_of(path: Path) -> ast.Module:
    """Parse a file once; several rules look at it."""
    return ast.parse(path.read_text())


@functools.cache
def class_tree_of(cls: type) -> ast.AST:
    """Syntax tree of a class. `inspect.getsource` would read its whole file for each class."""
    found: ast.AST = tree_of(Path(inspect.getfile(cls)))
    for name in cls.__qualname__.split("."):
        found = next(node for node in ast.walk(found) if isinstance(node, ast.ClassDef) and node.name == name)
    return found


def own_private_names(tree: ast.AST) -> set[str]:
    """The private names that a class defines, declares, or looks up on itself."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            names.add(node.name)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            names.add(node.target.id)
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self":
            names.add(node.attr)
    return {name for name in names if name.startswith("_") and not name.startswith("__")}


def foreign_private_names(tree: ast.AST) -> set[str]:
    """The private names that are looked up on something else than `self` and `cls`."""
    return {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr.startswith("_") and not node.attr.startswith("__")
        if not (isinstance(node.value, ast.Name) and node.value.id in ("self", "cls"))
    }


@functools.cache
def textual_privates(cls: type) -> frozenset[str]:
    """Names that one of Textual's own classes calls private, in its class and in its objects."""
    names = {*vars(cls), *own_private_names(class_tree_of(cls))}
    # `_on_key` and its like are Textual's documented way to come before a base class's own handler.
    return frozenset(name for name in names if name.startswith("_") and not name.startswith(("__", "_on_")))


def textual_bases(cls: type) -> list[type]:
    bases = (*cls.__mro__, *App.__mro__) if cls is CrashGuard else cls.__mro__
    return [base for base in bases if base.__module__.split(".")[0] == "textual"]


def classes_of(module: types.ModuleType) -> list[type]:
    return [
        cls for cls in vars(module).values() if isinstance(cls, type) and cls.__module__ == module.__name__
    ]


@functools.cache
def app_privates() -> frozenset[str]:
    return frozenset(
        private for top in (App, Screen) for base in textual_bases(top) for private in textual_privates(base)
    )


def test_every_file_is_small_and_every_module_has_a_docstring() -> None:
    for path in (*FILES, *(ROOT / "tests").rglob("*.py")):
        assert len(path.read_text().splitlines()) <= MOST_LINES, path
    assert [name for name in NAMES if not ast.get_docstring(tree_of(PACKAGE / name))] == []


def test_escape_and_priority_bindings_are_not_used() -> None:
    """`escape()` lets [PROD] vanish; a priority binding fires under dialogs and in inputs."""
    for name in NAMES:
        calls = [node for node in ast.walk(tree_of(PACKAGE / name)) if isinstance(node, ast.Call)]
        called = {ast.unparse(node.func) for node in calls} - {"re.escape"}
        keywords = {keyword.arg: keyword.value for node in calls for keyword in node.keywords}
        assert not any(function_name.endswith("escape") for function_name in called), name
        assert getattr(keywords.get("priority"), "value", None) is not True, name


def test_no_private_part_of_textual_is_used() -> None:
    for name in NAMES:
        if name.endswith("__main__.py"):
            continue
        module = importlib.import_module(".".join(["tui", *Path(name).with_suffix("").parts]))
        used = foreign_private_names(tree_of(PACKAGE / name)) & app_privates()
        for cls in classes_of(module):
            own = own_private_names(class_tree_of(cls))
            used |= {private for base in textual_bases(cls) for private in own & textual_privates(base)}
        assert used <= PRIVATE_TEXTUAL.get(name, frozenset()), name


def textual_names(tree: ast.AST) -> dict[str, str]:
    """The names under which a file has something of Textual, and the module that it is from."""
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "textual":
            names |= {alias.asname or alias.name: node.module or "" for alias in node.names}
        elif isinstance(node, ast.Import):
            names |= {
                alias.asname or "textual": alias.name
                for alias in node.names
                if alias.name.split(".")[0] == "textual"
            }
    return names


def patches(tree: ast.AST) -> list[str]:
    """The attributes of something of Textual that a file sets, also by another name for it or by setattr."""
    names = set(textual_names(tree))
    found = []
    for node in ast.walk(tree):
        targets: list[ast.expr] = []
        if isinstance(node, ast.Assign):
            targets = node.targets
        elif isinstance(node, ast.AnnAssign | ast.AugAssign):
            targets = [node.target]
        if isinstance(node, ast.Assign | ast.AnnAssign) and getattr(node.value, "id", "") in names:
            names |= {target.id for target in targets if isinstance(target, ast.Name)}
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "setattr":
            targets = [ast.Attribute(node.args[0], "…")]
        for target in targets:
            top = target
            while isinstance(top, ast.Attribute):
                top = top.value
            if isinstance(target, ast.Attribute) and getattr(top, "id", "") in names:
                found.append(ast.unparse(target))
    return found


def test_textual_is_patched_in_one_folder_alone() -> None:
    for path, name in zip(FILES, NAMES, strict=True):
        if not name.startswith(FIXES):
            private = {module for module in textual_names(tree_of(path)).values() if "._" in module}
            assert (name, patches(tree_of(path)), private) == (name, [], set())


def test_a_patch_of_textual_is_seen() -> None:
    source = "from textual.app import App\nimport textual.screen\nOther: type = App\nOther.run = 1\n"
    source += "textual.screen.Screen.size = 2\nsetattr(App, 'x', 3)\nhere.run = 4\n"
    assert patches(ast.parse(source)) == ["Other.run", "textual.screen.Screen.size", "App.…"]


def test_each_fix_of_textual_names_its_issue_and_has_a_test_that_tells_when_it_can_go() -> None:
    fixes = [name for name in NAMES if name.startswith(FIXES) and not name.endswith("__init__.py")]
    detectors = (ROOT / "tests/ui/test_textual_fixes.py").read_text()
    for name in fixes:
        about = ast.get_docstring(tree_of(PACKAGE / name)) or ""
        assert "Upstream: " in about and "Textual 8.2.8" in about, name
        assert f'mended("{Path(name).stem}")' in detectors, name


def test_a_private_part_of_textual_is_seen() -> None:
    source = "class Pane(Widget):\n  def _on_message(self): self._size = app._driver\n"
    tree = ast.parse(source)
    assert own_private_names(tree) == {"_on_message", "_size"}
    assert foreign_private_names(tree) == {"_driver"}
    assert {"_driver", "_clipboard", "_bindings"} <= app_privates()


def test_only_the_asking_function_hands_a_callback_to_a_screen() -> None:
    """A command that asks is a coroutine: `await ask(…)`, and the next line goes on."""
    found = [
        name
        for path, name in zip(FILES, NAMES, strict=True)
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "push_screen"
        if len(node.args) > 1 or any(keyword.arg == "callback" for keyword in node.keywords)
    ]
    assert found == ["ui/base/job.py"]
    assert not [
        name for name, path in zip(NAMES, FILES, strict=True) if "push_screen_wait" in path.read_text()
    ]


def test_questions_without_a_default_are_those_that_lose_write_or_show_something() -> None:
    """Enter answers none of these; every other question names the answer that enter gives."""
    found = [
        name
        for path, name in zip(FILES, NAMES, strict=True)
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("Question", "QuitQuestion")
        if not any(keyword.arg == "default" for keyword in node.keywords)
    ]
    assert sorted(found) == [
        "ui/browser/commands/rename.py",  # may delete the old Secret
        "ui/dialogs/confirm_context.py",  # runs what a kubeconfig names
        "ui/dialogs/confirm_reveal.py",
        "ui/dialogs/export.py",  # leaves keys out of a file
        "ui/dialogs/quit.py",
        "ui/dialogs/value_files.py",  # replaces a file
        "ui/review/discard.py",
        "ui/review/draft_list.py",  # writes
        "ui/review/screen.py",  # writes
        "ui/value/external_edit.py",  # shows values to an editor
    ]


def test_no_two_classes_of_the_session_have_one_name() -> None:
    names = [
        node.name
        for path, name in zip(FILES, NAMES, strict=True)
        if name.startswith("session/")
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ClassDef)
    ]
    assert sorted(names) == sorted(set(names))


def test_the_context_that_screens_share_has_at_most_12_fields() -> None:
    """Words, styles and state of one screen belong to it; what the app does is in `AppServices`."""
    assert len(ScreenContext.__struct_fields__) <= 12


FOREIGN: Final[dict[str, frozenset[str]]] = {
    "cluster/api/resources.py": frozenset({"generic"}),
    "cluster/http/transport.py": frozenset({"_tracing", "api", "sent"}),
    "cluster/kubeconfig/merge.py": frozenset({"extension"}),
    "embedded/verbs/call.py": frozenset({"payload"}),
    "embedded/verbs/write.py": frozenset({"merged", "patch", "target"}),
    "model/draft/documents.py": frozenset({"_node", "_plain", "end", "event", "loader", "start", "value"}),
    "model/draft/manifest_objects.py": frozenset({"obj", "spec"}),
    "model/draft/pasted.py": frozenset({"given"}),
    "model/json_decoder.py": frozenset({"found"}),
    "model/readers/rules/guess.py": frozenset({"holder"}),
    "model/readers/rules/mention.py": frozenset({"holder"}),
    "model/readers/rules/path.py": frozenset({"value"}),
    "model/secret/encrypt.py": frozenset({"_recipient"}),
    "model/secret/export.py": frozenset({"base", "dumper", "node"}),
    "terminal/settings_file.py": frozenset({"_value"}),
    "ui/textual_fixes/shown_cells.py": frozenset({"renderable"}),
    "ui/textual_fixes/styles_cache.py": frozenset({"_Cache"}),
    "ui/router.py": frozenset({"__getattr__"}),
    "ui/source/request.py": frozenset({"_short", "sent"}),
}
"""Names that may be `Any`: parsed JSON and YAML, what the client, pyrage, PyYAML and msgspec leave untyped,
a method and a cache of Textual, and a module's `__getattr__`."""


def any_typed(tree: ast.AST) -> set[str]:
    """The variables, fields, parameters and functions whose type is `Any` as such."""
    names = set[str]()
    for node in ast.walk(tree):
        if isinstance(node, ast.AnnAssign) and _is_any(node.annotation):
            names.add(ast.unparse(node.target).removeprefix("self."))
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            parameters = (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)
            names |= {parameter.arg for parameter in parameters if _is_any(parameter.annotation)}
            names |= {node.name} if _is_any(node.returns) else set()
    return names


def _is_any(annotation: ast.expr | None) -> bool:
    """True for `Any` alone; `**options: Any` does not count, since options are handed on."""
    names = [node.id for node in ast.walk(annotation) if isinstance(node, ast.Name)] if annotation else []
    return names in (["Any"], ["Final", "Any"])


def test_only_listed_names_have_the_type_any() -> None:
    for path, name in zip(FILES, NAMES, strict=True):
        assert any_typed(tree_of(path)) <= FOREIGN.get(name, frozenset()), name
    tree = ast.parse("def go(browser: Any, keys: dict[str, Any]) -> None:\n  common: Any = browser\n")
    assert any_typed(tree) == {"browser", "common"}


def test_no_class_has_more_than_five_bases_from_this_program() -> None:
    """A class is spread over a few files at most; more belongs in an object that it has, such as a group."""
    modules = [
        importlib.import_module(".".join(["tui", *Path(name).with_suffix("").parts]))
        for name in NAMES
        if not name.endswith("__main__.py")
    ]
    bases = {
        cls.__qualname__: [base.__name__ for base in cls.__mro__[1:] if base.__module__.startswith("tui.")]
        for module in modules
        for cls in classes_of(module)
    }
    assert {name: above for name, above in bases.items() if len(above) > 5} == {}


def test_a_group_of_commands_uses_nothing_private_of_its_screen_or_another_group() -> None:
    """A group has no base whose private names it would share, and its screen uses nothing private of it."""
    browser = [name for name in NAMES if name.startswith("ui/browser/commands/")]
    names = (*browser, "ui/review/conflict.py", "ui/app/common_commands.py")
    groups = {name: tree_of(PACKAGE / name) for name in names}
    screens = ("ui/browser/screen.py", "ui/browser/panes.py", "ui/review/screen.py", "ui/base/screen.py")
    bases = {
        f"{name}: {node.name}": [ast.unparse(base) for base in node.bases]
        for name, tree in groups.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    }
    assert {name: above for name, above in bases.items() if above not in ([], ["Protocol"])} == {}
    private = {name: foreign_private_names(tree_of(PACKAGE / name)) for name in (*names, *screens)}
    assert {name: used for name, used in private.items() if used} == {}


def test_only_a_store_changes_its_state() -> None:
    for path, name in zip(FILES, NAMES, strict=True):
        if name.startswith("session/"):
            assert not foreign_states(tree_of(path)), name
    tree = ast.parse("store.source, store.state = source, state\nself.state = state\na.b.state: X = state\n")
    assert foreign_states(tree) == {"store.state", "a.b.state"}


def foreign_states(tree: ast.AST) -> set[str]:
    """Each `state` that is assigned to another object than `self`."""
    return {
        ast.unparse(node)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and node.attr == "state"
        if ast.unparse(node.value) != "self"
    }
