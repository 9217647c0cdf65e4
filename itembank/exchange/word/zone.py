"""Brings the answers at the end of a paper to its questions. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from .raw import RawPaper, RawQuestion, SaidKey, ZoneAnswer


def main_questions(paper: RawPaper) -> list[RawQuestion]:
    return [question for question in paper.questions if not question.in_zone]


def keys_from_zone(paper: RawPaper) -> dict[int, list[SaidKey]]:
    """Entries of the answer table for each question, by `id`; several where it says so twice."""
    questions = main_questions(paper)
    found: dict[int, list[SaidKey]] = defaultdict(list)
    part_of_run = _parts_of_runs(paper.zone, questions)
    for answer in paper.zone:
        part = answer.part if answer.part is not None else part_of_run.get(answer.run)
        question = _question(questions, part, answer.number)
        if question is not None:
            found[id(question)].append(SaidKey(answer.value, answer.place))
    return found


def solutions_from_zone(paper: RawPaper) -> dict[int, list[RawQuestion]]:
    """The questions of the answer section («Câu 1. Chọn B. ...») for each question, by `id`."""
    questions = main_questions(paper)
    found: dict[int, list[RawQuestion]] = defaultdict(list)
    run, last = 0, 0
    answers = [q for q in paper.questions if q.in_zone]
    entries = []
    for answer in answers:
        run += answer.number <= last
        last = answer.number
        part = None if answer.part < 0 else answer.part
        entries.append(ZoneAnswer(part, run, answer.number, "", answer.place))
    part_of_run = _parts_of_runs(entries, questions)
    for answer, entry in zip(answers, entries, strict=True):
        part = entry.part if entry.part is not None else part_of_run.get(entry.run)
        question = _question(questions, part, answer.number)
        if question is not None:
            found[id(question)].append(answer)
    return found


def _question(
    questions: Sequence[RawQuestion], part: int | None, number: int
) -> RawQuestion | None:
    here = [q for q in questions if q.number == number and (part is None or q.part == part)]
    if len(here) == 1:
        return here[0]
    if not here and part is not None:  # headings of the answers may be cut differently
        elsewhere = [q for q in questions if q.number == number]
        return elsewhere[0] if len(elsewhere) == 1 else None
    return here[0] if here and part is not None else None


def _parts_of_runs(
    entries: Sequence[ZoneAnswer], questions: Sequence[RawQuestion]
) -> dict[int, int]:
    """Answers without headings: where numbers start again, the next part of the paper begins."""
    runs = list(dict.fromkeys(entry.run for entry in entries if entry.part is None))
    parts = list(dict.fromkeys(question.part for question in questions))
    if not _numbers_repeat(questions) or len(runs) != len(parts):
        return {}
    return dict(zip(runs, parts, strict=True))


def _numbers_repeat(questions: Sequence[RawQuestion]) -> bool:
    by_part: dict[int, set[int]] = defaultdict(set)
    for question in questions:
        by_part[question.part].add(question.number)
    numbers = [n for found in by_part.values() for n in found]
    return len(numbers) != len(set(numbers))
