"""Each promise broken in one way, by one replacement; tests/controls.py tries that it is noticed."""

from __future__ import annotations

from typing import Final

from tests import breaking
from tests.broken_host import OF_THE_HOST
from tests.broken_journal import OF_THE_JOURNAL
from tests.broken_leaving import OF_LEAVING
from tests.broken_logins import OF_LOGINS
from tests.broken_looks import OF_LOOKS
from tests.broken_mends import OF_MENDS
from tests.broken_presses import OF_PRESSES
from tests.broken_truths import OF_TRUTHS
from tests.broken_unseen import OF_UNSEEN
from tests.control import Control

__all__ = ["CONTROLS", "Control"]


CONTROLS: Final = (
    Control(
        1,
        "the editor adds a line break",
        "tui.model.draft.editor_text:exact_bytes",
        breaking.adds_a_line_break,
        (
            "tests/model/test_editing.py",
            "tests/widgets/test_value_editor.py",
            "tests/promises/test_bytes_sacred.py",
        ),
    ),
    Control(
        1,
        "a write touches what nobody edited",
        "tui.cluster.api.bodies:patch_body",
        breaking.touches_labels,
        ("tests/promises/test_untouched.py",),
    ),
    Control(
        2,
        "a value is fetched before its secret is opened",
        "tui.cluster.client:Cluster.pages",
        breaking.fetches_unasked,
        ("tests/session/test_opened.py", "tests/session/test_session.py"),
    ),
    Control(
        2,
        "what was left is kept",
        "tui.session.open_secret.loader:Reading.leave",
        breaking.does_nothing,
        ("tests/session/test_opened.py", "tests/promises/test_let_go.py"),
    ),
    Control(
        2,
        "what was drawn is kept",
        "tui.ui.widgets.table.table:VirtualTable.forget",
        breaking.does_nothing,
        ("tests/promises/test_let_go.py",),
    ),
    Control(
        2,
        "an error that is kept keeps what it came through",
        "tui.model.errors:unframed",
        breaking.does_nothing,
        ("tests/promises/test_let_go.py",),
    ),
    Control(
        3,
        "a value shows itself",
        "tui.model.secret.value:Value.__repr__",
        lambda real: lambda self: self.reveal().decode("utf-8", "replace"),
        ("tests/model/test_value.py",),
    ),
    Control(
        3,
        "a server's warning of a write is passed on as it came",
        "tui.cluster.api.bodies:_warned",
        lambda real: lambda said: said,
        ("tests/cluster/test_wire.py",),
    ),
    Control(
        3,
        "a crash says its words",
        "tui.terminal.crash:_heading",
        lambda real: lambda error: [f"Internal error: {error!r}"],
        ("tests/terminal/test_crash.py", "tests/test_leaks.py::test_the_program_itself_shows_no_value"),
    ),
    Control(
        3,
        "Textual keeps its own variables",
        "tui.cli.main:scrub",
        breaking.does_nothing,
        ("tests/test_cli.py::test_scrubbing_keeps_three_and_what_is_not_textuals",),
    ),
    Control(
        4,
        "foreign text is drawn as it is",
        "tui.model.text.printable:printable",
        lambda real: lambda text: text,
        ("tests/model/test_printable.py", "tests/widgets/test_text.py"),
    ),
    Control(
        5,
        "a write carries no version",
        "tui.cluster.api.bodies:patch_body",
        breaking.forgets_the_version,
        ("tests/contract/test_writing.py", "tests/session/test_conflicts.py"),
    ),
    Control(
        5,
        "a collision is decided unasked",
        "tui.model.draft.draft:Draft.rebase",
        breaking.overwrites,
        ("tests/model/test_rebase.py", "tests/ui/test_conflict.py"),
    ),
    Control(
        5,
        "what is taken back while it is written is forgotten",
        "tui.model.draft.draft:Draft.after",
        lambda real: lambda draft, sent: draft,
        ("tests/session/test_no_edit_vanishes.py",),
    ),
    Control(
        6,
        "what others wrote is told as ours",
        "tui.session.writes.verify:is_ours",
        lambda real: lambda *args: None,
        ("tests/session/test_truth.py", "tests/session/test_unknown.py"),
    ),
    Control(
        6,
        "a lost answer counts as not written",
        "tui.session.writes.send:_LOST",
        lambda real: (),
        ("tests/session/test_unknown.py", "tests/promises/test_unknown_outcomes.py"),
    ),
    Control(
        6,
        "what is sent is sent again, and redirects are followed",
        "tui.cluster.http.gate:Gate.__call__",
        breaking.lets_all_out,
        ("tests/cluster/test_way_out.py",),
    ),
    Control(
        7,
        "the dry run writes",
        "tui.cluster.client:Cluster.write",
        breaking.rehearses_in_earnest,
        ("tests/contract/test_writing.py", "tests/session/test_writes.py"),
    ),
    Control(
        7,
        "W does not wait for the dry run",
        "tui.session.writes.review:Review.can_write",
        lambda real: property(lambda self: self.stage == "ready"),
        ("tests/ui/test_review.py",),
    ),
    Control(
        8,
        "the gate is open",
        "tui.cluster.http.gate:Gate.check",
        breaking.does_nothing,
        ("tests/cluster/test_gate.py", "tests/session/test_writes.py", "tests/promises/test_read_only.py"),
    ),
    Control(
        3,
        "no-reveal reveals",
        "tui.ui.base.screen:refusal",
        lambda real: lambda command, grade: None,
        ("tests/promises/test_no_reveal.py",),
    ),
    Control(
        8,
        "a later source loosens",
        "tui.model.settings.settings:tighten",
        breaking.takes_anything,
        ("tests/test_config.py",),
    ),
    Control(
        9,
        "quitting waits for a write for a minute",
        "tui.session.writes.queue:GRACE",
        lambda real: 60.0,
        ("tests/session/test_unknown.py",),
    ),
    Control(
        10,
        "a refusal does not say what is missing",
        "tui.model.errors:Forbidden.__init__",
        breaking.names_nothing,
        ("tests/model/test_errors.py", "tests/ui/test_states.py", "tests/promises/test_faults.py"),
    ),
    Control(
        10,
        "a press is refused without the right that is missing",
        "tui.ui.base.screen:not_yours",
        lambda real: lambda right, keys: "Refused to you.",
        ("tests/ui/test_thin_rights.py", "tests/test_says_no.py"),
    ),
    Control(
        10,
        "one Secret by name asks for the list around it",
        "tui.session.cache.watches:Watches._follow",
        lambda real: lambda self, *parts, name=None: real(self, *parts),
        ("tests/session/test_thin.py", "tests/ui/test_thin_rights.py"),
    ),
    Control(
        10,
        "rights that a refusal contradicts are believed on",
        "tui.session.cache.rights:Access.heed",
        breaking.does_nothing,
        ("tests/session/test_thin.py",),
    ),
    Control(
        11,
        "a list that broke off is told as whole",
        "tui.ui.base.list_state:so_far",
        lambda real: lambda pane: "",
        ("tests/ui/test_long_lists.py",),
    ),
    Control(
        9,
        "what is long cannot be stopped",
        "tui.session.cache.watches:Watches.stop_lists",
        lambda real: lambda self: [],
        ("tests/session/test_scale.py", "tests/ui/test_long_lists.py"),
    ),
    Control(
        11,
        "who undid a write is not looked for",
        "tui.session.writes.revert_watch:undoing_of",
        breaking.does_nothing,
        ("tests/session/test_aftermath.py",),
    ),
    Control(
        11,
        "a right that was not told is refused",
        "tui.session.cache.rights:Access.may",
        lambda real: lambda *args, **options: bool(real(*args, **options)),
        ("tests/session/test_thin.py", "tests/ui/test_thin_rights.py"),
    ),
    Control(
        11,
        "not known is told as no",
        "tui.model.rbac.rights:Rights.may",
        lambda real: lambda *args, **options: bool(real(*args, **options)),
        ("tests/model/test_rights.py",),
    ),
    Control(
        11,
        "pods that were not looked at are told as none",
        "tui.session.cache.watches:Watches.pods_of",
        lambda real: lambda self, namespace: self.pods,
        ("tests/ui/test_reader_words.py",),
    ),
    Control(
        11,
        "a link that flaps is called live each time",
        "tui.session.cache.connection:HOLDS",
        lambda real: 0.0,
        ("tests/session/test_link.py", "tests/session/test_states.py"),
    ),
    Control(
        9,
        "a sleep of the machine goes unnoticed",
        "tui.session.session:Session._woke",
        breaking.does_nothing,
        ("tests/session/test_link.py",),
    ),
    Control(
        12,
        "the clipboard claims what it cannot know",
        "tui.terminal.clipboard.clipboard:Clipboard.send",
        breaking.claims,
        ("tests/terminal/test_clipboard.py",),
    ),
    Control(
        13,
        "a press acts on what was not on screen",
        "tui.ui.input.key_queue:Waiting.painted",
        breaking.does_nothing,
        ("tests/ui/test_ahead.py", "tests/ui/test_typed_ahead.py"),
    ),
    Control(
        14,
        "the clipboard keeps what was copied",
        "tui.terminal.clipboard.clipboard:Clipboard.empty",
        breaking.comes_back_at_once,
        ("tests/terminal/test_clipboard.py",),
    ),
    Control(
        16,
        "a look-alike of a cluster's name is drawn as it is",
        "tui.model.text.printable:ascii_only",
        lambda real: lambda text: text,
        ("tests/model/test_printable.py",),
    ),
    Control(
        16,
        "a guarded context takes any name",
        "tui.session.writes.queue:Writes.misnamed",
        breaking.does_nothing,
        ("tests/promises/test_guarded.py",),
    ),
    Control(
        16,
        "drafts follow to another context",
        "tui.session.writes.drafts:DraftBook.at",
        lambda real: lambda self, home, tell: real(self, ("", ""), tell),
        ("tests/promises/test_drafts_stay_home.py",),
    ),
    Control(
        16,
        "nothing sounds like production",
        "tui.model.settings.production:guarding",
        breaking.does_nothing,
        ("tests/promises/test_guarded.py", "tests/model/test_guarding.py", "tests/test_config.py"),
    ),
    *OF_LOGINS,
    *OF_PRESSES,
    *OF_THE_JOURNAL,
    *OF_LOOKS,
    *OF_THE_HOST,
    *OF_MENDS,
    *OF_TRUTHS,
    *OF_UNSEEN,
    *OF_LEAVING,
)
