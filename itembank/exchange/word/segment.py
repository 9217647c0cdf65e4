"""Cuts a paper into questions, shared material and answers: one pass over its lines.

A line is judged by what it is (`classify`) and by where the reader stands: in a stem, in the
options, in a solution, in shared material, in the answers at the end.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from ...errors import msg
from .classify import Token, classified, kind_of
from .document import Doubt, Image, Place
from .labels import options_on, starts_with_option, statements_on
from .lines import Line
from .markup import table_text, things_of
from .patterns import (
    CHOOSE_LINE,
    CONSTANTS,
    INTRODUCTION,
    KEY_LINE,
    KEY_TAG,
    LEVEL_HEADING,
    PAIR,
    SECTION_HEADING,
    SOLUTION,
    TAG_LINE,
)
from .raw import Fault, Part, RawOption, RawPaper, RawQuestion, RawStimulus, SaidKey, ZoneAnswer
from .stimuli import lead_of
from .strip import OBJECT, Strip
from .tables import answers_in
from .tags import level_of, take_tags

Mode = Literal["head", "stem", "options", "solution", "stimulus", "tail", "zone"]
_LOOK_AHEAD = 400


def segmented(lines: Sequence[Line]) -> RawPaper:
    return _Segmenter(classified(lines)).paper()


class _Segmenter:
    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self._paper = RawPaper()
        self._mode: Mode = "head"
        self._part = 0
        self._in_zone = False
        self._zone_part: int | None = None
        self._zone_run = 0
        self._last_zone_number = 0
        self._question: RawQuestion | None = None
        self._stimulus: RawStimulus | None = None
        self._level = ""
        self._seen: set[tuple[int, int]] = set()

    def paper(self) -> RawPaper:
        for at, token in enumerate(self._tokens):
            self._at = at
            self._take(token)
        self._close_question()
        return self._paper

    def _take(self, token: Token) -> None:
        match token.sort:
            case "question":
                self._question_line(token)
            case "part":
                self._part_line(token)
            case "zone":
                self._zone_line(token)
            case "end":
                self._end_line(token)
            case "table":
                self._table_line(token.line)
            case "noise":
                pass
            case "text":
                self._text_line(token.line)

    # --- headings ---------------------------------------------------------------------------

    def _end_line(self, token: Token) -> None:
        if "hết" in token.line.text.lower() or self._next_question() is None:
            self._close_question()
            self._mode = "tail"
        else:
            self._text_line(token.line)

    def _part_line(self, token: Token) -> None:
        self._close_question()
        self._stimulus = None
        self._level = ""
        index = self._find_part(token.name)
        if self._mode in ("zone", "tail") or self._in_zone or self._begins_again(index):
            self._enter_zone()
            self._zone_part = index if index is not None else self._part_by_kind(token.kind)
            return
        if self._paper.parts == [Part("")] and not self._paper.questions:
            self._paper.parts = []
        self._paper.parts.append(Part(token.name, token.kind))
        self._part = len(self._paper.parts) - 1
        self._mode = "head"

    def _find_part(self, name: str) -> int | None:
        return next((i for i, part in enumerate(self._paper.parts) if part.name == name), None)

    def _part_by_kind(self, kind: str) -> int | None:
        kinds = [i for i, part in enumerate(self._paper.parts) if kind and part.kind == kind]
        return kinds[0] if len(kinds) == 1 else None

    def _begins_again(self, index: int | None) -> bool:
        """A part met before heads the answers to it, if its questions are numbered as they were."""
        if index is None or not self._paper.questions:
            return False
        upcoming = self._next_question()
        return upcoming is None or (index, upcoming.number) in self._seen

    def _zone_line(self, token: Token) -> None:
        if self._question is not None and self._is_own_solution(token):
            self._mode = "solution"
            return
        self._close_question()
        self._enter_zone()
        if token.name:
            self._zone_part = self._find_part(token.name)

    def _is_own_solution(self, token: Token) -> bool:
        """Whether «Lời giải», «Đáp án» heads the solution of this question, not of the paper."""
        if self._mode in ("tail", "zone", "head") and not self._in_zone:
            return False
        text = token.line.text.strip()
        if "bảng" in text.lower():
            return False
        upcoming = self._next_question()
        if self._in_zone:
            return True
        if upcoming is None:
            return not self._pairs_follow() and not (text.isupper() and token.line.is_centred)
        if upcoming.sort == "part":
            return self._find_part(upcoming.name) is None
        return (self._part, upcoming.number) not in self._seen

    def _next_question(self) -> Token | None:
        """The next line that labels a question, or a heading of a part before it."""
        for token in self._tokens[self._at + 1 : self._at + 1 + _LOOK_AHEAD]:
            if token.sort == "question":
                return token
            if token.sort == "part" and self._tokens[self._at].sort != "part":
                return token
        return None

    def _pairs_follow(self) -> bool:
        for token in self._tokens[self._at + 1 : self._at + 6]:
            if token.line.role == "answers" or len(pairs_on(token.line.text)) >= 2:
                return True
        return False

    def _enter_zone(self) -> None:
        self._in_zone = True
        self._mode = "zone"
        self._stimulus = None
        self._zone_part = None

    # --- questions --------------------------------------------------------------------------

    def _question_line(self, token: Token) -> None:
        if self._is_list_in_stem(token):
            self._text_line(token.line)
            return
        if self._in_zone and self._take_pairs(token.line):
            return
        if self._mode == "tail" and (self._part, token.number) in self._seen:
            self._enter_zone()
        self._close_question()
        part = self._part if not self._in_zone else self._zone_part
        question = RawQuestion(token.number, token.line.place, -1 if part is None else part)
        question.in_zone = self._in_zone
        question.level = self._level
        if not self._in_zone:
            self._seen.add((self._part, token.number))
            question.stimulus = self._stimulus_for(token.number)
        self._paper.questions.append(question)
        self._question = question
        self._mode = "stem"
        body = take_tags(token.line.strip[token.at :], question)
        self._text_line(Line(body, token.line.place))

    def _is_list_in_stem(self, token: Token) -> bool:
        """A numbered list inside a question, in a file whose questions are bare numbers."""
        if token.name != "bare" or self._question is None or self._in_zone:
            return False
        is_next = token.number == self._question.number + 1
        restarts = token.number == 1 and self._mode == "head"
        open_stem = self._mode == "stem" and not self._question.keys and self._has_options()
        return not (is_next or restarts) or open_stem

    def _has_options(self) -> bool:
        """Whether questions of this part have had options so far."""
        return any(q.options for q in self._paper.questions if q.part == self._part)

    def _stimulus_for(self, number: int) -> RawStimulus | None:
        found = self._stimulus
        if found is not None and found.numbers is not None and number not in found.numbers:
            if number > max(found.numbers):
                self._stimulus = None
            return None
        return found

    def _close_question(self) -> None:
        question = self._question
        if question is not None:
            if question.options and question.statements:
                _statements_into_stem(question)
            question.faults += question.trailing
            question.trailing = []
        self._question = None

    # --- tables -----------------------------------------------------------------------------

    def _table_line(self, line: Line) -> None:
        assert line.table is not None
        if line.role == "answers" and self._is_place_for_answers():
            self._take_answer_table(line)
            return
        if line.role == "rubric" and (self._in_zone or self._question is not None):
            self._take_rubric(line)
            return
        self._piece(line, line.table)

    def _is_place_for_answers(self) -> bool:
        if self._mode == "options":
            return self._next_question() is None
        return self._in_zone or self._mode in ("tail", "zone", "solution")

    def _take_answer_table(self, line: Line) -> None:
        assert line.table is not None
        self._close_question()
        if not self._in_zone:
            self._enter_zone()
        for answer in answers_in(table_text(line.table)):
            self._zone_answer(answer.number, answer.value, line.place)

    def _zone_answer(self, number: int, value: str, place: Place) -> None:
        if number <= self._last_zone_number:
            self._zone_run += 1
        self._last_zone_number = number
        self._paper.zone.append(ZoneAnswer(self._zone_part, self._zone_run, number, value, place))

    def _take_rubric(self, line: Line) -> None:
        assert line.table is not None
        if self._question is not None and not self._in_zone:
            self._question.rubric = line.table
        else:
            self._paper.rubrics.append((line.table, line.place))

    # --- text -------------------------------------------------------------------------------

    def _text_line(self, line: Line) -> None:
        line = self._without_key_tag(line)
        if line.strip.is_blank:
            return
        if self._in_zone and self._question is None:
            self._take_pairs(line)
            return
        if self._mode in ("head", "tail", "stimulus") and self._question is None:
            self._outside_question(line)
        elif self._question is not None:
            self._inside_question(line, self._question)

    def _without_key_tag(self, line: Line) -> Line:
        match = KEY_TAG.search(line.text)
        if match is None or self._question is None:
            return line
        self._question.keys.append(
            SaidKey(line.strip[slice(*match.span("value"))].plain(), line.place)
        )
        return Line(line.strip.without(*match.span()), line.place, is_cell_start=line.is_cell_start)

    def _take_pairs(self, line: Line) -> bool:
        """Entries of an answer key typed as text: «1.A 2.B 3.C». False where it is none."""
        found = pairs_on(line.text)
        for number, value in found:
            self._zone_answer(number, value, line.place)
        if found:
            self._close_question()
        return bool(found)

    def _outside_question(self, line: Line) -> None:
        text = line.text.strip()
        if self._mode == "tail":
            if len(pairs_on(text)) >= 3:
                self._enter_zone()
                self._take_pairs(line)
            return
        lead = None if self._is_title_page() else lead_of(line)
        lead = lead or (lead_of(line) if self._is_title_page() and len(text) > 30 else None)
        if lead is not None:
            self._begin_stimulus(lead, line)
        elif self._mode == "stimulus" and self._stimulus is not None:
            self._into_stimulus(line, line.strip)
        elif self._is_title_page():
            if CONSTANTS.match(text):
                self._paper.left_over.append(
                    Fault(line.place, msg("Dòng dữ kiện chung ở đầu đề chưa thuộc câu nào."))
                )
        elif not self._paper.parts[self._part].kind and kind_of(text) and INTRODUCTION.match(text):
            self._paper.parts[self._part].kind = kind_of(text)
        elif not INTRODUCTION.match(text) and not self._is_heading_text(text):
            self._unannounced(line)

    def _is_title_page(self) -> bool:
        return (
            self._mode == "head" and not self._paper.questions and self._paper.parts[0].name == ""
        )

    def _is_heading_text(self, text: str) -> bool:
        level = LEVEL_HEADING.fullmatch(text)
        if level:
            self._level = level_of(level["level"])
        return bool(level) or bool(SECTION_HEADING.fullmatch(text)) or text.isupper()

    def _unannounced(self, line: Line) -> None:
        """Words between a part's heading and its first question: shared, or to be settled."""
        found = RawStimulus("", line.place, None)
        found.faults.append(
            Fault(
                line.place,
                msg(
                    "Đoạn này đứng trước câu hỏi, không rõ dùng cho câu nào; đã coi là ngữ liệu chung."
                ),
            )
        )
        self._begin_stimulus(found, line)
        self._into_stimulus(line, line.strip)

    def _begin_stimulus(self, found: RawStimulus, line: Line) -> None:
        self._close_question()
        self._stimulus = found
        self._mode = "stimulus"
        self._note_doubts(line.strip, line.place, found.faults)

    def _into_stimulus(self, line: Line, piece: Strip) -> None:
        assert self._stimulus is not None
        self._stimulus.pieces.append(piece)
        self._note_doubts(piece, line.place, self._stimulus.faults)

    def _note_doubts(self, strip: Strip, place: Place, faults: list[Fault]) -> None:
        faults += [Fault(place, thing.what) for thing in strip.things() if isinstance(thing, Doubt)]

    def _inside_question(self, line: Line, question: RawQuestion) -> None:
        self._note_doubts(line.strip, line.place, question.faults)
        if self._leaves_question(line, question):
            return
        if self._key_or_solution(line, question):
            return
        if self._mode == "solution":
            question.solution.append((line.strip, line.place))
        elif not self._labelled(line, question):
            self._continue(line, question)

    def _leaves_question(self, line: Line, question: RawQuestion) -> bool:
        """A lead to shared material, a heading between questions: the question is over."""
        is_open = self._mode == "stem" and not question.keys
        lead = lead_of(line, only_ranged=is_open or self._mode == "solution")
        fits = not is_open or self._paper.parts[self._part].kind in ("short", "essay")
        if lead is not None and fits and not self._in_zone and self._is_new(lead, question):
            self._begin_stimulus(lead, line)
            return True
        if self._mode in ("options", "solution") and LEVEL_HEADING.fullmatch(line.text):
            self._is_heading_text(line.text)
            self._close_question()
            self._mode = "head"
            return True
        return False

    def _is_new(self, lead: RawStimulus, question: RawQuestion) -> bool:
        return lead.numbers is None or min(lead.numbers) > question.number

    def _key_or_solution(self, line: Line, question: RawQuestion) -> bool:
        text = line.text
        tag = TAG_LINE.fullmatch(text)
        if tag and (self._mode != "solution" or not self._in_zone):
            take_tags(line.strip, question)
            return True
        solution = SOLUTION.match(text)
        key = KEY_LINE.match(text)
        choice = CHOOSE_LINE.match(text)
        if solution:
            self._mode = "solution"
            rest = line.strip[solution.start("value") :]
            if not rest.is_blank:
                self._inside_question(Line(rest, line.place), question)
        elif key and (key["value"].strip() or key["mark"]):
            value = line.strip[key.start("value") :]
            question.keys.append(SaidKey(value.plain(), line.place))
            self._mode = "solution"
        elif choice:
            question.keys.append(SaidKey(choice["value"], line.place))
            self._mode = "solution"
            rest = line.strip[choice.start("rest") :]
            if not rest.is_blank:
                question.solution.append((rest, line.place))
        return bool(solution or key or choice)

    def _labelled(self, line: Line, question: RawQuestion) -> bool:
        """Options or statements on the line; what stands before the first label goes on."""
        strip = line.strip
        used = {option.letter for option in question.options}
        labels = options_on(strip.text, used, ahead=self._ahead())
        group = question.options
        if not labels and not question.options:
            group = question.statements
            labels = statements_on(strip.text, {statement.letter for statement in group})
        if not labels:
            return self._repeated(line, question, used)
        before = strip[: labels[0].start]
        if not before.is_blank:
            self._continue(Line(before, line.place), question)
        for label, end in zip(labels, [x.start for x in labels[1:]] + [len(strip)], strict=True):
            made = RawOption(label.letter, strip[label.start : label.end], line.place)
            made.body.append(strip[label.end : end])
            group.append(made)
        self._mode = "options"
        return True

    def _ahead(self) -> str:
        following = self._tokens[self._at + 1 : self._at + 2]
        return starts_with_option(following[0].line.text) if following else ""

    def _repeated(self, line: Line, question: RawQuestion, used: set[str]) -> bool:
        if starts_with_option(line.text) in used:
            question.faults.append(
                Fault(
                    line.place,
                    msg("Nhãn phương án bị lặp; có thể thiếu dòng «Câu …» của câu kế tiếp."),
                )
            )
        return False

    def _continue(self, line: Line, question: RawQuestion) -> None:
        self._piece(line, line.strip)

    def _piece(self, line: Line, piece: object) -> None:
        """More of what is being read: stem, option, solution, shared material."""
        question = self._question
        assert isinstance(piece, Strip) or line.table is not None
        item = piece if isinstance(piece, Strip) else line.table
        assert item is not None
        if question is None:
            if self._stimulus is not None and self._mode == "stimulus":
                self._stimulus.pieces.append(item)
            return
        if line.table is not None:
            doubts = [t for t in things_of([line.table]) if isinstance(t, Doubt)]
            question.faults += [Fault(line.place, doubt.what) for doubt in doubts]
        if self._mode == "solution":
            question.solution.append((item, line.place))
        elif self._mode == "options":
            self._after_label(line, item, question)
        else:
            question.stem.append(item)

    def _after_label(self, line: Line, item: object, question: RawQuestion) -> None:
        assert isinstance(item, Strip) or line.table is not None
        piece = item if isinstance(item, Strip) else line.table
        assert piece is not None
        group = question.options or question.statements
        last = group[-1]
        if isinstance(piece, Strip) and _is_picture(piece) and not last.is_blank:
            question.stem.append(piece)
            return
        if not last.is_blank and self._is_complete(question):
            if isinstance(piece, Strip) and SECTION_HEADING.fullmatch(piece.text):
                return
            question.trailing.append(
                Fault(
                    line.place,
                    msg(
                        "Đoạn này đứng sau phương án cuối; xem nó thuộc phương án, câu sau hay là lời giải."
                    ),
                )
            )
        last.body.append(piece)

    def _is_complete(self, question: RawQuestion) -> bool:
        group = question.options or question.statements
        return len(group) >= 4


def _is_picture(piece: Strip) -> bool:
    return (
        all(isinstance(t, Image) for t in piece.things())
        and not piece.text.replace(OBJECT, "").strip()
    )


def _statements_into_stem(question: RawQuestion) -> None:
    """Small letters in a question that has options too are part of its stem."""
    last_option = question.options[0].place.paragraph
    question.trailing = [f for f in question.trailing if f.place.paragraph >= last_option]
    for statement in question.statements:
        body = list(statement.body)
        first = body[0] if body and isinstance(body[0], Strip) else Strip()
        question.stem.append(statement.label + first)
        question.stem += body[1:]
    question.statements = []


def pairs_on(text: str) -> list[tuple[int, str]]:
    """«1.A 2.B 3.C»: the entries, where the line holds nothing else."""
    found = list(PAIR.finditer(text))
    rest = PAIR.sub("", text)
    inked = [c for c in rest if c.isalnum()]
    if not found or len(inked) > 2 or (len(found) == 1 and inked):
        return []
    return [(int(m["number"]), m["value"]) for m in found]
