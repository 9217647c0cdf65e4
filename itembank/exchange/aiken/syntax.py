"""The grammar of Aiken, read strictly: a stem, options `A.` or `A)`, then `ANSWER: X`.

(docs.moodle.org, "Aiken format".) A line that nearly is an option or an answer is a fault with its
number, never part of the stem.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ...errors import Message, msg

OPTION = re.compile(r"([A-Z])[.)][ \t]+(\S.*)")
ANSWER = re.compile(r"ANSWER:[ \t]*([A-Z])")
_NEAR_OPTION = re.compile(r"([A-Za-z])[.)](\S.*|[ \t]+\S.*|)")
_NEAR_ANSWER = re.compile(r"(answers?|đáp án|dap an|key)\s*[:.=].*", re.IGNORECASE)
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(slots=True)
class Question:
    """`faults`: line number and what to do there."""

    line: int
    stem: list[str] = field(default_factory=list)
    options: list[str] = field(default_factory=list)
    key: str = ""
    faults: list[tuple[int, Message]] = field(default_factory=list)


def questions_of(text: str) -> Iterator[Question]:
    """Questions in order, with their faults. Blank lines and answers end a question."""
    current: Question | None = None
    number = 0
    for number, line in enumerate(text.split("\n"), start=1):
        bare = line.strip()
        if not bare:
            if current is not None and (current.options or current.key):
                yield _ended(current, number)
                current = None
            continue
        if current is not None and current.key:
            yield _ended(current, number)
            current = None
        current = current or Question(number)
        _take(current, bare, number)
    if current is not None:
        yield _ended(current, number)


def _take(question: Question, line: str, number: int) -> None:
    if found := ANSWER.fullmatch(line):
        question.key = found[1]
    elif found := OPTION.fullmatch(line):
        _take_option(question, found[1], found[2], number)
    elif _NEAR_ANSWER.fullmatch(line) or line.startswith("ANSWER"):
        what = msg("Dòng đáp án phải đúng dạng «ANSWER: B»: chữ hoa, một chữ cái.")
        question.faults.append((number, what))
        question.key = "?"
    elif found := _NEAR_OPTION.fullmatch(line):
        what = msg("Phương án phải đúng dạng «A. nội dung» hoặc «A) nội dung», có dấu cách.")
        question.faults.append((number, what))
        _take_option(question, found[1].upper(), found[2].strip(), number)
    elif question.options:
        what = msg("Dòng này đứng giữa các phương án; mỗi phương án chỉ một dòng.")
        question.faults.append((number, what))
    else:
        question.stem.append(line)


def _take_option(question: Question, letter: str, text: str, number: int) -> None:
    wanted = LETTERS[min(len(question.options), len(LETTERS) - 1)]
    if letter != wanted:
        what = msg("Phương án ở đây phải là {wanted}, không phải {letter}.", wanted=wanted,
                   letter=letter)  # fmt: skip
        question.faults.append((number, what))
    question.options.append(text)


def _ended(question: Question, number: int) -> Question:
    known = LETTERS[: len(question.options)]
    if not question.stem:
        question.faults.append((question.line, msg("Câu không có lời dẫn.")))
    if len(question.options) < 2:
        question.faults.append((number, msg("Câu cần ít nhất hai phương án A. và B.")))
    elif not question.key:
        question.faults.append((number, msg("Thiếu dòng «ANSWER: …» sau các phương án.")))
    elif question.key not in known and question.key != "?":
        what = msg("Đáp án {key} không có trong các phương án.", key=question.key)
        question.faults.append((number, what))
    return question
