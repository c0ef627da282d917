"""Rename or replace a Secret: draft a copy with a new name, then show how to point readers at the copy."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Final

from msgspec.structs import replace

from tui.model.draft.copy_plan import from_source, next_name, plan_copy, source_changes, source_of
from tui.model.draft.draft import CopySource, Draft
from tui.model.errors import ClusterError, NotFound
from tui.model.readers.point_at import kubectl_lines, lines_to_change
from tui.model.readers.reader import each_once, readers_count
from tui.model.secret.secret import SecretRef
from tui.model.secret.validation import name_problem
from tui.model.secret.value import Value
from tui.model.text.counts import counted, listed
from tui.model.text.printable import cut_middle
from tui.session.several.plans import plan_at
from tui.session.writes.review import WriteTarget, source_now
from tui.ui import router
from tui.ui.base.job import ask, is_still_here, reading
from tui.ui.base.reader_words import readers_word
from tui.ui.browser.commands.checks import nothing_to_copy
from tui.ui.browser.commands.copies import read_to_copy
from tui.ui.browser.panes import BrowserPanes
from tui.ui.command_types import Where, unless
from tui.ui.dialogs.prompt import NameRequest, NameScreen, Question
from tui.ui.widgets.lines import Line
from tui.ui.widgets.text import Styled

_NAME: Final = 30


class RenameCommands:
    """Commands that copy a Secret to a new name, and then offer to delete the old Secret.

    The copy and the deletion are two writes, each with its own review. The readers of the Secret are not
    changed.
    """

    def __init__(self, browser: BrowserPanes) -> None:
        self.browser, self.shared = browser, browser.shared

    def _not_renamable(self) -> str | None:
        if (why := nothing_to_copy(self)) is not None:
            return why
        ref, review = self.browser.subject, self.shared.keys.of("review_changes")
        has_draft = ref is not None and self.shared.session.drafts.get(ref) is not None
        return f"{ref} has a draft. Review it first ({review})." if has_draft else None

    def _not_immutable(self) -> str | None:
        secret = self.browser.secret.secret
        is_immutable = secret is not None and secret.is_immutable
        return None if is_immutable else "This Secret is not immutable: edit its keys instead."

    @unless(_not_renamable)
    async def run_rename_secret(self) -> None:
        ref = self.browser.here
        lines = (
            "Renaming copies the Secret. After you review and write the copy, you may delete the old Secret.",
            self._readers_line(ref),
        )
        if (target := await self._copy_as(ref, f"Rename {ref}", lines, ref.name)) is not None:
            await self.review_target(target)

    @unless(_not_immutable, _not_renamable)
    async def run_replace_secret(self) -> None:
        old, keys = self.browser.here, self.shared.keys
        lines = (
            f"{old.name} is immutable. Copy it under a new name, and change the copy?",
            self._readers_line(old),
        )
        given = next_name(old.name, partial(self._is_taken, old.namespace))
        if (target := await self._copy_as(old, f"Changed copy of {old}", lines, given)) is not None:
            self.browser.open_secret(target.draft.ref)
            hint = f"{keys.of('edit_value')} edits a value, {keys.of('review_changes')} reviews the draft"
            self.browser.show_message(
                f"{target.draft.ref.name} is a new draft with all keys of {old.name}. {hint}."
            )

    async def review_target(self, target: WriteTarget) -> None:
        await ask(self.browser, router.ReviewScreen(self.shared, target))
        # The cursor moves only now, because a new Secret had no row before the write.
        is_written = target.outcome is not None and target.outcome.kind == "written"
        if is_written and self.browser.place is Where.SECRETS:
            self.browser.secrets.choose_rows()
            self.browser.secrets.table.move_to(str(target.draft.ref))
        elif is_written and self.browser.secret.is_recreated:
            self.browser.open_secret(target.draft.ref)
        source = target.draft.source
        if is_written and source is not None and source.is_replaced:
            await self._after_copy(target.draft, source)

    async def _copy_as(
        self, ref: SecretRef, title: str, lines: tuple[Line, ...], given: str
    ) -> WriteTarget | None:
        session = self.shared.session
        session.want_readers(ref.namespace if session.namespace is not None else None)

        def problem(name: str) -> str | None:
            is_taken = self._is_taken(ref.namespace, name)
            return name_problem(name) or (f"A Secret or draft {name} already exists." if is_taken else None)

        name = await ask(self.browser, NameScreen(NameRequest(title, lines, problem, "next", given)))
        if name is None or (secret := await read_to_copy(self.browser, ref)) is None:
            return None
        new, copied = SecretRef(ref.namespace, name), source_of(secret, is_replaced=True)
        planning = plan_at(
            session, [new], lambda place, there: from_source(plan_copy(secret, place, there), copied)
        )
        (plan,) = await reading(self.browser, planning)
        if plan.draft is None or not plan.draft.is_new:
            self.browser.show_message(plan.why or f"Not copied: {new} already exists.", "warning")
        elif is_still_here(self.browser) and session.drafts.add(plan.draft):
            copies = f"This is a copy; {ref.name} is not deleted. {self._readers_line(ref)}"
            return WriteTarget(plan.draft, plan=replace(plan, notes=(copies, *plan.notes)))
        return None

    def _is_taken(self, namespace: str, name: str) -> bool:
        session, ref = self.shared.session, SecretRef(namespace, name)
        return session.drafts.get(ref) is not None or session.secrets.get(ref) is not None

    def _readers_line(self, ref: SecretRef) -> str:
        session = self.shared.session
        readers_here = session.readers_of(ref.namespace)
        if not (readers := each_once(readers_here.of(ref))):
            return (
                f"Readers of {ref.name}: {readers_word(readers_here, ref, self.shared.keys, session.clock)}."
            )
        is_one = len({reader.info.id for reader in readers}) == 1
        still = f"it still names {ref.name}" if is_one else f"they still name {ref.name}"
        return f"Read by {readers_count(readers)}; {still}."

    async def _after_copy(self, draft: Draft, source: CopySource) -> None:
        """Show what to change in the readers.

        If the old Secret changed after it was copied, offer to add the changes to the copy. Otherwise, offer
        to delete the old Secret, unless it was deleted meanwhile.
        """
        old, new, changes = source.secret.ref, draft.ref, dict[str, Value | None]()
        exists, now, state = True, source.secret, f"{old.name} still exists, unchanged."
        try:
            now = await reading(self.browser, source_now(self.shared.session.cluster, source))
            if changes := dict(source_changes(draft, now)):
                state = f"{old.name} changed since it was copied: {listed([*changes])}."
        except NotFound:
            exists, state = False, f"{old.name} was deleted meanwhile."
        except ClusterError as error:
            state = f"Unknown whether {old.name} changed since it was copied. {error.sentence}"
        readers = each_once(self.shared.session.readers_of(old.namespace).of(old))
        options = self.shared.contexts.kubectl_options(self.shared.session.cluster.target)
        kubectl = [*kubectl_lines(readers, old.namespace, new.name, options)]
        lines = [
            Styled(state, "warning" if changes else ""),
            self._readers_line(old),
            *(("", "To point the readers at the new Secret:") if readers else ()),
            *lines_to_change(readers, old.name, new.name),
            *(("", "With kubectl:", *kubectl) if kubectl else ()),
        ]
        copies = (("c", "copy these kubectl lines"),) if kubectl else ()
        takes = (("t", f"add {counted(len(changes), 'change')} to the copy"),) if changes else ()
        deletes = (("D", f"delete {cut_middle(old.name, _NAME)} …"),) if exists and not changes else ()
        title = f"{new.name} is {'created' if draft.is_new else 'written'}"
        back = "keep both" if exists else "back"
        answer = await ask(self.browser, Question(title, lines, (*copies, *takes, *deletes), back=back))
        if answer == "c":
            text = "".join(f"{line}\n" for line in kubectl)
            self.browser.show_message(await self.shared.clipboard.send(text.encode(), "the kubectl lines"))
        elif answer == "t":
            await self._take_over(new, changes, source_of(now, is_replaced=True))
        elif answer == "D":
            asks = router.DeleteScreen(self.shared, old, lambda secret: not source_changes(draft, secret))
            if await ask(self.browser, asks) is None:  # not deleted, because the Secret changed
                await self._after_copy(draft, source)

    async def _take_over(
        self, new: SecretRef, changes: Mapping[str, Value | None], source: CopySource
    ) -> None:
        if (secret := await read_to_copy(self.browser, new)) is None:
            return
        draft = replace(Draft.of(secret).set_all(secret, changes), source=source)
        if is_still_here(self.browser) and self.shared.session.drafts.add(draft):
            await self.review_target(WriteTarget(draft))
