"""Item content from a question and its verdict. Pure; a doubtful question is built as it stands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from functools import cache

from pydantic import ValidationError

from ...curriculum import topics
from ...items.content import (
    Choice,
    Criterion,
    Essay,
    Interaction,
    ItemContent,
    Option,
    RubricLevel,
    ShortAnswer,
    Statement,
    StimulusContent,
    TrueFalseCluster,
)
from ...items.folding import fold
from ...items.interactions import MultipleChoice
from ..found import Placement
from .document import Look, Table
from .evidence import Evidence
from .judge import Verdict
from .marks import is_pinned, label_is_italic, unmarked
from .markup import Piece, html_of
from .raw import RawOption, RawQuestion, RawStimulus
from .stimuli import title_without_numbers
from .strip import Strip
from .tables import rubric_rows

_POINTS = re.compile(r"\d{1,2}(?:[.,]\d{1,3})?")
_MOST_CRITERIA = 30
_NOTE = 7_900


def content_of(
    question: RawQuestion,
    kind: str,
    verdict: Verdict,
    evidence: Evidence,
    placement: Placement,
) -> ItemContent | None:
    """The item as the bank holds it; None where the model has no place for it."""
    pieces: list[Piece] = [*_solution(question, evidence)]
    try:
        return ItemContent(
            kind=kind,
            subject=placement.subject,
            grade=placement.grade,
            topic=_topic(question.topic, placement) or placement.topic,
            level=question.level or None,
            stem=stem_html(question),
            solution="" if kind == "essay" else html_of(pieces),
            interaction=_interaction(question, kind, verdict, pieces, evidence),
        )
    except ValidationError:
        return None


def stem_html(question: RawQuestion) -> str:
    """The stem; under a text with numbered gaps a question may be nothing but its number."""
    html = html_of(_plain_weight(question.stem))
    return html or (f"<p>({question.number})</p>" if question.stimulus else "")


def _plain_weight(pieces: Sequence[Piece]) -> list[Piece]:
    """A stem that is bold throughout is not bold: that is how the teacher set the question."""
    looks = [look for p in pieces if isinstance(p, Strip) for look in p.looks_of_ink()]
    if not looks or not all(look.bold for look in looks):
        return list(pieces)
    return [p.restyled(_not_bold) if isinstance(p, Strip) else p for p in pieces]


def _not_bold(look: Look) -> Look:
    return replace(look, bold=False)


def option_html(option: RawOption, siblings: Sequence[RawOption]) -> str:
    return html_of(unmarked(option, siblings), is_option=True)


def _interaction(
    question: RawQuestion,
    kind: str,
    verdict: Verdict,
    solution: list[Piece],
    evidence: Evidence,
) -> Interaction:
    match kind:
        case "choice":
            key = verdict.letters[0] if len(verdict.letters) == 1 else None
            return Choice(options=_options(question), key=key, shuffle=not keeps_order(question))
        case "multiple":
            shuffle = not keeps_order(question)
            return MultipleChoice(options=_options(question), keys=verdict.letters, shuffle=shuffle)
        case "tf_cluster":
            truths = dict(verdict.truths)
            return TrueFalseCluster(
                statements=tuple(
                    Statement(
                        id=s.letter,
                        body=option_html(s, question.statements),
                        key=truths.get(s.letter),
                    )
                    for s in question.statements
                )
            )
        case "short":
            return ShortAnswer(keys=verdict.numbers)
    return Essay(rubric=_rubric(question, evidence), model_answer=html_of(solution))


def _options(question: RawQuestion) -> tuple[Option, ...]:
    return tuple(
        Option(id=option.letter, body=option_html(option, question.options))
        for option in sorted(question.options, key=lambda o: o.letter)
    )


def keeps_order(question: RawQuestion) -> bool:
    """An italic label keeps its option in place; so does a sign `#!`. Then none is moved.

    Labels that are all italic are a way of typing, and say nothing.
    """
    italic = [label_is_italic(option) for option in question.options]
    return any(is_pinned(o) for o in question.options) or (any(italic) and not all(italic))


def _solution(question: RawQuestion, evidence: Evidence) -> list[Piece]:
    pieces = [piece for piece, _ in question.solution]
    for answer in evidence.retold:
        if not answer.options and not answer.statements and not question.statements:
            pieces += [p for p in answer.stem if isinstance(p, Table) or len(p.text) > 12]
        pieces += [piece for piece, _ in answer.solution]
    return pieces


def _rubric(question: RawQuestion, evidence: Evidence) -> tuple[Criterion, ...]:
    rows = [] if question.rubric is None else rubric_rows(question.rubric)
    for answer in evidence.retold:
        rows += [] if answer.rubric is None else rubric_rows(answer.rubric)
    kept = [row for row in rows if row.number in {None, question.number} and row.text]
    found = []
    for index, row in enumerate(kept[:_MOST_CRITERIA], start=1):
        points = points_of(row.points)
        levels = (
            () if points is None else (RubricLevel(points=Decimal(0)), RubricLevel(points=points))
        )
        found.append(Criterion(id=str(index), criterion=row.text[:_NOTE], levels=levels))
    return tuple(found)


def points_of(text: str) -> Decimal | None:
    match = _POINTS.search(text)
    try:
        return Decimal(match[0].replace(",", ".")) if match else None
    except InvalidOperation:
        return None


def _topic(name: str, placement: Placement) -> str:
    """The code of the curriculum topic that goes by this name; '' where none does."""
    return _topic_names(placement.subject).get(fold(name), "") if name else ""


@cache
def _topic_names(subject: str) -> dict[str, str]:
    return {fold(topic.name): topic.code for topic in topics(subject)} if subject else {}


def stimulus_of(raw: RawStimulus, placement: Placement) -> StimulusContent:
    return StimulusContent(
        subject=placement.subject,
        title=title_without_numbers(raw.title),
        body=html_of(raw.pieces),
    )
