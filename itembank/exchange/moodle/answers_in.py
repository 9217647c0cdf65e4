"""One Moodle question, by its type, into an interaction of the bank.

A reader gives the interaction and puts what it could not keep on `problems`: such an item is
shown, and enters only after its author has settled them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from html import escape

from lxml import etree

from ...errors import Message, msg
from ...items.content import Choice, Essay, Option, ShortAnswer, Statement, TrueFalseCluster
from ...items.html import has_text
from ...items.interactions import Cloze, Frozen, Gap, MultipleChoice, Order
from ...items.numbers import parse_vn_number
from ..exported import NotHeld
from ..item_tags import boxes_for, boxes_told
from ..marking import FULL, LETTERS, TRUE_FALSE, check_even, only_key, refuse_partial
from ..pairing import match_of
from .cloze import CASED, CHOSEN, NUMBERS, SEVERAL, Place, places_of, typed_text
from .rubric import read_guide
from .texts import TextReader, text_in


@dataclass(slots=True)
class Question:
    """One `question` element while it is read."""

    element: etree._Element
    texts: TextReader
    tags: Sequence[str]
    stem: str = ""
    problems: list[Message] = field(default_factory=list)
    notes: list[Message] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)  # feedback that the solution takes up, HTML

    def word(self, name: str) -> str:
        return text_in(self.element.find(name))

    def says(self, name: str) -> bool:
        return self.word(name).lower() in {"1", "true"}


@dataclass(frozen=True, slots=True)
class Answer:
    element: etree._Element
    worth: Decimal


def answers_of(question: Question, name: str = "answer") -> list[Answer]:
    return [
        Answer(element, _worth(element, question)) for element in question.element.findall(name)
    ]


def _worth(element: etree._Element, question: Question) -> Decimal:
    try:
        worth = Decimal((element.get("fraction") or "0").replace(",", "."))
    except InvalidOperation:
        worth = Decimal("NaN")
    if worth.is_finite():
        return worth
    question.problems.append(
        msg("Tỉ lệ điểm «{text}» của một phương án không phải là số.", text=element.get("fraction"))
    )
    return Decimal(0)


def _take_feedback(question: Question, answers: Sequence[Answer]) -> None:
    """Feedback of typed answers: the bank keeps it in the solution, each with its answer."""
    for answer in answers:
        note = question.texts.html(answer.element.find("feedback"))
        if has_text(note):
            typed = escape(text_in(answer.element), quote=False)
            question.remarks.append(f"<p>{typed}:</p>{_block(note)}")


def _block(html: str) -> str:
    return html if html.startswith("<p>") else f"<p>{html}</p>"


def read_multichoice(question: Question) -> Frozen:
    answers = answers_of(question)
    options = tuple(
        Option(
            id=letter,
            body=question.texts.html(answer.element),
            rationale=question.texts.note(answer.element.find("feedback")),
        )
        for letter, answer in zip(LETTERS, answers, strict=False)
    )
    if len(options) < len(answers):
        raise NotHeld(msg("Câu có {n} phương án, quá nhiều cho một câu hỏi.", n=len(answers)))
    is_single = question.word("single").lower() not in {"0", "false"}
    shuffle = question.says("shuffleanswers")
    worths = [answer.worth for answer in answers]
    if is_single:
        return Choice(options=options, key=only_key(question, worths), shuffle=shuffle)
    keys = tuple(o.id for o, worth in zip(options, worths, strict=True) if worth > 0)
    check_even(question, [worth for worth in worths if worth > 0])
    return MultipleChoice(options=options, keys=keys, shuffle=shuffle)


def read_truefalse(question: Question) -> Frozen:
    worths, notes = {}, {}
    for answer in answers_of(question):
        word = text_in(answer.element).lower()
        worths[word] = answer.worth
        notes[word] = question.texts.note(answer.element.find("feedback"))
    key = {True: "A", False: "B"}.get(worths.get("true", Decimal(0)) == FULL)
    if {worths.get("true"), worths.get("false")} != {FULL, Decimal(0)}:
        question.problems.append(msg("Câu đúng/sai chưa rõ đáp án; chọn Đúng hoặc Sai."))
        key = None
    options = tuple(
        Option(id=letter, body=body, rationale=notes.get(word, ""))
        for letter, body, word in zip("AB", TRUE_FALSE, ("true", "false"), strict=True)
    )
    return Choice(options=options, key=key, shuffle=False)


def read_shortanswer(question: Question) -> Frozen:
    answers = answers_of(question)
    _take_feedback(question, answers)
    answers = [a for a in answers if a.worth != 0 or text_in(a.element) != "*"]
    refuse_partial(question, [answer.worth for answer in answers])
    keys = tuple(text_in(a.element) for a in answers if a.worth == FULL)
    if not keys:
        question.problems.append(msg("Câu chưa có đáp án được 100 % điểm."))
    for key in keys:
        if "*" in key.replace(r"\*", ""):
            question.problems.append(
                msg("Đáp án «{key}» dùng dấu * thay chữ bất kì; ghi rõ các đáp án.", key=key)
            )
    keys = tuple(key.replace(r"\*", "*") for key in keys)
    if keys and all(parse_vn_number(key) is not None for key in keys):
        return _number(question, keys)
    gap = Gap(id="G1", keys=keys, case_sensitive=question.says("usecase"))
    if 'data-gap="G1"' not in question.stem:
        question.stem += '<p><span data-gap="G1"></span></p>'
    return Cloze(gaps=(gap,))


def _number(question: Question, keys: Sequence[str]) -> ShortAnswer:
    told = tuple(key.replace(".", ",") for key in keys)
    hint = question.texts.note(question.element.find("hint"))
    boxes = boxes_told(question.tags) or boxes_for(told)
    return ShortAnswer(keys=told, max_chars=boxes, hint=hint)


def read_numerical(question: Question) -> Frozen:
    answers = answers_of(question)
    _take_feedback(question, answers)
    answers = [a for a in answers if text_in(a.element) != "*"]
    refuse_partial(question, [answer.worth for answer in answers])
    right = [a for a in answers if a.worth == FULL]
    keys = []
    for answer in right:
        key = text_in(answer.element)
        if parse_vn_number(key) is None:
            question.problems.append(msg("Đáp số «{key}» không phải là số.", key=key[:40]))
        keys.append(key)
        _refuse_tolerance(question, key, text_in(answer.element.find("tolerance")))
    if not keys:
        question.problems.append(msg("Câu chưa có đáp án được 100 % điểm."))
    _refuse_units(question)
    return _number(question, keys)


def _refuse_tolerance(question: Question, key: str, tolerance: str) -> None:
    if (parse_vn_number(tolerance) if tolerance else 0) != 0:
        question.problems.append(
            msg(
                "Đáp số {key} được sai lệch {tolerance}; ngân hàng so đúng từng số, hãy ghi "
                "mọi đáp số chấp nhận.",
                key=key[:40],
                tolerance=tolerance[:40],
            )
        )


def _refuse_units(question: Question) -> None:
    units = [text_in(unit.find("unit_name")) for unit in question.element.iter("unit")]
    if units and question.word("showunits") not in {"", "3"}:
        question.problems.append(
            msg(
                "Câu đòi ghi đơn vị ({units}); ghi đơn vị vào lời dẫn, đáp án chỉ là số.",
                units=", ".join(units)[:80],
            )
        )


def read_matching(question: Question) -> Frozen:
    pairs = (_pair(question, pair) for pair in question.element.findall("subquestion"))
    shuffle = question.says("shuffleanswers")
    return match_of(pairs, shuffle=shuffle, problems=question.problems)


def _pair(question: Question, pair: etree._Element) -> tuple[str, str]:
    left = question.texts.html(pair)
    return left, question.texts.html_of(text_in(pair.find("answer")), "plain_text")


def read_essay(question: Question) -> Frozen:
    guide = question.element.find("graderinfo")
    raw = text_in(guide)
    answer, rubric = read_guide(raw)
    if question.word("responsetemplate"):
        question.notes.append(msg("mẫu trả lời in sẵn (responsetemplate) không nhập"))
    if guide is not None and rubric:
        inner = guide.find("text")
        assert inner is not None  # a guide with a table has its words in `text`
        inner.text = answer
    return Essay(
        min_words=_count(question.word("minwordlimit")),
        max_words=_count(question.word("maxwordlimit")),
        rubric=rubric,
        model_answer=question.texts.html(guide),
    )


def _count(word: str) -> int | None:
    return int(word) if re.fullmatch("[1-9][0-9]{0,3}", word) else None


def read_ordering(question: Question) -> Frozen:
    answers = sorted(answers_of(question), key=lambda answer: answer.worth)
    options = tuple(
        Option(id=letter, body=question.texts.html(answer.element))
        for letter, answer in zip(LETTERS, answers, strict=False)
    )
    if len(options) < len(answers):
        raise NotHeld(msg("Câu có {n} phương án, quá nhiều cho một câu hỏi.", n=len(answers)))
    return Order(options=options, keys=tuple(option.id for option in options))


def read_cloze(question: Question) -> Frozen:
    element = question.element.find("questiontext")
    raw = text_in(element)
    places = places_of(raw)
    if not places:
        raise NotHeld(msg("Câu điền khuyết không có chỗ điền nào đọc được."))
    cluster = _cluster(question, raw)
    if cluster is not None:
        return cluster
    if len({place.weight for place in places}) > 1:
        question.problems.append(
            msg("Các chỗ điền có trọng số khác nhau; ngân hàng tính mỗi chỗ như nhau.")
        )
    gaps = tuple(_gap(question, f"G{n}", place) for n, place in enumerate(places, start=1))
    pieces, position = [], 0
    for gap, place in zip(gaps, places, strict=True):
        pieces += [raw[position : place.start], f'<span data-gap="{gap.id}"></span>']
        position = place.end
    question.stem = question.texts.html_of("".join([*pieces, raw[position:]]))
    return Cloze(gaps=gaps)


def _gap(question: Question, identifier: str, place: Place) -> Gap:
    refuse_partial(question, [a.worth for a in place.alternatives])
    if place.kind in SEVERAL:
        question.problems.append(
            msg("Chỗ điền {id} cho chọn nhiều đáp án; tách thành câu riêng.", id=identifier)
        )
    if place.kind in CHOSEN:
        options = tuple(
            Option(id=letter, body=question.texts.html_of(a.text), rationale=typed_text(a.feedback))
            for letter, a in zip(LETTERS, place.alternatives, strict=False)
        )
        keys = tuple(
            option.id
            for option, a in zip(options, place.alternatives, strict=False)
            if a.worth == FULL
        )
        return Gap(id=identifier, options=options, keys=keys)
    right = [a for a in place.alternatives if a.worth == FULL]
    keys = tuple(key for a in right for key in _typed(question, place, typed_text(a.text)))
    for a in place.alternatives:
        if typed_text(a.feedback):
            note = question.texts.html_of(a.feedback)
            question.remarks.append(f"<p>{escape(typed_text(a.text), quote=False)}: {note}</p>")
    return Gap(id=identifier, keys=keys, case_sensitive=place.kind in CASED)


def _typed(question: Question, place: Place, key: str) -> tuple[str, ...]:
    """What is accepted for one answer; a decimal number with a comma and with a point."""
    if place.kind in NUMBERS:
        number, _, tolerance = key.partition(":")
        _refuse_tolerance(question, number, tolerance)
        bare = number.strip()
        return tuple(dict.fromkeys((bare.replace(".", ","), bare)))
    if "*" in key:
        question.problems.append(
            msg("Đáp án «{key}» dùng dấu * thay chữ bất kì; ghi rõ các đáp án.", key=key)
        )
    return (key,)


CLUSTER_TAG = "dang:tf_cluster"
_STATEMENT = '<div class="kt-statement">'


def _cluster(question: Question, raw: str) -> TrueFalseCluster | None:
    """Our own export of a true/false cluster: one embedded answer after each statement."""
    stem, *parts = raw.split(_STATEMENT)
    if CLUSTER_TAG not in question.tags or not parts or len(parts) > 6:
        return None
    statements = tuple(
        _statement(question, letter, part) for letter, part in zip("abcdef", parts, strict=False)
    )
    question.stem = question.texts.html_of(stem)
    return TrueFalseCluster(statements=statements)


def _statement(question: Question, letter: str, part: str) -> Statement:
    places = places_of(part)
    if len(places) != 1 or [a.text for a in places[0].alternatives] != list(TRUE_FALSE):
        raise NotHeld(msg("Ý {id}) của câu đúng/sai bị sửa ngoài ngân hàng nên không đọc lại được.",
                          id=letter))  # fmt: skip
    place = places[0]
    worths = [a.worth for a in place.alternatives]
    key = None if worths[0] == worths[1] else worths[0] == FULL
    feedback = typed_text(place.alternatives[0].feedback)
    body = question.texts.html_of(part[: place.start])
    return Statement(id=letter, body=body, key=key, rationale=feedback)


Reader = Callable[[Question], Frozen]
READERS: dict[str, Reader] = {
    "multichoice": read_multichoice,
    "truefalse": read_truefalse,
    "shortanswer": read_shortanswer,
    "numerical": read_numerical,
    "matching": read_matching,
    "match": read_matching,
    "essay": read_essay,
    "ordering": read_ordering,
    "cloze": read_cloze,
    "multianswer": read_cloze,
}
