"""From a Word file to found items: each right, or with its doubts written at it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ...errors import Problem, msg
from ...items.content import ItemContent, StimulusContent
from ...items.html import assets_in, formulas_in, plain_text
from ..found import (
    FoundImage,
    FoundItem,
    ImportReport,
    Key,
    Placement,
    Progress,
    RefusedPart,
    unheard,
)
from ..guards import USUAL, Limits
from .build import content_of, option_html, points_of, stimulus_of
from .document import Document
from .doubts import numbering_faults, structure_faults
from .evidence import Evidence, gathered
from .judge import Verdict, judged
from .kinds import is_plainly_essay, kind_of_question, usual_kinds, usual_number_of_options
from .lines import lines_in
from .markup import html_of
from .raw import Fault, RawPaper, RawQuestion, RawStimulus
from .reader import read_document
from .segment import segmented
from .zone import main_questions

_OPENED = 0.5  # of the reading, roughly, is opening the file and its paragraphs


def import_word(
    source: Path | str | bytes,
    *,
    placement: Placement | None = None,
    limits: Limits = USUAL,
    progress: Progress = unheard,
) -> ImportReport:
    """All items of a Word file. Nothing is stored.

    Raises Invalid or TooLarge where the file as a whole cannot be read; doubts about a single
    item are problems at that item, with the number of the paragraph and its first words.
    """
    started = time.monotonic()
    document = read_document(source if isinstance(source, bytes) else Path(source), limits)
    progress(_OPENED)
    paper = segmented(list(lines_in(document.blocks)))
    items = _Paper(document, paper, placement or Placement(), progress).items()
    refused = [RefusedPart(msg("Cả tệp"), why) for why in document.left_out]
    refused += [RefusedPart(fault.place.words(), fault.what) for fault in paper.left_over]
    if not items:
        refused.append(
            RefusedPart(
                msg("Cả tệp"),
                msg("Không thấy câu hỏi nào; mỗi câu bắt đầu bằng «Câu 1.», «Câu 2.» ở đầu dòng."),
            )
        )
    return ImportReport(tuple(items), tuple(refused), time.monotonic() - started, "docx")


@dataclass(slots=True)
class _Paper:
    document: Document
    paper: RawPaper
    placement: Placement
    progress: Progress
    _stimuli: dict[int, StimulusContent] = field(default_factory=dict)

    def items(self) -> list[FoundItem]:
        questions = main_questions(self.paper)
        self._attach_rubrics(questions)
        evidence, _ = gathered(self.paper)
        numbering = numbering_faults(questions)
        usual, options = usual_kinds(questions), usual_number_of_options(questions)
        found = []
        for question in questions:
            told = evidence[id(question)]
            part = self.paper.parts[question.part]
            kind = kind_of_question(question, part, told, usual)
            verdict = judged(question, kind, told)
            if kind == "essay":
                _fold_statements(question)
            faults = [
                *numbering.get(id(question), []),
                *structure_faults(
                    question, kind, options, is_plainly_essay=is_plainly_essay(question, part, told)
                ),
                *question.faults,
                *(question.stimulus.faults if question.stimulus else []),
                *verdict.faults,
            ]
            found.append(self._item(question, kind, verdict, told, faults))
            self.progress(_OPENED + (1 - _OPENED) * len(found) / len(questions))
        return found

    def _attach_rubrics(self, questions: Sequence[RawQuestion]) -> None:
        """A marking guide at the end of the file, for the essays whose numbers it names."""
        for table, _ in self.paper.rubrics:
            for question in questions:
                if not question.options and not question.statements and question.rubric is None:
                    question.rubric = table

    def _item(
        self,
        question: RawQuestion,
        kind: str,
        verdict: Verdict,
        evidence: Evidence,
        faults: Sequence[Fault],
    ) -> FoundItem:
        content = content_of(question, kind, verdict, evidence, self.placement)
        stimulus = self._stimulus(question.stimulus)
        group = question.options or question.statements
        if kind == "essay":
            group = []
        bodies = [option_html(o, group) for o in sorted(group, key=lambda o: o.letter)]
        stem = html_of(question.stem)
        shown = [stem, *bodies]
        return FoundItem(
            number=question.number,
            kind=kind,
            stem=plain_text(stem),
            options=tuple(plain_text(body) for body in bodies),
            key=_key(kind, verdict, question),
            points=points_of(question.points),
            content=content,
            stimulus=stimulus,
            stimulus_text=plain_text(stimulus.body) if stimulus else "",
            images=self._images(shown, content, stimulus),
            formulas=tuple(tex for html in shown for tex in formulas_in(html)),
            problems=tuple(_problems(question, faults, content)),
            identity=self.document.identities.get(question.place.paragraph, ""),
        )

    def _stimulus(self, raw: RawStimulus | None) -> StimulusContent | None:
        if raw is None or (raw.is_instruction and not raw.pieces):
            return None
        if id(raw) not in self._stimuli:
            self._stimuli[id(raw)] = stimulus_of(raw, self.placement)
        made = self._stimuli[id(raw)]
        return made if made.body else None

    def _images(
        self, shown: Sequence[str], content: ItemContent | None, stimulus: StimulusContent | None
    ) -> tuple[FoundImage, ...]:
        """Pictures of the item, then those of its solution and of what it shares."""
        texts = [*shown]
        if content is not None:
            texts.append(content.model_dump_json())
        if stimulus is not None:
            texts.append(stimulus.body)
        names = dict.fromkeys(name for text in texts for name in assets_in(text))
        return tuple(
            FoundImage(
                name, self.document.pictures[name].picture, self.document.pictures[name].name
            )
            for name in names
            if name in self.document.pictures
        )


def _fold_statements(question: RawQuestion) -> None:
    """The points a), b) of an essay are part of its task."""
    for statement in question.statements:
        first, *rest = statement.body
        question.stem.append(statement.label + first if not hasattr(first, "rows") else first)
        question.stem += rest
    question.statements = []


def _key(kind: str, verdict: Verdict, question: RawQuestion) -> Key:
    if kind == "choice":
        return verdict.letters[0] if len(verdict.letters) == 1 else None
    if kind == "multiple":
        return verdict.letters or None
    if kind == "tf_cluster":
        truths = dict(verdict.truths)
        if len(truths) != len(question.statements):
            return None
        return "".join("Đ" if truths[s.letter] else "S" for s in question.statements)
    return verdict.numbers[0] if verdict.numbers else None


def _problems(
    question: RawQuestion, faults: Sequence[Fault], content: ItemContent | None
) -> list[Problem]:
    found = []
    for fault in {(fault.place, str(fault.what)): fault for fault in faults}.values():
        where = msg("Câu {n}, {place}", n=question.number, place=fault.place.words())
        found.append(Problem(where, fault.what))
    if content is None:
        where = msg("Câu {n}, {place}", n=question.number, place=question.place.words())
        found.append(Problem(where, msg("Câu này vượt khuôn khổ một câu hỏi của ngân hàng.")))
    return found
