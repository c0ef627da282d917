"""Screen of a workload's inputs: each variable and file of its containers."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import partial
from typing import Final

from tui.model.errors import ClusterError
from tui.model.readers.freshness import Verdict, workload_words, worst
from tui.model.readers.gaps import gap_sentences
from tui.model.readers.inputs.container_input import ContainerInput
from tui.model.readers.inputs.table import InputProblem, problems_of, use_of
from tui.model.readers.pods import FAILING, PodInfo
from tui.model.readers.reader import ReaderInfo, Use
from tui.model.readers.workloads import WorkloadInfo
from tui.model.secret.secret import SecretRef
from tui.model.secret.value import MASK, Value, facts, size_text
from tui.model.text.counts import counted, joined, listed
from tui.model.why import WhyQuestion
from tui.session.pod_inputs import PodInputs
from tui.session.session import Topic
from tui.ui.base.freshness import verdict_of
from tui.ui.base.job import ask, is_still_here, reading, resting, start_job
from tui.ui.base.revealed import RevealScreen
from tui.ui.base.rows import RowsScreen
from tui.ui.base.screen_context import ScreenContext
from tui.ui.command_types import Where, unless
from tui.ui.dialogs.prompt import NameRequest, NameScreen
from tui.ui.readers.compared import ComparedInputsScreen, full_title
from tui.ui.rollout.screen import RolloutScreen
from tui.ui.widgets.bars.frame import is_staying
from tui.ui.widgets.bars.note import Note
from tui.ui.widgets.lines import Line
from tui.ui.widgets.lists.input_table import InputLine, InputTable, counts_words, input_lines, source_words
from tui.ui.widgets.lists.reader_table import VERDICT_TONES
from tui.ui.widgets.review_page import RowPage
from tui.ui.widgets.text import Cell, Styled, Tone

_MOST_JUDGED: Final = 200
"""Maximum product of two counts: the number of pods, and the number of inputs from Secrets.

Above this maximum, no pod is checked for an old value.
"""
_FEW, _MORE = 2, 5
"""Maximum number of problem lines above the rows, in low and high terminals."""
_HIGH: Final = 30
"""Minimum number of lines of a high terminal."""
_MOST_LINES: Final = 200
_UNSEEN: Final = "not shown: variables from Services and from the image"
_LEVELS: Final[tuple[tuple[str, Tone], ...]] = (("X", "bad"), ("X", "bad"), *(("!", "warning"),) * 5)
"""Sign and tone for each rank of a problem. Rank 0 is the worst."""
_OLD: Final = 3
"""Rank of an old value in a pod."""


class WorkloadScreen(RowsScreen[InputLine], RevealScreen[None]):
    """Inputs of a pod or workload in a table; for another object, the Secrets that the object names."""

    PLACE = Where.WORKLOAD
    TOPICS = frozenset({"readers", "secrets", "opened"})

    def __init__(self, shared: ScreenContext, info: ReaderInfo, use: Use | None = None) -> None:
        table = InputTable(self._sign, self._value_words)
        super().__init__(shared, table, "words in name, source, state, container")
        self._found, self._use = PodInputs(shared.session, info), use
        self._inputs: Sequence[ContainerInput] = ()
        self._problems: Sequence[InputProblem] = ()
        self._verdicts = dict[int, list[Verdict]]()
        self._pods: Sequence[PodInfo] = ()
        self._values = dict[str, Value]()
        self._is_again = False

    # Reading

    def on_mount(self) -> None:
        start_job(self, self._read())

    def on_unmount(self) -> None:
        self._found.forget()
        self._values, self._inputs, self._problems = {}, (), ()

    @property
    def info(self) -> ReaderInfo:
        """Latest known state of the object; if the object is gone, its state at the last read."""
        readers = self.shared.session.readers_of(self._found.info.namespace)
        return readers.get(self._found.info.id) or self._found.info

    async def _read(self) -> None:
        is_first = not self._found.is_read and not self._is_again
        await reading(self, self._found.read(self.info))
        if is_staying(self):
            self.draw()
            if is_first:
                self.table.move_to(self.first_key())

    def live_changed(self, topics: frozenset[Topic]) -> None:
        if not (topics & self.TOPICS and self._found.is_read):
            return
        stale = {(InputLine(each).key, each.name) for each in filter(self._found.is_outdated, self._inputs)}
        if self.revealed & stale:
            self._set_revealed(self.revealed - stale)
            self.show_message("A shown Secret changed. Its old value is hidden.")
        if self.info.uses != self._found.info.uses:
            start_job(self, self._read())
        else:
            self.draw()

    def run_refresh_now(self) -> None:
        super().run_refresh_now()
        start_job(self, self._read())

    def _nothing_unknown(self) -> str | None:
        return None if self._found.unknown() else "All keys are known."

    @unless(_nothing_unknown)
    async def run_check_values(self) -> None:
        """Read the objects whose keys are unknown, and keep only the names of their keys."""
        count = len(self._found.unknown())
        try:
            await reading(self, self._found.read_keys())
        except ClusterError as error:
            self.show_message(error.sentence, "bad")
        else:
            self.show_message(f"Read the keys of {counted(count, 'object')}.")
        if is_staying(self):
            self.draw()

    # Drawing

    def rows(self) -> list[InputLine]:
        session, pod_inputs = self.shared.session, self._found
        if not pod_inputs.is_read:
            return []
        self._inputs = pod_inputs.inputs()
        self._problems = problems_of(self._inputs, pod_inputs.keys_of) if pod_inputs.is_whole else ()
        self._pods = session.readers_of(self.info.namespace).pods_of(self.info)
        secrets = [each for each in self._inputs if each.source.kind == "Secret" and each.state == "set"]
        is_judged = len(secrets) * len(self._pods) <= _MOST_JUDGED
        self._verdicts = {each.number: self._judged(each) for each in secrets} if is_judged else {}
        return list(input_lines([each for each in self._inputs if self.has_words(self._words(each))]))

    def _sign(self, input_: ContainerInput) -> Cell:
        ranks = [problem.rank for problem in self._problems if problem.input.number == input_.number]
        worst_verdict = worst(self._verdicts.get(input_.number, []))
        ranks += [_OLD] if worst_verdict is not None and worst_verdict.is_old else []
        return Styled(*_LEVELS[min(ranks)]) if ranks else ""

    def _judged(self, input_: ContainerInput) -> list[Verdict]:
        session, key = self.shared.session, input_.source.key or None
        uses = ((pod, use_of(input_, pod.uses)) for pod in self._pods)
        verdicts = (verdict_of(session, pod, use, key) for pod, use in uses if use is not None)
        return [verdict for verdict in verdicts if verdict is not None]

    def _words(self, input_: ContainerInput) -> str:
        return (
            f"{input_.name} {input_.source} {input_.state} {input_.container} {input_.way} "
            f"{' '.join(input_.notes)}"
        )

    def _value_words(self, input_: ContainerInput) -> Cell:
        if (most := worst(verdicts := self._verdicts.get(input_.number, []))) is not None and most.is_old:
            words = most.short if isinstance(self.info, PodInfo) else workload_words(verdicts)
            return Styled(words, VERDICT_TONES[most.word])
        if not (input_.is_variable or input_.is_file):
            return Styled("at next pull", "muted") if input_.way == "image_pull" else ""
        if input_.source.kind in ("literal", "resource", "volume", "file") or not self._found.is_whole:
            return ""
        if input_.is_file and not input_.is_sub_path:
            return Styled("within 2 min", "muted")
        return "" if input_.source.kind == "field" else Styled("at restart", "muted")

    def first_key(self) -> str:
        """Return the key of the row where the cursor starts; "" if no input is known.

        With `_use`, the cursor starts at the row of this use, otherwise at the row of the worst problem.
        Without such a row, the cursor starts at the first row.
        """
        if self._use is not None:
            first_inputs = (input_ for input_ in self._inputs if use_of(input_, (self._use,)) is not None)
        else:
            first_inputs = (problem.input for problem in self._problems)
        return next((InputLine(each).key for each in (*first_inputs, *self._inputs)), "")

    def head(self) -> tuple[str, list[Cell]]:
        title = "Inputs of" if self._found.has_pods else "Secrets named by"
        right = counts_words(self._inputs)
        if not self._found.is_whole:
            right = counted(len(self._inputs), "use")
        return f"{title} {full_title(self.info)}", [right] if self._found.is_read else []

    def note(self) -> Note | None:
        if not self._found.is_read:
            return Note("loading", (f"Reading {self.info.title} …",))
        if self.table.rows:
            return None
        if self.filter_words:
            return Note("empty", (f"No matches. {self.shared.keys.of('go_back')} clears the filter.",))
        return Note("empty", ("No variable, file or Secret is known.",))

    def page(self, row: InputLine | None) -> RowPage:
        text = list(self._about(row.input, row.key)) if row is not None else []
        sentences = gap_sentences(self._found.gaps.values())
        text += ((Styled(f"  {sentence}", "warning"),) for sentence in sentences)
        if self._found.is_whole:
            text.append((Styled(f"  {_UNSEEN}", "muted"),))
        return RowPage(text, head=list(self._verdict()) if self._found.is_read else (), lead=4)

    def _verdict(self) -> Iterator[Line]:
        troubles = [*self._troubles()]
        most = _MORE if self.size.height >= _HIGH else _FEW
        shown = troubles if len(troubles) <= most else troubles[: most - 1]
        for sign, tone, words in shown:
            yield (Styled(f"  {sign} ", tone), f"{words}.")
        if more := len(troubles) - len(shown):
            yield (Styled(f"    and {counted(more, 'more problem')}, marked below", "muted"),)
        if not troubles and self._found.is_whole:
            yield (Styled(f"  {self._no_trouble()}", "muted"),)

    def _no_trouble(self) -> str:
        if unknown := self._found.unknown():
            names = joined([f"{kind}/{name}" for kind, name in unknown])
            reads = f"{self.shared.keys.of('check_values')} reads these objects."
            return f"Keys of {names} are unknown: {reads}"
        if any(each.state == "not known" for each in self._inputs):
            return "No known input is missing or overridden; some keys are unknown."
        return "No input is missing or overridden."

    def _troubles(self) -> Iterator[tuple[str, Tone, str]]:
        status = next(self._failing(), None)
        has_worst_rank = bool(self._problems) and not self._problems[0].rank
        if status is not None and not has_worst_rank:
            yield ("X", "bad", status)
        ranked = [(problem.rank, problem.says) for problem in self._problems]
        ranked += [(_OLD, words) for words in self._old_values()]
        for rank, words in sorted(ranked, key=lambda each: each[0]):
            yield (*_LEVELS[rank], words)

    def _failing(self) -> Iterator[str]:
        for pod in self._pods:
            for container, reason, message in pod.waiting:
                if reason in FAILING:
                    yield f"{container}: {reason} {message}".rstrip(" .")

    def _old_values(self) -> Iterator[str]:
        restarts = self.shared.keys.of("restart_readers")
        for input_ in self._inputs:
            verdicts = self._verdicts.get(input_.number, [])
            if (most := worst(verdicts)) is None or not most.is_old:
                continue
            old = sum(each.word == most.word for each in verdicts)
            state = "old" if most.word == "old value" else "perhaps old"
            count = "" if isinstance(self.info, PodInfo) else f" in {old} of {counted(len(verdicts), 'pod')}"
            yield f"{input_.name} is {state}{count}: {input_.source} changed ({restarts} restarts pods)"

    def _about(self, input_: ContainerInput, key: str) -> Iterator[Line]:
        container = f" of {input_.container}" if input_.container else ""
        notes = f" · {' · '.join(input_.notes)}" if input_.notes else ""
        yield (f"  {input_.name}{container}: {input_.way} from {source_words(input_)}{notes}",)
        if input_.by:
            how = "Hidden by" if input_.state == "hidden" else "Overridden by"
            yield (Styled(f"  {how} {input_.by}", "warning"),)
        for problem in self._problems:
            if problem.input.number == input_.number:
                yield (Styled(f"  {problem.says}.", "warning"),)
        for reference in input_.references:
            if reference.source is not None:
                yield (f"  $({reference.name}) is from {reference.source}",)
        if (most := worst(self._verdicts.get(input_.number, []))) is not None and most.is_telling:
            yield ("  ", Styled(most.short, VERDICT_TONES[most.word]), f": {most.grounds}")
        if (line := self._kubectl_line(input_)) is not None:
            yield (Styled(f"  {line}", "accent"), f"   {self.shared.keys.of('copy_line')} copies the line")
        if self._why_no_value(input_) is None:
            yield from self._value_lines(key)

    def _value_lines(self, key: str) -> Iterator[Line]:
        if (value := self._values.get(key)) is None:
            shows = (
                ""
                if self.shared.settings.no_reveal
                else f"   {self.shared.keys.of('reveal_key')} shows the value"
            )
            yield (f"  {MASK}{shows}",)
        elif not facts(value).is_readable:
            yield (Styled(f"  {size_text(value.size)}, not text", "muted"),)
        else:
            lines = value.reveal().decode().splitlines() or [""]
            yield from ((f"  {line}",) for line in lines[:_MOST_LINES])
            if (more := len(lines) - _MOST_LINES) > 0:
                yield (Styled(f"  {more:,} more lines", "muted"),)

    # Commands

    @property
    def _selected(self) -> ContainerInput | None:
        return self.row.input if self.row is not None else None

    @property
    def subject(self) -> SecretRef | None:
        selected = self._selected
        if selected is None or selected.source.kind != "Secret":
            return None
        return SecretRef(selected.source.namespace or self.info.namespace, selected.source.name)

    @property
    def target(self) -> object:
        return self.table.cursor_key

    def _kubectl_line(self, input_: ContainerInput) -> str | None:
        """Return a kubectl command with which the user can change an input; None if its source is a Secret.

        If the source is a ConfigMap, the command edits this ConfigMap, otherwise the workload.
        """
        if input_.source.kind == "Secret":
            return None
        kind, name = self.info.workload
        target = (
            f"configmap/{input_.source.name}"
            if input_.source.kind == "ConfigMap"
            else f"{kind.lower()}/{name}"
        )
        return f"kubectl -n {self.info.namespace} edit {target}"

    def open_row(self, row: InputLine) -> None:
        selected, ref = row.input, self.subject
        if ref is None:
            copies = f"{self.shared.keys.of('copy_line')} copies the kubectl line"
            self.show_message(f"{row.input.name} is from {source_words(selected)}: {copies}.")
        elif not ref.namespace:
            self.show_message(f"{self.info.title} names Secret {ref.name} without a namespace.", "warning")
        elif selected.state == "missing":
            kind, name = self.info.kind.name, self.info.name
            question = WhyQuestion(
                namespace=ref.namespace, secret=ref.name, key=selected.source.key, kind=kind, name=name
            )
            self.shared.app.explain(question)
        elif selected.state == "absent" and self._found.keys_of("Secret", ref.name) is None:
            self.show_message(f"No Secret {ref.name} in {ref.namespace}.", "warning")
        else:
            main = self.shared.app.navigator
            main.follow(partial(main.open_secret, ref, selected.source.key))

    def _no_secret(self) -> str | None:
        selected = self._selected
        if selected is None:
            return "No input selected."
        if (line := self._kubectl_line(selected)) is not None:
            return f"This input is not from a Secret. {self.shared.keys.of('copy_line')} copies: {line}"
        if self.subject is None or not selected.source.key or selected.state in ("missing", "absent"):
            return "This input has no existing key to edit."
        return None

    @unless(_no_secret)
    def run_edit_value(self) -> None:
        selected, ref = self._selected, self.subject
        if selected is None or ref is None:
            return
        main, screen, session = self.shared.app.navigator, self.app.screen_stack[0], self.shared.session

        def is_read() -> bool:
            opened = session.opened
            return opened is None or opened.ref != ref or opened.state.kind != "loading"

        async def edit() -> None:
            await resting(session.events.until(is_read))
            if session.open_ref == ref:
                await main.action_run_command("edit_value")

        main.follow(partial(main.open_secret, ref, selected.source.key))
        start_job(screen, edit())

    def _no_line(self) -> str | None:
        selected = self._selected
        if selected is None:
            return "No input selected."
        is_secret = self._kubectl_line(selected) is None
        return (
            f"This input is from a Secret; {self.shared.keys.of('go_in')} opens the Secret."
            if is_secret
            else None
        )

    @unless(_no_line)
    async def run_copy_line(self) -> None:
        if (input_ := self._selected) is not None and (line := self._kubectl_line(input_)) is not None:
            self.show_message(await self.shared.clipboard.send(line.encode(), "the kubectl line"))

    def _no_restart(self) -> str | None:
        return None if self._secrets() else "This object reads no existing Secret."

    @unless(_no_restart)
    def run_restart_readers(self) -> None:
        self.app.push_screen(RolloutScreen(self.shared, *self._secrets(), only=[self.info.workload]))

    def _secrets(self) -> list[SecretRef]:
        inputs = [each for each in self._inputs if each.state == "set" and each.source.kind == "Secret"]
        refs = [SecretRef(each.source.namespace or self.info.namespace, each.source.name) for each in inputs]
        return list(dict.fromkeys(refs))

    def _others(self) -> Iterator[ReaderInfo]:
        readers = self.shared.session.readers_of(self.info.namespace)
        for info in (info for store in (*readers.stores, *readers.search.stores) for info in store.rows):
            is_here = info.namespace == self.info.namespace and info.id != self.info.id
            if is_here and isinstance(info, PodInfo | WorkloadInfo):
                yield info

    def _other(self, typed: str) -> ReaderInfo | None:
        """Find the object that the user typed as "Kind/name" or "name".

        Without a kind, use the kind of `info`.
        """
        kind, _, name = typed.strip().rpartition("/")
        kind_and_name = (kind or self.info.kind.name).casefold(), name
        return next(
            (info for info in self._others() if (info.kind.name.casefold(), info.name) == kind_and_name), None
        )

    def _not_compared(self) -> str | None:
        return None if self._found.is_whole else "Nothing to compare: the containers are unknown."

    @unless(_not_compared)
    async def run_compare_inputs(self) -> None:
        session, namespace = self.shared.session, self.info.namespace
        if session.readers_of(namespace).search.phase == "not asked":
            session.search_readers(namespace)
        kind = self.info.kind.name
        names = [info.name for info in self._others() if info.kind == self.info.kind]
        line = (
            f"Objects of the same kind: {listed(names)}"
            if names
            else f"No other {kind} is known in {namespace}."
        )

        def problem(typed: str) -> str | None:
            if self._other(typed) is not None:
                return None
            if session.readers_of(namespace).search.is_running:
                return "The search for workloads is still running; try again."
            return f"No such object is known in {namespace}: type the NAME of a {kind}, or KIND/NAME."

        title = f"Compare {full_title(self.info)} with"
        wanted = NameRequest(title, ((line,),), problem, "compare", judges_early=False)
        typed = await ask(self, NameScreen(wanted))
        if typed is not None and (other := self._other(typed)) is not None:
            self.app.push_screen(ComparedInputsScreen(self.shared, self.info, other))

    def again(self) -> WorkloadScreen:
        screen = WorkloadScreen(self.shared, self.info, self._use)
        screen.pane.begin_as(self.pane)
        screen._is_again = True
        return screen

    # Values

    def _no_value(self) -> str | None:
        return self._why_no_value(self._selected)

    def _why_no_value(self, input_: ContainerInput | None) -> str | None:
        if input_ is None or input_.state in ("missing", "absent"):
            return "Nothing to show: no input with a value is selected."
        has_value = input_.source.literal is not None or (input_.source.is_object and input_.source.key)
        return None if has_value else f"{input_.name} has no value in a Secret, a ConfigMap or the pod spec."

    @unless(_no_value)
    async def run_reveal_key(self) -> None:
        if (row := self.row) is None:
            return
        name, ref = row.input.name, self.subject or SecretRef(self.info.namespace, "")
        if (row.key, name) in self.revealed:
            self.hide_values(row.key, [name])
            return
        try:
            value = await reading(self, self._found.value_of(row.input))
        except ClusterError as error:
            self.show_message(error.sentence, "bad")
            return
        if not is_still_here(self):
            return
        if value is None:
            self.show_message(f"{row.input.source} has no value now.", "warning")
            return
        self._values[row.key] = value
        self.toggle_values(ref, row.key, [name], row.input.source.key)

    def may_reveal(self, ref: SecretRef, keys: Collection[str], how: str = "") -> bool:
        """Return True if a value may be shown. If the value is from a Secret, write to the journal first.

        If the value is not from a Secret, `ref.name` is "". `keys` are names of inputs.
        `how`: key of the Secret, recorded instead of `keys`. If it is "", `keys` are recorded.
        """
        return not ref.name or super().may_reveal(ref, [how] if how else keys)

    @property
    def hides_here(self) -> bool:
        return self.row is not None and (self.row.key, self.row.input.name) in self.revealed

    def draw_values(self) -> None:
        shown = {key for key, _ in self.revealed}
        self._values = {key: value for key, value in self._values.items() if key in shown}
        self.draw()
