"""An Aiken file as an import report; every fault names its line."""

from __future__ import annotations

import time
from html import escape
from pathlib import Path

from ...errors import Message, Problem, msg
from ...items.content import OPTION_IDS, Choice, Option
from ..foreign_html import content_html
from ..found import NO_ITEMS, FoundItem, ImportReport, Placement
from ..guards import USUAL, Deadline, Limits
from ..item_tags import about
from ..telling import content_of, told, unfit
from ..text_files import legacy_letters, read_text
from .syntax import Question, questions_of

SECONDS = 300.0
ANYWHERE = Placement()


def import_aiken(
    source: Path | str | bytes,
    placement: Placement = ANYWHERE,
    *,
    limits: Limits = USUAL,
    seconds: float = SECONDS,
) -> ImportReport:
    """Every question of an Aiken file. Nothing is stored.

    Raises Invalid (not text, a legacy encoding) or TooLarge for the file as a whole.
    """
    started = time.monotonic()
    deadline = Deadline(seconds)
    items = []
    for number, question in enumerate(questions_of(read_text(source, limits)), start=1):
        deadline.check()
        items.append(_item(question, number, placement))
    refused = []
    if not items:
        refused = [NO_ITEMS]
    return ImportReport(tuple(items), tuple(refused), time.monotonic() - started, "aiken")


def _item(question: Question, number: int, placement: Placement) -> FoundItem:
    problems = [Problem(_where(number, line), what) for line, what in question.faults]
    text = "\n".join([*question.stem, *question.options])
    legacy = legacy_letters(text)
    if legacy is not None:
        problems.append(Problem(_where(number, question.line), legacy))
    if len(question.options) > len(OPTION_IDS):
        why = msg("Câu có {n} phương án, quá nhiều cho một câu hỏi.", n=len(question.options))
        return unfit(number, "choice", " ".join(question.stem), [
            *problems, Problem(_where(number, question.line), why),
        ])  # fmt: skip
    stem = "<br>".join(html_of(line) for line in question.stem)
    made = content_of(
        lambda: _choice(question), about((), placement), f"<p>{stem}</p>" if stem else "", ""
    )
    if isinstance(made, Message):
        return unfit(number, "choice", stem, [Problem(_where(number, question.line), made)])
    return told(made, number=number, problems=problems)


def _where(number: int, line: int) -> Message:
    return msg("Câu {n}, dòng {line}", n=number, line=line)


def _choice(question: Question) -> Choice:
    options = tuple(
        Option(id=letter, body=html_of(text))
        for letter, text in zip(OPTION_IDS, question.options, strict=False)
    )
    known = {option.id for option in options}
    return Choice(options=options, key=question.key if question.key in known else None)


def html_of(text: str) -> str:
    """Plain text with formulas between delimiters, as content."""
    return content_html(escape(text, quote=False), lambda address: None)
