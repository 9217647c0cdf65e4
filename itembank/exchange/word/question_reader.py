"""Lines of one question: stem, options, statements, keys, solution."""

from __future__ import annotations

import re
from typing import Literal

from ...errors import msg
from .cursor import Cursor
from .document import Doubt, Image
from .labels import options_on, starts_with_option, statements_on
from .lines import Line
from .markup import Piece, things_of
from .patterns import (
    CHOOSE_LINE,
    KEY_BEHIND,
    KEY_LINE,
    KEY_TAG,
    SECTION_HEADING,
    SOLUTION,
    TAG_LINE,
)
from .raw import Fault, RawOption, RawQuestion, SaidKey
from .said_keys import is_blank, letters_in
from .strip import OBJECT, Strip
from .tags import take_tags

State = Literal["stem", "options", "solution"]
_LETTER = re.compile(r"\s*[A-H]\s*[.]?\s*")
_USUAL_STATEMENTS = 4


def _is_boxed_letter(behind: re.Match[str]) -> bool:
    """«[Đáp án: B]» behind a stem: a key, though the options are still to come."""
    return behind[0].lstrip()[:1] in {"[", "("} and bool(_LETTER.fullmatch(behind["value"]))


class QuestionReader:
    """Takes the lines of a question one by one."""

    def __init__(self, question: RawQuestion, cursor: Cursor) -> None:
        self.question = question
        self.state: State = "stem"
        self._cursor = cursor

    @property
    def is_open(self) -> bool:
        """Whether the stem may still go on: no option, no key yet."""
        return self.state == "stem" and not self.question.keys

    def take(self, line: Line) -> None:
        line = self._without_key_tag(line)
        if line.table is not None:
            self._continue(line, line.table)
        elif line.strip.is_blank or self._is_tag(line) or self._tells_key(line):
            return
        elif self.state == "solution" or not self._labelled(line):
            self._continue(line, self._without_key_behind(line))

    def close(self) -> None:
        """Nothing more comes: small letters beside options go back to the stem."""
        question = self.question
        if question.options and question.statements:
            _statements_into_stem(question)
        question.faults += question.trailing
        question.trailing = []

    # --- keys and solutions -----------------------------------------------------------------

    def _without_key_tag(self, line: Line) -> Line:
        match = KEY_TAG.search(line.text)
        if match is None:
            return line
        value = line.strip[slice(*match.span("value"))].plain()
        self.question.keys.append(SaidKey(value, line.place))
        return Line(line.strip.without(*match.span()), line.place)

    def _is_tag(self, line: Line) -> bool:
        is_tag = self.state != "solution" and bool(TAG_LINE.fullmatch(line.text))
        if is_tag:
            take_tags(line.strip, self.question)
        return is_tag

    def _tells_key(self, line: Line) -> bool:
        return self._solution_line(line) or self._key_line(line) or self._choice_line(line)

    def _solution_line(self, line: Line) -> bool:
        match = SOLUTION.match(line.text)
        if match is None or self._stem_goes_on():
            return False
        self.state = "solution"
        rest = line.strip[match.start("value") :]
        if not rest.is_blank:
            self.take(Line(rest, line.place))
        return True

    def _key_line(self, line: Line) -> bool:
        match = KEY_LINE.match(line.text)
        if match is None:
            return False
        value = line.strip[match.start("value") :].plain()
        goes_on = self._stem_goes_on()
        if goes_on and not letters_in(value) and not is_blank(value):
            return False
        self.question.keys.append(SaidKey(value, line.place))
        self.state = self.state if goes_on else "solution"
        return True

    def _without_key_behind(self, line: Line) -> Strip:
        """«Tính x. Đáp án: 8»: the key behind the stem of a short answer."""
        match = KEY_BEHIND.search(line.text) if self.state == "stem" else None
        if match is None or (self._stem_goes_on() and not _is_boxed_letter(match)):
            return line.strip
        value = line.strip[slice(*match.span("value"))].plain()
        self.question.keys.append(SaidKey(value, line.place))
        return line.strip[: match.start()]

    def _choice_line(self, line: Line) -> bool:
        """«Chọn B.»"""
        match = CHOOSE_LINE.match(line.text)
        if match is None or self._stem_goes_on():
            return False
        self.question.keys.append(SaidKey(match["value"], line.place))
        self.state = "solution"
        rest = line.strip[match.start("rest") :]
        if not rest.is_blank:
            self.question.solution.append((rest, line.place))
        return True

    def _stem_goes_on(self) -> bool:
        """In a stem whose options are still to come, «Kết quả: ...» is part of the stem."""
        return self.state == "stem" and not self.question.options and self._cursor.options_follow()

    # --- options and statements -------------------------------------------------------------

    def _labelled(self, line: Line) -> bool:
        """Options or statements on the line; what stands before the first label goes on."""
        question, strip = self.question, line.strip
        used = {option.letter for option in question.options}
        group = question.options
        labels = options_on(strip.text, used, ahead=self._cursor.next_letter())
        if not labels and not question.options:
            group = question.statements
            labels = statements_on(strip.text, {statement.letter for statement in group})
        if not labels:
            self._note_repetition(line, used)
            return False
        if not strip[: labels[0].start].is_blank:
            self._continue(line, strip[: labels[0].start])
        for label, end in zip(labels, [x.start for x in labels[1:]] + [len(strip)], strict=True):
            made = RawOption(label.letter, strip[label.start : label.end], line.place)
            made.body.append(strip[label.end : end])
            group.append(made)
        self.state = "options"
        self._note_doubts(line, strip[labels[0].start :])
        return True

    def _note_repetition(self, line: Line, used: set[str]) -> None:
        if starts_with_option(line.text) in used:
            what = msg("Nhãn phương án bị lặp; có thể thiếu dòng «Câu …» của câu kế tiếp.")
            self.question.faults.append(Fault(line.place, what))

    # --- what goes on -----------------------------------------------------------------------

    def _continue(self, line: Line, piece: Piece) -> None:
        question = self.question
        if self.state == "solution":
            question.solution.append((piece, line.place))
            return
        self._note_doubts(line, piece)
        if self.state == "options":
            self._after_label(line, piece)
        else:
            question.stem.append(piece)

    def _note_doubts(self, line: Line, piece: Piece) -> None:
        doubts = [thing for thing in things_of([piece]) if isinstance(thing, Doubt)]
        self.question.faults += [Fault(line.place, doubt.what) for doubt in doubts]

    def _after_label(self, line: Line, piece: Piece) -> None:
        question = self.question
        group = question.options or question.statements
        last = group[-1]
        if isinstance(piece, Strip) and _is_picture(piece) and not last.is_blank:
            question.stem.append(piece)
            return
        if isinstance(piece, Strip) and SECTION_HEADING.fullmatch(piece.text):
            return
        if not last.is_blank and len(group) >= _USUAL_STATEMENTS:
            what = msg(
                "Đoạn này đứng sau phương án cuối; xem nó thuộc phương án, câu sau hay là lời giải."
            )
            question.trailing.append(Fault(line.place, what))
        last.body.append(piece)


def _is_picture(piece: Strip) -> bool:
    pictures = list(piece.things())
    rest = re.sub(OBJECT, "", piece.text).strip()
    return bool(pictures) and not rest and all(isinstance(thing, Image) for thing in pictures)


def _statements_into_stem(question: RawQuestion) -> None:
    """Small letters in a question that has options too are part of its stem."""
    first_option = question.options[0].place.paragraph
    question.trailing = [f for f in question.trailing if f.place.paragraph >= first_option]
    for statement in question.statements:
        body = list(statement.body)
        first = body[0] if body and isinstance(body[0], Strip) else Strip()
        question.stem.append(statement.label + first)
        question.stem += body[1:]
    question.statements = []
