"""Screens and dialogs, imported when they are first used.

Only type checkers evaluate the imports below. `__getattr__` reads their text to find the module of a name.
Importing all screens at the start would delay the first frame: 517 ms of processor time instead of 356 ms.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tui.ui.dialogs.certificate_pair import pair_question as pair_question
    from tui.ui.dialogs.confirm_context import person_at as person_at
    from tui.ui.dialogs.confirm_reveal import may_show as may_show
    from tui.ui.dialogs.copy_as import copy_as as copy_as
    from tui.ui.dialogs.copy_as import copy_value as copy_value
    from tui.ui.dialogs.export import save_secrets_as as save_secrets_as
    from tui.ui.dialogs.form import FormRequest as FormRequest
    from tui.ui.dialogs.form import FormScreen as FormScreen
    from tui.ui.dialogs.mark_names import MarkRequest as MarkRequest
    from tui.ui.dialogs.mark_names import MarkScreen as MarkScreen
    from tui.ui.dialogs.mark_names import NameRow as NameRow
    from tui.ui.dialogs.palette import open_palette as open_palette
    from tui.ui.dialogs.pasted_values import PasteTarget as PasteTarget
    from tui.ui.dialogs.pasted_values import copy_upload as copy_upload
    from tui.ui.dialogs.pasted_values import pasted_values as pasted_values
    from tui.ui.dialogs.prompt import Question as Question
    from tui.ui.dialogs.quit import ask_to_quit as ask_to_quit
    from tui.ui.dialogs.value_files import load_value as load_value
    from tui.ui.dialogs.value_files import save_value as save_value
    from tui.ui.health.why import explain as explain
    from tui.ui.health.why import find_why as find_why
    from tui.ui.helm.revisions import RevisionsScreen as RevisionsScreen
    from tui.ui.leak.screen import LeakScreen as LeakScreen
    from tui.ui.pages.access import AccessScreen as AccessScreen
    from tui.ui.pages.contexts import ContextsScreen as ContextsScreen
    from tui.ui.pages.describe import DescribeScreen as DescribeScreen
    from tui.ui.pages.find import find_before as find_before
    from tui.ui.pages.find import find_next as find_next
    from tui.ui.pages.find import find_on_page as find_on_page
    from tui.ui.pages.help import HelpScreen as HelpScreen
    from tui.ui.readers.screen import ReadersScreen as ReadersScreen
    from tui.ui.readers.who import WhoScreen as WhoScreen
    from tui.ui.review.comparison import ComparisonListScreen as ComparisonListScreen
    from tui.ui.review.delete import DeleteScreen as DeleteScreen
    from tui.ui.review.delete_several import DeleteSeveralScreen as DeleteSeveralScreen
    from tui.ui.review.discard import discard as discard
    from tui.ui.review.discard import why_not_discarded as why_not_discarded
    from tui.ui.review.draft_list import DraftListScreen as DraftListScreen
    from tui.ui.review.file_inputs import draft_pasted as draft_pasted
    from tui.ui.review.file_inputs import review_inputs as review_inputs
    from tui.ui.review.namespaces import NamespacesScreen as NamespacesScreen
    from tui.ui.review.plans import replace_found as replace_found
    from tui.ui.review.plans import review_plans as review_plans
    from tui.ui.review.screen import ReviewScreen as ReviewScreen
    from tui.ui.rollout.screen import RolloutScreen as RolloutScreen
    from tui.ui.source.ask import act_at_source as act_at_source
    from tui.ui.source.screen import SourceScreen as SourceScreen
    from tui.ui.value.blind_editor import BlindEditorScreen as BlindEditorScreen
    from tui.ui.value.blind_editor import masked_facts as masked_facts
    from tui.ui.value.compare import CompareScreen as CompareScreen
    from tui.ui.value.editor import EditorScreen as EditorScreen
    from tui.ui.value.find_value import FindValueScreen as FindValueScreen
    from tui.ui.value.find_value import LeakTokenScreen as LeakTokenScreen
    from tui.ui.value.viewer import ValueScreen as ValueScreen
    from tui.ui.value.whole_editor import WholeEditorScreen as WholeEditorScreen
    from tui.ui.value.whole_editor import WholeText as WholeText
    from tui.ui.value.whole_editor import cannot_load as cannot_load
    from tui.ui.value.whole_editor import edit_whole_outside as edit_whole_outside
    from tui.ui.value.yaml import YamlScreen as YamlScreen


@cache
def modules() -> Mapping[str, str]:
    """Read the imports above from the text of this file.

    Return a dict: keys are the imported names, values are their modules.
    """
    text = Path(__file__).read_text("utf-8")
    imports = re.findall(r"^    from (\S+) import (\w+) as", text, re.MULTILINE)
    return {name: module for module, name in imports}


if not TYPE_CHECKING:  # type checkers would accept any name if they saw this function

    def __getattr__(name: str) -> Any:
        """Import a name on its first use (PEP 562)."""
        if name not in modules():
            raise AttributeError(name)
        return getattr(import_module(modules()[name]), name)
