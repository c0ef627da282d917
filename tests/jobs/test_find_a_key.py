"""Jobs: find a key by help or by a command's name, and read where a wrong key works."""

from __future__ import annotations

from tests.jobs.conftest import AT_TWO_SIZES
from tests.jobs.person import JOB, MASK, Person

pytestmark = JOB


def test_help_groups_the_keys_by_job_and_has_its_reference_on_a_second_page(person: Person) -> None:
    person.opens("legacy-db")
    person.presses("?", "Keys that work here", "See", "Who reads a", "Change", "Send", "Copy and save", "Go")
    is_wide = person.columns == 200
    sets, copies = (
        ("without showing it", "Copy the Secret to namespaces") if is_wide else ("set unseen", "copy to")
    )
    below = ["down scrolls"] if is_wide else []  # on others what is not possible now goes on below
    person.sees(sets, "ctrl+q", gone=[*below, "How pods read a Secret, and when"])
    person.presses("PageDown", copies)
    person.presses("Enter", "Keys and more", "Show or hide the value under the cursor")
    person.presses("G", "terminal recorders")
    person.presses("Enter", "Keys that work here", "Who reads a Secret")
    person.goes_back("pass")
    person.sees_row("pass", MASK)
    person.quits()


@AT_TWO_SIZES
def test_a_command_is_run_by_the_beginning_of_its_name_and_comes_first_the_next_time(person: Person) -> None:
    person.sees("legacy-db", ": commands")
    person.press(":")
    person.type("des")
    person.sees("describe", "Describe the Secret: labels", gone=["Show or hide"])
    person.presses("Enter", "Describe")
    person.goes_back("legacy-db", ": commands")
    person.presses(":", "Find a command")
    rows = [
        line
        for line in person.screen.splitlines()
        if "Describe the Secret:" in line or "Open the line" in line
    ]
    assert "Describe the Secret:" in rows[0], "what was used last comes first"
    person.type("settings")
    person.sees("secret-tui --print-config shows all")
    person.goes_back("legacy-db", ": commands")
    person.press(":")
    person.type("remap")
    person.sees("secret-tui --print-keymap shows all keys")
    person.presses("Enter", "shows all keys; edit them in", "config.yaml", gone=["🔎"])
    person.quits()


@AT_TWO_SIZES
def test_a_wrong_key_says_where_it_works_and_the_top_of_the_list_how_to_go_on(person: Person) -> None:
    person.sees("legacy-db")
    person.presses(
        "e", "e does nothing here; it works in an open Secret (enter opens one).", gone=["! e does"]
    )
    person.presses(
        "Escape", "Top level: N lists namespaces, X lists contexts, ctrl+q quits.", gone=["nothing here"]
    )
    person.sees("Secrets  13", "legacy-db")
    person.opens("legacy-db")
    person.presses("p", "Readers of legacy-db")
    person.presses("e", "e does nothing here; it works in an open Secret (esc goes back).")
    person.goes_back("pass")
    person.quits()


@AT_TWO_SIZES
def test_a_search_finds_words_while_they_are_typed_and_goes_both_ways(person: Person) -> None:
    person.opens("db-credentials")
    person.presses("y", "apiVersion")
    person.press("/")
    person.type("name")
    person.sees("found 1 of")
    person.presses("Enter", "finds the next", "found 1 of", gone=["enter finds"])
    person.presses("n", "found 2 of")
    person.presses("N", "found 1 of")
    person.press("/")
    person.type("made-up-nowhere")
    person.sees("Not on this page.")
    person.goes_back("apiVersion", gone=["Not on this page"])
    person.goes_back("password")
    person.quits()
