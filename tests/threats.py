"""What can go wrong on a shared host, by number, and which tests hold each defence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Threat:
    """One threat. Tests are "file::function" below tests/."""

    what: str
    tests: tuple[str, ...]
    said: str = ""
    """What docs/what-it-protects.md says where the program's reach ends."""


THREATS: Final[dict[int, Threat]] = {
    1: Threat(
        "another user reads arguments and environment",
        (
            "terminal/test_clipboard_multiplexers.py::test_through_tmux_one_client_gets_it_once_and_nothing_stays",
            "terminal/test_clipboard.py::test_a_way_that_would_show_the_value_in_argv_is_not_taken",
        ),
    ),
    2: Threat(
        "another process of the same user looks into this one",
        (
            "terminal/test_process_hardening.py::test_another_process_of_this_user_sees_nothing_of_it",
            "terminal/test_process_hardening.py::test_it_leaves_no_core_and_says_nothing",
        ),
    ),
    3: Threat(
        "root, hypervisor, swap, hibernation",
        (
            "promises/test_values_dropped.py",
            "terminal/test_process_hardening.py::test_what_is_left_in_memory_is_told_and_does_not_grow",
            "promises/test_auto_hide.py::test_the_cover_comes_everywhere_and_what_was_fetched_is_gone",
        ),
        said="Memory is not wiped",
    ),
    4: Threat(
        "tmux keeps what is copied, and gives it to every client",
        (
            "terminal/test_clipboard_multiplexers.py::test_through_tmux_one_client_gets_it_once_and_nothing_stays",
            "terminal/test_clipboard_multiplexers.py::test_through_tmux_it_goes_when_its_time_is_over",
            "terminal/test_clipboard_multiplexers.py::test_what_another_client_got_before_goes_when_this_one_copies",
        ),
    ),
    5: Threat(
        "a second client looks at the same tmux session",
        (
            "terminal/test_shared_terminal.py::test_a_second_client_wears_a_badge_and_the_first_value_asks_once",
        ),
    ),
    6: Threat(
        "the terminal is recorded",
        (
            "terminal/test_shared_terminal.py::test_a_rotation_recorded_by_script_is_not_in_the_recording",
            "terminal/test_shared_terminal.py::test_a_rotation_piped_by_tmux_is_not_in_the_pipe_s_file",
        ),
        said="What is not detected is not claimed",
    ),
    7: Threat(
        "scrollback, and a last frame that is kept",
        (
            "terminal/test_ways_out.py::test_an_end_leaves_nothing",
            "terminal/test_ways_out.py::test_while_it_is_stopped_nothing_is_there_and_going_on_it_comes_back",
        ),
    ),
    8: Threat(
        "the terminal is closed, the line drops",
        (
            "terminal/test_hangup.py::test_nothing_is_left_but_the_journals_line",
            "terminal/test_hangup.py::test_where_no_signal_says_so_it_ends_all_the_same",
        ),
    ),
    9: Threat(
        "values and annotations carry sequences",
        (
            "terminal/test_hostile_bytes.py",
            "terminal/test_checks.py",
            "model/test_printable.py::test_only_printable_characters_come_out",
        ),
    ),
    10: Threat(
        "a value that runs where it is pasted",
        ("ui/test_copy.py::test_what_could_act_is_asked_about_and_each_answer_gives_the_promised_bytes",),
    ),
    11: Threat(
        "broken sequences, pastes that come as keys",
        (
            "promises/test_accidental_input.py",
            "terminal/test_accidental_input.py::test_a_key_that_comes_in_pieces_does_nothing_but_go_back",
            "terminal/test_accidental_input.py::test_a_paste_does_nothing_but_say_or_ask_and_the_same_keys_by_hand_work",
        ),
    ),
    12: Threat(
        "values that choke whoever looks into them",
        (
            "ui/test_expensive_values.py::test_every_look_at_a_bomb_ends_and_the_next_press_counts",
            "ui/test_expensive_values.py::test_a_look_that_takes_too_long_is_given_up_and_no_press_waits_for_it",
            "widgets/test_line_breaks.py",
            "model/test_formats.py::test_what_is_no_docker_config_is_not_quoted",
            "model/test_formats.py::test_what_is_no_certificate_is_not_quoted",
        ),
    ),
    13: Threat(
        "look-alike or endless names in a kubeconfig",
        (
            "model/test_printable.py::test_a_cyrillic_prod_does_not_pass",
            "widgets/test_bars.py",
        ),
    ),
    14: Threat(
        "a kubeconfig from the net runs a command",
        (
            "cluster/test_plugin_trust.py::test_a_plugin_of_any_other_file_does_not_run",
            "cluster/test_plugin_trust.py::test_kubectls_own_policy",
        ),
    ),
    15: Threat(
        "a kubeconfig sends a local file to its server",
        (
            "cluster/test_plugin_trust.py::test_the_question_says_where_it_all_goes_and_stays_in_sight",
            "cluster/test_credentials.py",
        ),
    ),
    16: Threat(
        "plain http, unchecked certificates",
        ("promises/test_guarded_contexts.py", "ui/test_viewers.py"),
    ),
    17: Threat(
        "a malicious API server",
        (
            "cluster/test_body_limits.py",
            "cluster/test_garbage.py",
            "cluster/test_gate_over_sockets.py",
            "session/test_events.py::test_a_flood_is_told_every_two_seconds_and_what_a_person_did_at_once",
        ),
    ),
    18: Threat(
        "a server's error quotes the object",
        (
            "promises/test_journal.py::test_every_step_is_there_and_no_value_size_or_text_of_the_server",
            "cluster/test_status_errors.py::test_of_an_answer_about_one_secret_nothing_is_shown",
            "cluster/test_garbage.py::test_neither_login_nor_value_is_in_anything_that_is_said",
        ),
    ),
    19: Threat(
        "a token in an exception's words",
        (
            "cluster/test_garbage.py::test_neither_login_nor_value_is_in_anything_that_is_said",
            "terminal/test_crash.py::test_what_fails_in_a_task_is_told_without_its_words",
        ),
    ),
    20: Threat(
        "what a login command inherits",
        (
            "terminal/test_process_hardening.py::test_a_login_command_gets_the_users_own_limits_and_nothing_of_ours",
        ),
    ),
    21: Threat(
        "a client key in a temporary file",
        (
            "cluster/test_tls.py::test_the_key_leaves_no_file_and_no_descriptor",
            "terminal/test_files_written.py::test_the_tour_writes_no_file",
            "terminal/test_files_written.py::test_a_run_writes_its_state_and_its_journal_and_nothing_else",
        ),
    ),
    22: Threat(
        "what $EDITOR keeps: swap, backup and undo files, and the file itself after a crash",
        (
            "terminal/test_external_editor.py",
            "terminal/test_lent_to_editor.py::test_after_sigkill_only_memory_holds_it_and_the_next_start_removes_it",
            "jobs/test_external_editor.py",
        ),
        said="An editor that is not known may keep copies",
    ),
    23: Threat(
        "logs and debugging variables",
        ("terminal/test_process_hardening.py::test_no_variable_makes_it_write_down_what_it_does",),
    ),
    24: Threat(
        "a crash report shows values",
        ("test_leaks.py", "terminal/test_crash.py"),
    ),
    25: Threat(
        "screenshots",
        ("promises/test_no_screenshots.py",),
    ),
    26: Threat(
        "titles and notifications",
        ("terminal/test_output_stream.py::test_there_is_no_osc_but_the_title_and_what_was_copied",),
    ),
    27: Threat(
        "a value on the command line",
        ("test_cli.py::test_key_and_value_end_with_2_and_are_not_echoed",),
    ),
    28: Threat(
        "links and strangers' files where state lies",
        ("terminal/test_state_files.py", "terminal/test_remembered_file.py"),
    ),
    29: Threat(
        "the tour's server is reached by others",
        (
            "terminal/test_demo_server.py::test_who_lacks_the_token_is_refused_however_often",
            "terminal/test_demo_server.py::test_another_host_than_its_own_is_no_way_in",
            "embedded/test_access.py::test_it_listens_on_one_address",
        ),
    ),
    30: Threat(
        "clipboard managers, the wrong machine's clipboard",
        ("terminal/test_clipboard.py::test_over_ssh_it_is_the_terminals_and_never_the_hosts",),
        said="Clipboard managers keep what passes",
    ),
    31: Threat(
        "a colleague at the keyboard",
        (
            "promises/test_auto_hide.py::test_the_cover_comes_everywhere_and_what_was_fetched_is_gone",
            "promises/test_guarded_contexts.py",
        ),
    ),
    32: Threat(
        "a way around read-only",
        (
            "promises/test_read_only.py",
            "cluster/test_gate.py::test_read_only_lets_out_what_the_list_says_and_nothing_else",
        ),
    ),
    33: Threat(
        "a user's settings loosen the admin's",
        ("test_policy.py::test_a_grade_holds_whoever_sets_it_and_nobody_lifts_it",),
        said="It guides you; RBAC protects the cluster",
    ),
    34: Threat(
        "what is installed beside the program",
        (
            "test_dependencies.py",
            "terminal/test_imports.py",
            "test_wheel.py::test_the_careful_install_refuses_another_file",
        ),
        said="The package that is imported is called `tui`",
    ),
    35: Threat(
        "clocks that differ",
        (
            "contract/test_clocks.py::test_a_clock_that_is_a_day_off_is_known",
            "ui/test_states.py::test_clocks_that_differ_are_said_once",
        ),
    ),
    36: Threat(
        "too many requests by us",
        (
            "session/test_session.py",
            "promises/test_untouched_keys.py",
        ),
    ),
}

LATER: Final = frozenset[int]()
"""What is not there yet."""
