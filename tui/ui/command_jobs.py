"""Purposes of commands. Commands are grouped by purpose in the help and in a wide footer."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Job(StrEnum):
    """Purpose of commands. Each enum value is a heading in the help."""

    SEE = "See"
    READERS = "Who reads a Secret"
    CHANGE = "Change (drafts only, nothing is sent)"
    SEND = "Send"
    TAKE = "Copy and save"
    GO = "Go"


IDS: Final[Mapping[Job, str]] = {
    Job.SEE: """
        reveal_key reveal_yaml reveal_all go_in change_view open_keystore show_yaml
        describe_secret show_chain check_value compare_value filter_list filter_keys find_namespace
        find_on_page find_next find_before find_text read_more order_list reverse_order
        toggle_helm check_values read_charts try_password search_values show_revisions
        mark_revision compare_revisions compare_inputs show_releases compare_namespaces swap_sides
        show_messages show_access""",
    Job.CHANGE: """
        edit_value set_unseen add_key rename_key drop_key load_value copy_upload edit_form
        edit_all edit_outside trim_value generate_value longer_value shorter_value other_letters
        generate_text break_line toggle_final_break edit_bytes start_over keep_value keep_unseen
        undo_step bring_back replace_secret rename_secret add_secret change_elsewhere
        replace_found put_new_values take_server take_yours take_both take_other take_all_other
        change_existing make_new set_label set_annotation drop_copies make_immutable open_draft
        discard_draft mark_difference copy_marked mark_secret mark_shown clear_marks mark_restart
        mark_right change_order""",
    Job.READERS: """
        show_readers search_readers show_pods find_why show_source find_value show_health show_who
        show_certificates find_leak count_who""",
    Job.SEND: """
        review_changes review_drafts write_changes rotate_key restart_readers send_restarts
        send_request confirm_delete delete_secret undo_write""",
    Job.TAKE: """
        copy_value copy_as copy_yaml copy_yaml_as copy_name copy_line copy_record copy_request
        copy_question save_value save_secrets save_yaml_as copy_secret keep_copied""",
    Job.GO: """
        go_back leave_editor leave_dialog next_pane previous_pane zoom_pane go_to_open_secret
        choose_namespace show_everywhere
        show_place_before star_namespace choose_context go_to_secrets open_named refresh_now
        stop_running open_palette choose_theme go_back_or_quit quit_program suspend_program
        hide_all cover_screen log_in show_help""",
}
JOB_OF: Final[Mapping[str, Job]] = {id_: job for job, ids in IDS.items() for id_ in ids.split()}
_GROUPS: Final = {
    Job.SEE: "see",
    Job.READERS: "see",
    Job.TAKE: "see",
    Job.CHANGE: "change",
    Job.SEND: "apply",
}


def footer_group(id_: str) -> str:
    """Group of a command in the footer; "" for the commands of `Job.GO`."""
    return _GROUPS.get(JOB_OF[id_], "")
