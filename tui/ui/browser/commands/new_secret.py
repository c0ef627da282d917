"""A new Secret: its name, its type, then keys in a draft."""

from __future__ import annotations

from functools import partial

from msgspec.structs import replace

from tui.model.draft.draft import Draft
from tui.model.errors import ClusterError
from tui.model.secret.fields import ANNOTATIONS
from tui.model.secret.secret import SecretRef
from tui.model.secret.types.registry import CHOICES, OPAQUE, secret_type
from tui.model.secret.validation import name_problem, type_problem
from tui.model.secret.value import Value
from tui.ui import router
from tui.ui.base.list_state import is_missing
from tui.ui.browser.commands.lists import ListCommands
from tui.ui.command_types import unless
from tui.ui.dialogs.dialog import ask
from tui.ui.dialogs.prompt import NameScreen, NameWanted, Question


class NewSecretCommands(ListCommands):
    """Nothing is sent before the review."""

    def _no_place_for_new(self) -> str | None:
        namespace, key = self.shared.session.namespace, self.shared.keys.of("choose_namespace")
        said = f"No new Secret: namespace {namespace} does not exist. {key} lists the namespaces."
        return said if is_missing(self.shared, namespace) else None

    @unless(_no_place_for_new)
    def run_add_secret(self) -> None:
        """A new Secret: its name, its type, then keys in a draft; nothing is sent before the review."""
        row = self.subject
        self._ask_for_secret_name(
            f"{row.namespace}/" if self.shared.session.namespace is None and row is not None else ""
        )

    def _ask_for_secret_name(self, given: str) -> None:
        namespace = self.shared.session.namespace
        wanted = NameWanted(
            title="New Secret" + (f" in {namespace}" if namespace else ""),
            lines=(
                "Name of the Secret" if namespace else "namespace/name",
                "Nothing is sent until you review.",
            ),
            problem=self._new_name_problem,
            verb="next",
            given=given,
            typed=given,  # not selected: the name is typed behind it
        )
        ask(self, NameScreen(wanted), self._named_secret)

    def _new_name_problem(self, typed: str) -> str | None:
        ref = self._typed_ref(typed)
        problem = self._name_problem(typed)
        if problem is None and self.shared.session.secrets.get(ref) is not None:
            return f"A Secret {ref.name} already exists."
        return problem

    def _named_secret(self, typed: str) -> None:
        """The name is there: its type is next, unless the draft was begun before."""
        ref = self._typed_ref(typed)
        if self.shared.session.drafts.get(ref, "") is not None:
            self.begin_secret(ref, OPAQUE)
            return
        lines = (f"{one.letter}  {one.word}: {one.purpose}" for one in CHOICES)
        question = Question(
            title=f"Type of {ref.name}",
            lines=("Press the letter of its type, or enter for Opaque:", *lines, "c  another type: its name"),
            answers=(
                *((one.letter, "") for one in CHOICES),
                *(("c", ""), ("enter", OPAQUE), ("escape", "back")),
            ),
        )

        def answered(letter: str) -> None:
            if letter == "c":
                self._ask_for_type(ref, typed)
            else:
                chosen = (one.name for one in CHOICES if one.letter == letter)
                self.begin_secret(ref, next(chosen, OPAQUE))

        ask(self, question, answered, partial(self._ask_for_secret_name, typed))

    def _ask_for_type(self, ref: SecretRef, name: str) -> None:
        lines = ("Its type, such as example.com/made-up. It cannot be changed later.",)
        wanted = NameWanted(f"Type of {ref.name}", lines, type_problem, "begin")
        ask(self, NameScreen(wanted), partial(self.begin_secret, ref), partial(self._named_secret, name))

    def _ask_for_account(self, ref: SecretRef, type: str) -> None:  # noqa: A002
        """Ask at once: what is typed while the names are read filters them."""
        session = self.shared.session
        filled = "The cluster fills in the token after the Secret is written."
        loading = f"Loading the service accounts of {ref.namespace} …"

        def chosen(accounts: tuple[str, ...]) -> None:
            (account,) = accounts
            fields = {f"{ANNOTATIONS}{secret_type(type).account}": Value(account.encode())}
            session.drafts.put(Draft.new(ref, type).set_all(None, fields))
            self.open_secret(ref)
            review = self.shared.keys.of("review_changes")
            self.say(f"{ref} is a new draft, for service account {account}. {review} reviews.")

        def typed_problem(typed: str) -> str | None:
            return name_problem(typed) if typed else "Type the name of a service account."

        async def load() -> router.MarkWanted:
            try:
                names = await session.cluster.service_accounts(ref.namespace)
            except ClusterError as error:
                lines = (filled, f"{error.sentence} Type the name.")
                return replace(wanted, lines=lines, typed_problem=typed_problem)
            lines = (filled, *(() if names else (f"There is no service account in {ref.namespace}.",)))
            rows, missing = tuple(map(router.NameRow, names)), "No service account here has this name."
            return replace(wanted, lines=lines, rows=rows, typed_problem=lambda typed: missing)

        wanted = router.MarkWanted(
            f"Service account of {ref.name}",
            (filled, loading),
            (),
            "choose",
            typed_problem=lambda typed: loading,
            is_single=True,
            later=load,
        )
        ask(self, router.MarkScreen(wanted), chosen)

    def begin_secret(self, chosen: SecretRef, type: str) -> None:  # noqa: A002
        """Begin a draft of a new Secret of that type, or go on with the one that there is."""
        ref = SecretRef(*secret_type(type).place(chosen.namespace, chosen.name))
        if ref != chosen and self.shared.session.secrets.get(ref) is not None:
            self.say(f"A Secret {ref} already exists.", "warning")
            return
        if secret_type(type).account and self.shared.session.drafts.get(ref, "") is None:
            self._ask_for_account(ref, type)
            return
        is_begun = self.shared.session.drafts.begin(ref, type)
        self.open_listed(ref)
        said = "is a new draft" if is_begun else "continues the draft that you started"
        if is_begun and (secret_type(type).form or secret_type(type).first_key):
            self.say(f"{ref} {said}.")
            self.run_if_possible("edit_form")
            return
        keys = self.shared.keys
        more = f"{keys.of('add_key')} adds a key, {keys.of('review_changes')} reviews"
        self.say(f"{ref} {said}. {more}.")
