"""What stands between the braces of a GIFT question, as an interaction of the bank."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from html import escape

from ...errors import Message, msg
from ...items.content import Choice, Essay, Option, ShortAnswer
from ...items.html import has_text, plain_text
from ...items.interactions import Cloze, Frozen, Gap, Match, MultipleChoice
from ...items.markup import to_html
from ...items.numbers import parse_vn_number
from ..exported import NotHeld
from ..foreign_html import Place, content_html, lenient_html
from ..item_tags import boxes_for, boxes_told
from ..marking import FULL, LETTERS, TRUE_FALSE, check_even, only_key, refuse_partial
from ..pairing import match_of
from .syntax import Answer, Parsed, answers_in, cut_format, find, split, unescape

_TRUTH = re.compile(r"(t|true|f|false)\s*(?=#|$)", re.IGNORECASE)
_GAP = '<span data-gap="G1"></span>'
MOST_ANSWERS = 100
BLANK = "_____"


@dataclass(slots=True)
class Question:
    """One question while it is read. `place` refuses pictures: GIFT cannot carry any."""

    parsed: Parsed
    place: Place
    tags: Sequence[str]
    stem: str = ""
    problems: list[Message] = field(default_factory=list)
    notes: list[Message] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)  # feedback that the solution takes up, HTML

    def html(self, raw: str) -> str:
        """Content of a piece of text, whose own format wins over the question's."""
        form, text = cut_format(raw, self.parsed.form)
        return self.html_as(form, unescape(text.strip()))

    def html_as(self, form: str, text: str) -> str:
        if form == "plain":
            text = escape(text, quote=False).replace("\n", "<br>")
        elif form == "markdown":
            text = to_html(text, lambda address: address)
        elif form == "moodle":
            text = lenient_html(text).replace("\n", "<br>")
        return content_html(text, self.place)

    def note(self, raw: str) -> str:
        form, text = cut_format(raw, self.parsed.form)
        return unescape(text) if form == "plain" else plain_text(self.html(raw))

    def is_shuffled(self, default: bool = True) -> bool:
        return default if "xao:0" not in self.tags else False


def interaction_of(question: Question) -> Frozen:
    """The interaction; the stem of `question` is set on the way."""
    parsed = question.parsed
    inside = parsed.answers or ""
    question.stem = _stem(question, BLANK if parsed.after else "")
    if not inside:
        return Essay()
    if inside.startswith("#"):
        return _number(question, inside[1:])
    if truth := _TRUTH.match(inside):
        return _true_false(question, truth[1].lower()[0] == "t", inside[truth.end() :])
    answers = answers_in(inside)
    if len(answers) > MOST_ANSWERS:
        raise NotHeld(msg("Câu có {n} phương án, quá nhiều cho một câu hỏi.", n=len(answers)))
    if any(not answer.mark for answer in answers):
        raise NotHeld(
            msg("Phần trả lời không theo GIFT: đặt = trước đáp án đúng, ~ trước đáp án sai.")
        )
    if any(answer.mark == "~" for answer in answers):
        return _choices(question, answers)
    if all(find(answer.raw, "->") is not None for answer in answers):
        return _match(question, answers)
    return _words(question, answers)


def _stem(question: Question, middle: str) -> str:
    """The text before the braces, what stands for them, the text after."""
    parsed = question.parsed
    text = f"{unescape(parsed.before)}{middle}{unescape(parsed.after)}"
    return question.html_as(parsed.form, text.strip())


def _options(question: Question, answers: Sequence[Answer]) -> tuple[Option, ...]:
    if len(answers) > len(LETTERS):
        raise NotHeld(msg("Câu có {n} phương án, quá nhiều cho một câu hỏi.", n=len(answers)))
    return tuple(
        Option(id=letter, body=question.html(answer.raw), rationale=question.note(answer.feedback))
        for letter, answer in zip(LETTERS, answers, strict=False)
    )


def _choices(question: Question, answers: Sequence[Answer]) -> Frozen:
    options = _options(question, answers)
    worths = [_worth(answer) for answer in answers]
    shuffle = question.is_shuffled()
    if any(answer.mark == "=" for answer in answers):
        key = only_key(question, worths)
        return Choice(options=options, key=key, shuffle=shuffle)
    keys = tuple(o.id for o, worth in zip(options, worths, strict=True) if worth > 0)
    check_even(question, [worth for worth in worths if worth > 0])
    return MultipleChoice(options=options, keys=keys, shuffle=shuffle)


def _worth(answer: Answer) -> Decimal:
    if answer.worth is not None:
        return answer.worth
    return FULL if answer.mark == "=" else Decimal(0)


def _true_false(question: Question, is_true: bool, feedback: str) -> Choice:
    """`{T#when wrong#when right}`: feedback belongs to the option that brings it up."""
    when = [question.note(part.strip()) for part in split(feedback, "#")[1:3]]
    when += [""] * (2 - len(when))
    wrong, right = when
    notes = (right, wrong) if is_true else (wrong, right)
    options = tuple(
        Option(id=letter, body=body, rationale=note)
        for letter, body, note in zip("AB", TRUE_FALSE, notes, strict=True)
    )
    return Choice(options=options, key="A" if is_true else "B", shuffle=False)


def _take_feedback(question: Question, answers: Sequence[Answer]) -> None:
    """Feedback of typed answers: the bank keeps it in the solution, each with its answer."""
    for answer in answers:
        note = question.html(answer.feedback)
        if has_text(note):
            typed = escape(unescape(answer.raw), quote=False)
            question.remarks.append(question.html_as("html", f"<p>{typed}: {note}</p>"))


def _words(question: Question, answers: Sequence[Answer]) -> Frozen:
    _take_feedback(question, answers)
    refuse_partial(question, [_worth(answer) for answer in answers])
    keys = tuple(_typed(question, a.raw) for a in answers if _worth(a) == FULL)
    for key in keys:
        if "*" in key.replace(r"\*", ""):
            question.problems.append(
                msg("Đáp án «{key}» dùng dấu * thay chữ bất kì; ghi rõ các đáp án.", key=key[:60])
            )
    keys = tuple(key.replace(r"\*", "*") for key in keys)
    if not keys or not all(keys):
        question.problems.append(msg("Câu chưa có đáp án được 100 % điểm."))
    is_cased = "hoa-thuong:1" in question.tags
    if keys and not is_cased and all(parse_vn_number(key) is not None for key in keys):
        return _short(question, keys)
    if question.parsed.after:
        question.stem = _stem(question, _GAP)
    if _GAP not in question.stem:
        question.stem += f"<p>{_GAP}</p>"
    return Cloze(gaps=(Gap(id="G1", keys=keys, case_sensitive=is_cased),))


def _typed(question: Question, raw: str) -> str:
    return " ".join(unescape(cut_format(raw, "plain")[1]).split())


def _short(question: Question, keys: Sequence[str]) -> ShortAnswer:
    told = tuple(key.replace(".", ",") for key in keys)
    return ShortAnswer(keys=told, max_chars=boxes_told(question.tags) or boxes_for(told))


def _number(question: Question, inside: str) -> ShortAnswer:
    answers = answers_in(inside)
    _take_feedback(question, answers)
    refuse_partial(question, [_numeric_worth(answer) for answer in answers])
    keys = []
    for answer in answers:
        if _numeric_worth(answer) == FULL:
            keys.append(_exact(question, unescape(answer.raw).strip()))
    if not keys:
        question.problems.append(msg("Câu chưa có đáp án được 100 % điểm."))
    return _short(question, keys)


def _numeric_worth(answer: Answer) -> Decimal:
    """Without a mark the only number is the key."""
    if answer.worth is None and not answer.mark:
        return FULL
    return _worth(answer)


def _exact(question: Question, written: str) -> str:
    """The number of `3`, `3:0`, `3..3`; what allows more than one number is a problem."""
    low, dots, high = written.partition("..")
    number, _, tolerance = (low.strip(), "", "") if dots else written.partition(":")
    number = number.strip()
    if parse_vn_number(number) is None:
        question.problems.append(msg("Đáp số «{key}» không phải là số.", key=written[:40]))
    is_range = bool(dots) and parse_vn_number(high.strip()) != parse_vn_number(number)
    if is_range or (tolerance.strip() and parse_vn_number(tolerance) != 0):
        question.problems.append(
            msg("Đáp số «{key}» là một khoảng; ngân hàng so đúng từng số, hãy ghi mọi đáp số "
                "chấp nhận.", key=written[:40])
        )  # fmt: skip
    return number


def _match(question: Question, answers: Sequence[Answer]) -> Match:
    pairs = (_pair(question, answer) for answer in answers)
    return match_of(pairs, shuffle=question.is_shuffled(), problems=question.problems)


def _pair(question: Question, answer: Answer) -> tuple[str, str]:
    left, *rest = split(answer.raw, "->")
    right = question.html_as("plain", unescape("->".join(rest)).strip())
    return question.html(left.strip()), right
