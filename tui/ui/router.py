"""The screens above the browser, and what opens dialogs: imported when they are first used.

`router.HelpScreen` is all that a caller writes. Together they and Textual's TextArea would take 25 ms of the
way to the first frame, a tenth of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from tui.ui.dialogs.copy_as import copy_as as copy_as
    from tui.ui.dialogs.copy_as import copy_value as copy_value
    from tui.ui.dialogs.mark_names import MarkScreen as MarkScreen
    from tui.ui.dialogs.mark_names import MarkWanted as MarkWanted
    from tui.ui.dialogs.mark_names import NameRow as NameRow
    from tui.ui.dialogs.palette import open_palette as open_palette
    from tui.ui.dialogs.pasted_values import PastedOnto as PastedOnto
    from tui.ui.dialogs.pasted_values import copy_upload as copy_upload
    from tui.ui.dialogs.pasted_values import take_paste as take_paste
    from tui.ui.dialogs.themes import choose_theme as choose_theme
    from tui.ui.dialogs.typed_secret import fill_form as fill_form
    from tui.ui.dialogs.typed_secret import offer_pair as offer_pair
    from tui.ui.dialogs.value_files import load_value as load_value
    from tui.ui.dialogs.value_files import save_value as save_value
    from tui.ui.health.screen import HealthScreen as HealthScreen
    from tui.ui.health.why import explain as explain
    from tui.ui.health.why import find_why as find_why
    from tui.ui.pages.access import AccessScreen as AccessScreen
    from tui.ui.pages.contexts import ContextsScreen as ContextsScreen
    from tui.ui.pages.describe import DescribeScreen as DescribeScreen
    from tui.ui.pages.help import HelpScreen as HelpScreen
    from tui.ui.pages.messages import MessagesScreen as MessagesScreen
    from tui.ui.readers.screen import ReadersScreen as ReadersScreen
    from tui.ui.review.delete import DeleteScreen as DeleteScreen
    from tui.ui.review.draft_list import DraftListScreen as DraftListScreen
    from tui.ui.review.file_inputs import review_inputs as review_inputs
    from tui.ui.review.screen import ReviewScreen as ReviewScreen
    from tui.ui.rollout.screen import RolloutScreen as RolloutScreen
    from tui.ui.source.ask import act_at_source as act_at_source
    from tui.ui.source.screen import SourceScreen as SourceScreen
    from tui.ui.value.blind_editor import BlindEditorScreen as BlindEditorScreen
    from tui.ui.value.blind_editor import told as told
    from tui.ui.value.compare import CompareScreen as CompareScreen
    from tui.ui.value.editor import Editing as Editing
    from tui.ui.value.editor import EditorScreen as EditorScreen
    from tui.ui.value.viewer import ValueScreen as ValueScreen
    from tui.ui.value.whole_secret import WholeSecret as WholeSecret
    from tui.ui.value.yaml import YamlScreen as YamlScreen

MODULES: Final[Mapping[str, str]] = {
    "copy_as": "dialogs.copy_as",
    "copy_value": "dialogs.copy_as",
    "MarkScreen": "dialogs.mark_names",
    "MarkWanted": "dialogs.mark_names",
    "NameRow": "dialogs.mark_names",
    "open_palette": "dialogs.palette",
    "PastedOnto": "dialogs.pasted_values",
    "take_paste": "dialogs.pasted_values",
    "copy_upload": "dialogs.pasted_values",
    "choose_theme": "dialogs.themes",
    "fill_form": "dialogs.typed_secret",
    "offer_pair": "dialogs.typed_secret",
    "load_value": "dialogs.value_files",
    "save_value": "dialogs.value_files",
    "HealthScreen": "health.screen",
    "explain": "health.why",
    "find_why": "health.why",
    "AccessScreen": "pages.access",
    "ContextsScreen": "pages.contexts",
    "DescribeScreen": "pages.describe",
    "HelpScreen": "pages.help",
    "MessagesScreen": "pages.messages",
    "ReadersScreen": "readers.screen",
    "review_inputs": "review.file_inputs",
    "DeleteScreen": "review.delete",
    "DraftListScreen": "review.draft_list",
    "ReviewScreen": "review.screen",
    "RolloutScreen": "rollout.screen",
    "act_at_source": "source.ask",
    "SourceScreen": "source.screen",
    "BlindEditorScreen": "value.blind_editor",
    "told": "value.blind_editor",
    "CompareScreen": "value.compare",
    "Editing": "value.editor",
    "EditorScreen": "value.editor",
    "ValueScreen": "value.viewer",
    "WholeSecret": "value.whole_secret",
    "YamlScreen": "value.yaml",
}
"""The module of each name, below tui.ui."""


def __getattr__(name: str) -> Any:
    """Import it on first use (PEP 562)."""
    if name not in MODULES:
        raise AttributeError(name)
    return getattr(import_module(f"tui.ui.{MODULES[name]}"), name)
