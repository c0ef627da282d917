"""Controls of what is seen, by whom and for how long; see tests/broken.py."""

from __future__ import annotations

from typing import Any, Final

from msgspec.structs import replace

from tests import breaking
from tests.control import Control
from tui.model.secret.value import Value


def _draws_what_is_typed(real: Any) -> Any:
    def put(self: Any, typed: str, **options: Any) -> None:
        from rich.segment import Segment
        from textual.strip import Strip

        real(self, typed, **options)
        self.draw = lambda width, height: [Strip([Segment(typed.ljust(width))])]
        self.redraw()

    return put


def _keeps_what_is_whole(real: Any) -> Any:
    def put_away(self: Any) -> None:
        try:
            self.dismiss(Value(self.data))
        except ValueError:
            self.dismiss(None)

    return put_away


OF_UNSEEN: Final = (
    Control(
        3,
        "what is typed unseen is drawn",
        "tui.ui.widgets.value.hidden_field:UnseenField.put",
        _draws_what_is_typed,
        (
            "tests/widgets/test_unseen_field.py",
            "tests/ui/test_unseen.py",
            "tests/promises/test_no_reveal.py",
        ),
    ),
    Control(
        2,
        "a field that was left keeps what was typed unseen",
        "tui.ui.widgets.value.hidden_field:UnseenField.forget",
        lambda real: lambda self: None,
        ("tests/widgets/test_unseen_field.py", "tests/ui/test_unseen.py"),
    ),
    Control(
        12,
        "what merely looks like the value is called the same",
        "tui.model.secret.compare:likeness",
        lambda real: (
            lambda value, typed: "same" if real(value, typed) == "look-alikes" else real(value, typed)
        ),
        ("tests/model/test_likeness.py", "tests/ui/test_checking.py"),
    ),
    Control(
        2,
        "the cover keeps what was fetched",
        "tui.ui.browser.screen:BrowserScreen._close_secret",
        breaking.does_nothing,
        ("tests/promises/test_seeing_ends.py",),
    ),
    Control(
        3,
        "no cover comes to a screen that nobody is at",
        "tui.ui.app.auto_hide:SeeingEnds._cover_when_idle",
        breaking.comes_back_at_once,
        ("tests/promises/test_seeing_ends.py",),
    ),
    Control(
        3,
        "what is shown stays on screen when nobody looks",
        "tui.ui.app.auto_hide:SeeingEnds.hide_shown",
        breaking.does_nothing,
        ("tests/promises/test_seeing_ends.py",),
    ),
    Control(
        3,
        "who comes while nothing is pressed is not looked for",
        "tui.ui.app.auto_hide:SeeingEnds._showing",
        lambda real: property(lambda self: []),
        (
            "tests/ui/test_onlookers.py::"
            "test_who_comes_while_a_value_is_shown_and_nothing_is_pressed_is_seen",
            "tests/ui/test_onlookers.py::test_who_comes_while_an_editor_is_open_and_nothing_is_typed_is_seen",
        ),
    ),
    Control(
        3,
        "an editor stays open when others come",
        "tui.ui.value.editor:EditorScreen.IS_NEVER_MASKED",
        lambda real: False,
        ("tests/ui/test_onlookers.py", "tests/promises/test_seeing_ends.py"),
    ),
    Control(
        5,
        "the cover loses what was typed in an editor",
        "tui.ui.value.editor:EditorScreen.put_away",
        lambda real: lambda self: self.dismiss(None),
        ("tests/promises/test_seeing_ends.py",),
    ),
    Control(
        5,
        "the cover loses bytes of which the last is half typed",
        "tui.ui.value.editor:EditorScreen.put_away",
        _keeps_what_is_whole,
        ("tests/promises/test_seeing_ends.py::test_of_bytes_that_were_typed_what_is_hexadecimal_is_kept",),
    ),
    Control(
        3,
        "recorders and other clients are not asked about",
        "tui.ui.dialogs.confirm_reveal:unasked",
        lambda real: lambda desk, found, what: frozenset(),
        ("tests/ui/test_onlookers.py",),
    ),
    Control(
        3,
        "what was selected is copied after its screen was left or covered",
        "tui.ui.app.clipboard:Copied._is_uninterrupted",
        lambda real: lambda self, here, interruptions: True,
        (
            "tests/ui/test_copied_late.py::"
            "test_what_was_selected_is_not_copied_once_its_screen_was_left_or_covered",
        ),
    ),
    Control(
        3,
        "a press that waited for a look acts after the terminal was given away",
        "tui.ui.dialogs.confirm_reveal:_is_interrupted",
        lambda real: lambda screen, interruptions: False,
        (
            "tests/ui/test_copied_late.py::"
            "test_a_press_that_waited_does_nothing_after_the_terminal_was_given_away",
        ),
    ),
    Control(
        3,
        "who gives no answer is nobody",
        "tui.model.viewers:Onlookers.after",
        lambda real: lambda self, before: replace(self, is_known=True),
        ("tests/ui/test_onlookers.py", "tests/terminal/test_onlookers.py"),
    ),
    Control(
        12,
        "a recorder is not found",
        "tui.terminal.viewers:_above",
        lambda real: lambda pid, proc: iter(()),
        ("tests/terminal/test_onlookers.py",),
    ),
)
