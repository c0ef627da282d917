"""Begin the draft of a new Secret: ask for its name and type."""

from __future__ import annotations

from msgspec.structs import replace

from tui.model.errors import ClusterError
from tui.model.secret.fields import ANNOTATIONS
from tui.model.secret.secret import SecretRef
from tui.model.secret.types.registry import CHOICES, OPAQUE, secret_type
from tui.model.secret.validation import name_problem, type_problem
from tui.model.secret.value import Value
from tui.ui import router
from tui.ui.base.job import ask, start_job
from tui.ui.base.list_state import is_missing
from tui.ui.browser.commands.key_edits import EditCommands
from tui.ui.browser.commands.lists import typed_problem, typed_ref
from tui.ui.browser.panes import BrowserPanes
from tui.ui.command_types import unless
from tui.ui.dialogs.prompt import NameRequest, NameScreen, Question


class NewSecretCommands:
    def __init__(self, browser: BrowserPanes, edits: EditCommands) -> None:
        self.browser, self.shared, self.edits = browser, browser.shared, edits

    def _no_place_for_new(self) -> str | None:
        namespace, key = self.shared.session.namespace, self.shared.keys.of("choose_namespace")
        sentence = f"No new Secret: namespace {namespace} does not exist. {key} lists the namespaces."
        return sentence if is_missing(self.shared, namespace) else None

    @unless(_no_place_for_new)
    async def run_add_secret(self) -> None:
        """Ask for the name and type of a new Secret, then begin its draft.

        If a Secret with the typed name has a draft, this draft is opened, and no type is asked for.
        """
        row, namespace = self.browser.subject, self.shared.session.namespace
        typed: str | None = f"{row.namespace}/" if namespace is None and row is not None else ""
        while (typed := await self._ask_for_new_name(typed or "")) is not None:
            ref = typed_ref(self.shared.session.namespace, typed)
            has_draft = self.shared.session.drafts.get(ref, "") is not None
            if (chosen := OPAQUE if has_draft else await self._ask_for_type(ref)) is not None:
                await self.begin_secret(ref, chosen)
                return

    async def _ask_for_new_name(self, given: str) -> str | None:
        namespace = self.shared.session.namespace
        wanted = NameRequest(
            title="New Secret" + (f" in {namespace}" if namespace else ""),
            lines=(
                "Name of the Secret" if namespace else "namespace/name of the Secret",
                "Nothing is sent before the review.",
            ),
            problem=self._new_name_problem,
            verb="next",
            given=given,
            typed=given,  # the dialog selects the text of `given`, but not of `typed`
        )
        return await ask(self.browser, NameScreen(wanted))

    async def _ask_for_type(self, ref: SecretRef) -> str | None:
        answers = [(choice.letter, f"{choice.word}: {choice.purpose}") for choice in CHOICES]
        answers.append(("c", "another type (enter its name)"))
        other = ("A type such as example.com/made-up. The type cannot be changed later.",)
        wanted = NameRequest(f"Type of {ref.name}", other, type_problem, "begin")
        default = secret_type(OPAQUE).letter
        while (
            letter := await ask(self.browser, Question(wanted.title, (), answers, default=default))
        ) == "c":
            if (name := await ask(self.browser, NameScreen(wanted))) is not None:
                return name
        return next((choice.name for choice in CHOICES if choice.letter == letter), None)

    def _new_name_problem(self, typed: str) -> str | None:
        ref = typed_ref(self.shared.session.namespace, typed)
        problem = typed_problem(self.shared.session.namespace, typed)
        if problem is None and self.shared.session.secrets.get(ref) is not None:
            return f"A Secret {ref.name} already exists."
        return problem

    async def _choose_account(self, ref: SecretRef, type: str) -> None:  # noqa: A002
        """Ask for the service account of a new token Secret, and begin the draft of this Secret.

        The names of the service accounts are loaded while the dialog is open.
        """
        session = self.shared.session
        filled = "The cluster fills in the token after the Secret is written."
        loading = f"Loading the service accounts of {ref.namespace} …"

        def typed_problem(typed: str) -> str | None:
            return name_problem(typed) if typed else "Type the name of a service account."

        async def load() -> router.MarkRequest:
            try:
                names = await session.cluster.service_accounts(ref.namespace)
            except ClusterError as error:
                lines = (filled, f"{error.sentence} Type the account's name.")
                return replace(wanted, lines=lines, typed_problem=typed_problem)
            lines = (filled, *(() if names else (f"There is no service account in {ref.namespace}.",)))
            rows = tuple(map(router.NameRow, names))
            missing = f"No service account in {ref.namespace} has this name."
            return replace(wanted, lines=lines, rows=rows, typed_problem=lambda typed: missing)

        wanted = router.MarkRequest(
            f"Service account of {ref.name}",
            (filled, loading),
            (),
            "choose",
            typed_problem=lambda typed: loading,
            is_single=True,
            later=load,
        )
        if (accounts := await ask(self.browser, router.MarkScreen(wanted))) is None:
            return
        (account,) = accounts
        fields = {f"{ANNOTATIONS}{secret_type(type).account}": Value(account.encode())}
        session.drafts.change(ref, None, lambda draft: draft.set_all(None, fields), type)
        self.browser.open_secret(ref)
        review = self.shared.keys.of("review_changes")
        self.browser.show_message(
            f"{ref} is a new draft, for service account {account}. {review} reviews the draft."
        )

    async def begin_secret(self, ref: SecretRef, type: str, key: str = "") -> None:  # noqa: A002
        """Begin the draft of a new Secret, or open the draft that exists.

        For a new draft of a token Secret, ask for the service account and nothing else. For a new draft of
        a type with an editor, open the editor.

        `key`: key whose value is asked for, in a new or an existing draft; "" for none. Ignored if the type
        has a form.
        """
        if secret_type(type).account and self.shared.session.drafts.get(ref, "") is None:
            await self._choose_account(ref, type)
            return
        is_begun = self._open_new(ref, type)
        await self._fill_new(type, key, is_begun=is_begun)

    def begin_missing(self, ref: SecretRef, type: str, key: str) -> None:  # noqa: A002
        """Begin or open the draft of a Secret that a reader needs.

        Do the same as `begin_secret`, but never ask for a service account.
        """
        is_begun = self._open_new(ref, type)
        start_job(self.browser, self._fill_new(type, key, is_begun=is_begun))

    def _open_new(self, ref: SecretRef, type: str) -> bool:  # noqa: A002
        """Begin the draft of a new Secret, or open the draft that exists.

        Return True if this call created the draft, False if the draft existed before.
        """
        is_begun, keys = self.shared.session.drafts.begin(ref, type), self.shared.keys
        self.browser.open_listed(ref)
        state = "is a new draft" if is_begun else "is a draft that you started before"
        hint = f" {keys.of('add_key')} adds a key, {keys.of('review_changes')} reviews the draft."
        self.browser.show_message(
            f"{ref} {state}.{'' if is_begun and secret_type(type).has_editor else hint}"
        )
        return is_begun

    async def _fill_new(self, type: str, key: str, *, is_begun: bool) -> None:  # noqa: A002
        if is_begun and secret_type(type).has_editor:
            await self.browser.go_on_with("edit_form")
        if key and not secret_type(type).form:
            await self.edits.edit_new_key(key)
