"""Cuts a paper into questions, shared material and answers: one pass over its lines.

A line is judged by what it is (`classify`) and by where the reader stands: at the head of the
paper or a part, in a question, in shared material, behind the end mark, in the answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from ...errors import msg
from .classify import Token, classified, kind_of
from .cursor import Cursor, pairs_on
from .document import Doubt, Place
from .exam_codes import answers_by_code, code_in
from .lines import Line
from .markup import table_text, things_of
from .patterns import CONSTANTS, INTRODUCTION, KEY_LINE, LEVEL_HEADING, SECTION_HEADING
from .question_reader import QuestionReader
from .raw import Fault, Part, RawPaper, RawQuestion, RawStimulus, ZoneAnswer
from .stimuli import lead_of
from .tables import Answer, answers_in
from .tags import level_of, take_tags

Where = Literal["head", "question", "stimulus", "tail", "zone"]
_SHORTEST_LEAD_ON_TITLE_PAGE = 30
_FEWEST_PAIRS = 2
_FEWEST_PAIRS_BEHIND_THE_END = 3


def segmented(lines: Sequence[Line]) -> RawPaper:
    return _Segmenter(classified(lines)).paper()


class _Segmenter:
    def __init__(self, tokens: Sequence[Token]) -> None:
        self._cursor = Cursor(tokens)
        self._paper = RawPaper()
        self._where: Where = "head"
        self._part = 0
        self._series = ""  # «ĐỀ SỐ 2»: papers one after another in a file
        self._reader: QuestionReader | None = None
        self._stimulus: RawStimulus | None = None
        self._level = ""
        self._seen: set[tuple[int, int]] = set()
        self._in_zone = False
        self._zone_part: int | None = None
        self._zone_run = 0
        self._last_zone_number = 0
        self._code = ""  # «Mã đề 102» of the paper, and of the answers being read
        self._zone_code = ""

    def paper(self) -> RawPaper:
        for at, token in enumerate(self._cursor.tokens):
            self._cursor.at = at
            self._take(token)
        self._close_question()
        return self._paper

    def _take(self, token: Token) -> None:
        self._note_code(token)
        match token.sort:
            case "question":
                self._question_line(token)
            case "part":
                self._part_line(token)
            case "series":
                self._series_line(token)
            case "zone":
                self._zone_line(token)
            case "end":
                self._end_line(token)
            case "table":
                self._table_line(token.line)
            case "numeral" if self._in_zone:  # «I.» alone heads a part only among answers
                self._part_line(token)
            case "text" | "numeral":
                self._text_line(token.line)
            case "noise":
                pass

    def _note_code(self, token: Token) -> None:
        code = code_in(token.line.text) if token.line.table is None else ""
        if not code:
            return
        if self._in_zone or token.sort == "zone":
            self._zone_code = code
        elif self._reader is None or token.sort == "noise":
            self._code = code

    # --- headings ---------------------------------------------------------------------------

    def _end_line(self, token: Token) -> None:
        if "hết" in token.line.text.lower() or self._cursor.next_question() is None:
            self._close_question()
            self._where = "tail"
        else:
            self._text_line(token.line)

    def _series_line(self, token: Token) -> None:
        """The next of several papers in one file; the answers of the one before are over."""
        self._close_question()
        self._series = f"{token.name}/"
        self._in_zone = False
        self._begin_part("", "")

    def _part_line(self, token: Token) -> None:
        self._close_question()
        index = self._find_part(token.name)
        if self._where == "tail" or self._in_zone or self._begins_again(index):
            self._enter_zone()
            self._zone_part = index if index is not None else self._part_by_kind(token.kind)
        else:
            self._begin_part(token.name, token.kind)

    def _begin_part(self, name: str, kind: str) -> None:
        if self._paper.parts == [Part("")] and not self._paper.questions:
            self._paper.parts = []
        self._paper.parts.append(Part(self._series + name, kind))
        self._part = len(self._paper.parts) - 1
        self._stimulus = None
        self._level = ""
        self._where = "head"

    def _find_part(self, name: str) -> int | None:
        """The part of this name; of several, the last that has questions (a table of
        specifications at the head of a file has its own «I», «II»).
        """
        wanted = self._series + name
        found = [i for i, part in enumerate(self._paper.parts) if part.name == wanted]
        filled = [i for i in found if any(q.part == i for q in self._paper.questions)]
        return next(reversed(filled or found), None)

    def _part_by_kind(self, kind: str) -> int | None:
        kinds = [i for i, part in enumerate(self._paper.parts) if kind and part.kind == kind]
        return kinds[0] if len(kinds) == 1 else None

    def _begins_again(self, index: int | None) -> bool:
        """A part met before heads the answers to it, if its questions are numbered as they were."""
        if index is None or not self._paper.questions:
            return False
        upcoming = self._cursor.next_question()
        return upcoming is None or (index, upcoming.number) in self._seen

    def _zone_line(self, token: Token) -> None:
        if self._reader is not None and self._is_own_solution(token.line):
            self._reader.state = "solution"
            return
        self._close_question()
        self._enter_zone()
        if token.name:
            self._zone_part = self._find_part(token.name)

    def _is_own_solution(self, line: Line) -> bool:
        """Whether «Lời giải», «Đáp án» heads the solution of this question, not of the paper."""
        if self._in_zone:
            return True
        if "bảng" in line.text.lower():
            return False
        upcoming = self._cursor.next_question_or_part()
        if upcoming is None:
            stands_out = line.text.strip().isupper() and line.is_centred
            return not self._cursor.pairs_follow() and not stands_out
        if upcoming.sort == "part":
            return self._find_part(upcoming.name) is None
        return (self._part, upcoming.number) not in self._seen

    def _enter_zone(self) -> None:
        self._in_zone = True
        self._where = "zone"
        self._stimulus = None
        self._zone_part = None

    # --- questions --------------------------------------------------------------------------

    def _question_line(self, token: Token) -> None:
        if self._is_no_question(token):
            self._text_line(token.line)
        elif not (self._in_zone and self._take_pairs(token.line)):
            if self._where == "tail" and (self._part, token.number) in self._seen:
                self._enter_zone()
            self._begin_question(token)

    def _begin_question(self, token: Token) -> None:
        self._close_question()
        part = self._zone_part if self._in_zone else self._part
        question = RawQuestion(token.number, token.line.place, -1 if part is None else part)
        question.in_zone = self._in_zone
        question.level = self._level
        if not self._in_zone:
            self._seen.add((self._part, token.number))
            question.stimulus = self._stimulus_for(token.number)
        self._paper.questions.append(question)
        self._reader = QuestionReader(question, self._cursor)
        self._where = "question"
        body = take_tags(token.line.strip[token.at :], question)
        self._reader.take(Line(body, token.line.place))

    def _is_no_question(self, token: Token) -> bool:
        """«Bài 3» outside essays heads a lesson; bare numbers may be a list in a stem."""
        if token.name == "lesson":
            return self._paper.parts[self._part].kind != "essay" and not self._in_zone
        if token.name != "bare" or self._reader is None or self._in_zone:
            return False
        follows = token.number == self._reader.question.number + 1
        waits = self._reader.is_open and self._has_options()
        return not follows or waits

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
        if self._reader is not None:
            self._reader.close()
        self._reader = None

    # --- tables -----------------------------------------------------------------------------

    def _table_line(self, line: Line) -> None:
        assert line.table is not None
        if line.role == "answers" and self._is_place_for_answers():
            self._close_question()
            if not self._in_zone:
                self._enter_zone()
            for answer in self._answers_of(line):
                self._zone_answer(answer.number, answer.value, line.place)
        elif line.role == "rubric" and self._in_zone:
            self._paper.rubrics.append((line.table, line.place))
        elif line.role == "rubric" and self._reader is not None:
            self._reader.question.rubric = line.table
        elif self._reader is not None:
            self._reader.take(line)
        elif self._where == "stimulus":
            self._into_stimulus(line)

    def _answers_of(self, line: Line) -> list[Answer]:
        """The entries of a key; of one for several codes those of this paper's code."""
        assert line.table is not None
        texts = table_text(line.table)
        coded = answers_by_code(texts)
        if not coded:
            return answers_in(texts)
        self._zone_code = ""
        if self._code in coded or (len(coded) == 1 and not self._code):
            return coded.get(self._code) or next(iter(coded.values()))
        what = msg(
            "Bảng đáp án ghi theo mã đề ({codes}) nhưng không rõ đề này là mã nào; ghi «Mã đề: …» "
            "ở đầu đề, hoặc chọn đáp án từng câu.",
            codes="; ".join(coded),
        )
        self._paper.left_over.append(Fault(line.place, what))
        return []

    def _is_place_for_answers(self) -> bool:
        if self._reader is None or self._in_zone:
            return self._where != "stimulus" and bool(self._paper.questions)
        is_last = self._cursor.next_question() is None
        return self._reader.state == "solution" or (self._reader.state == "options" and is_last)

    def _zone_answer(self, number: int, value: str, place: Place) -> None:
        if self._code and self._zone_code and self._code != self._zone_code:
            return  # the answers to another arrangement of the paper
        self._zone_run += number <= self._last_zone_number
        self._last_zone_number = number
        self._paper.zone.append(ZoneAnswer(self._zone_part, self._zone_run, number, value, place))

    # --- text -------------------------------------------------------------------------------

    def _text_line(self, line: Line) -> None:
        if line.strip.is_blank:
            return
        if self._begins_key(line):
            return
        if self._reader is not None:
            if not self._leaves_question(line, self._reader):
                self._reader.take(line)
        elif self._in_zone:
            self._take_pairs(line)
        elif self._where == "tail":
            self._behind_the_end(line)
        else:
            self._outside_question(line)

    def _begins_key(self, line: Line) -> bool:
        """«ĐÁP ÁN: 1A 2B 3C»: heading and key on one line."""
        match = KEY_LINE.match(line.text)
        if match is None or len(pairs_on(match["value"])) < _FEWEST_PAIRS:
            return False
        self._close_question()
        self._enter_zone()
        return self._take_pairs(Line(line.strip[match.start("value") :], line.place))

    def _take_pairs(self, line: Line) -> bool:
        """Entries of an answer key typed as text: «1.A 2.B 3.C». False where it is none."""
        found = pairs_on(line.text)
        for number, value in found:
            self._zone_answer(number, value, line.place)
        if found:
            self._close_question()
        return bool(found)

    def _behind_the_end(self, line: Line) -> None:
        if len(pairs_on(line.text)) >= _FEWEST_PAIRS_BEHIND_THE_END:
            self._enter_zone()
            self._take_pairs(line)

    def _outside_question(self, line: Line) -> None:
        text = line.text.strip()
        part = self._paper.parts[self._part]
        is_long = not self._is_title_page() or len(text) > _SHORTEST_LEAD_ON_TITLE_PAGE
        lead = lead_of(line) if is_long else None
        if lead is not None:
            self._begin_stimulus(lead, line)
        elif self._where == "stimulus":
            self._into_stimulus(line)
        elif self._is_title_page():
            self._title_line(line)
        elif not part.kind and kind_of(text) and INTRODUCTION.match(text):
            part.kind = kind_of(text)
        elif not INTRODUCTION.match(text) and not self._is_heading_text(text):
            self._unannounced(line)

    def _is_title_page(self) -> bool:
        return not self._paper.questions and self._paper.parts[self._part].name == self._series

    def _title_line(self, line: Line) -> None:
        if CONSTANTS.match(line.text):
            what = msg("Dòng dữ kiện chung ở đầu đề chưa thuộc câu nào.")
            self._paper.left_over.append(Fault(line.place, what))

    def _is_heading_text(self, text: str) -> bool:
        level = LEVEL_HEADING.fullmatch(text)
        if level:
            self._level = level_of(level["level"])
        return bool(level) or bool(SECTION_HEADING.fullmatch(text)) or text.isupper()

    # --- shared material --------------------------------------------------------------------

    def _unannounced(self, line: Line) -> None:
        """Words between a part's heading and its first question: shared, or to be settled."""
        found = RawStimulus("", line.place, None)
        what = msg(
            "Đoạn này đứng trước câu hỏi, không rõ dùng cho câu nào; đã coi là ngữ liệu chung."
        )
        found.faults.append(Fault(line.place, what))
        self._begin_stimulus(found, line)
        self._into_stimulus(line)

    def _begin_stimulus(self, found: RawStimulus, line: Line) -> None:
        self._close_question()
        self._stimulus = found
        self._where = "stimulus"
        self._note_doubts(line)

    def _into_stimulus(self, line: Line) -> None:
        assert self._stimulus is not None
        self._stimulus.pieces.append(line.strip if line.table is None else line.table)
        self._note_doubts(line)

    def _note_doubts(self, line: Line) -> None:
        assert self._stimulus is not None
        piece = line.strip if line.table is None else line.table
        doubts = [thing for thing in things_of([piece]) if isinstance(thing, Doubt)]
        self._stimulus.faults += [Fault(line.place, doubt.what) for doubt in doubts]

    def _leaves_question(self, line: Line, reader: QuestionReader) -> bool:
        """A lead to shared material, a heading between questions: the question is over."""
        if self._in_zone:
            return False
        lead = lead_of(line, only_ranged=reader.is_open or reader.state == "solution")
        fits = not reader.is_open or self._paper.parts[self._part].kind in ("short", "essay")
        if lead is not None and fits and _is_new(lead, reader.question):
            self._begin_stimulus(lead, line)
            return True
        if not reader.is_open and LEVEL_HEADING.fullmatch(line.text):
            self._is_heading_text(line.text)
            self._close_question()
            self._where = "head"
            return True
        return False


def _is_new(lead: RawStimulus, question: RawQuestion) -> bool:
    return lead.numbers is None or min(lead.numbers) > question.number
