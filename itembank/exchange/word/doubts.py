"""Doubts about what was read: numbering, missing options, words run together. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

from ...errors import Message, msg
from .legacy_fonts import looks_unconverted
from .markup import things_of
from .patterns import EMBEDDED_QUESTION
from .raw import Fault, RawOption, RawQuestion
from .strip import Strip

_FEWEST_OPTIONS = 2
_MOST_OPTIONS = 8
_MOST_STATEMENTS = 6


def numbering_faults(questions: Sequence[RawQuestion]) -> dict[int, list[Fault]]:
    """Numbers used twice and numbers left out, at the questions concerned, by `id`."""
    found: dict[int, list[Fault]] = defaultdict(list)
    counted = Counter((q.part, q.number) for q in questions)
    for question in questions:
        if counted[question.part, question.number] > 1:
            what = msg("Số câu {n} dùng hai lần trong cùng một phần.", n=question.number)
            found[id(question)].append(Fault(question.place, what))
    for before, after in pairwise(questions):
        if before.part == after.part and after.number > before.number + 1:
            for question in (before, after):
                what = msg(
                    "Số câu nhảy từ {a} sang {b}; có thể một câu bị dính vào câu này.",
                    a=before.number,
                    b=after.number,
                )
                found[id(question)].append(Fault(question.place, what))
        elif before.part == after.part and after.number < before.number:
            what = msg("Số câu lùi từ {a} về {b}.", a=before.number, b=after.number)
            found[id(after)].append(Fault(after.place, what))
    return found


def structure_faults(
    question: RawQuestion, kind: str, usual: int | None, *, is_plainly_essay: bool = True
) -> Iterator[Fault]:
    """What is missing or run together in one question."""
    if not question.stem_text() and not list(things_of(question.stem)) and not question.stimulus:
        yield Fault(question.place, msg("Câu hỏi không có lời dẫn."))
    if kind in {"choice", "multiple"}:
        yield from _option_faults(question, usual)
    elif kind == "tf_cluster":
        yield from _statement_faults(question)
    elif kind == "essay" and not is_plainly_essay:
        yield Fault(
            question.place,
            msg("Không thấy phương án, ý hay đáp số; nếu không phải câu tự luận, xem lại cách gõ."),
        )
    yield from _text_faults(question)


def _option_faults(question: RawQuestion, usual: int | None) -> Iterator[Fault]:
    letters = [option.letter for option in question.options]
    if len(letters) < _FEWEST_OPTIONS:
        yield Fault(question.place, msg("Câu trắc nghiệm chưa đủ phương án."))
        return
    expected = [chr(65 + i) for i in range(max(usual or 0, ord(max(letters)) - 64))]
    missing = [letter for letter in expected if letter not in letters]
    if missing:
        what = msg("Thiếu phương án {letters}.", letters=", ".join(missing))
        yield Fault(question.place, what)
    if len(letters) > _MOST_OPTIONS:
        yield Fault(question.place, msg("Có quá {n} phương án.", n=_MOST_OPTIONS))
    yield from _body_faults(question.options, msg("Phương án"))


def _statement_faults(question: RawQuestion) -> Iterator[Fault]:
    letters = [statement.letter for statement in question.statements]
    missing = [chr(97 + i) for i in range(len(letters)) if chr(97 + i) not in letters]
    if missing or len(letters) < _FEWEST_OPTIONS:
        what = msg("Thiếu ý {letters} của câu Đúng/Sai.", letters=", ".join(missing) or "a, b")
        yield Fault(question.place, what)
    if len(letters) > _MOST_STATEMENTS:
        yield Fault(question.place, msg("Câu Đúng/Sai có quá {n} ý.", n=_MOST_STATEMENTS))
    yield from _body_faults(question.statements, msg("Ý"))


def _body_faults(options: Sequence[RawOption], name: Message) -> Iterator[Fault]:
    seen: dict[str, str] = {}
    for option in options:
        things = things_of(option.body)
        text = " ".join(option.text().split())
        if not text and not things:
            what = msg("{name} {letter} để trống.", name=name, letter=option.letter)
            yield Fault(option.place, what)
            continue
        shown = text + "".join(str(thing) for thing in things)
        if shown in seen:
            what = msg(
                "{name} {letter} giống hệt {other}.",
                name=name,
                letter=option.letter,
                other=seen[shown],
            )
            yield Fault(option.place, what)
        seen.setdefault(shown, option.letter)


def _text_faults(question: RawQuestion) -> Iterator[Fault]:
    pieces = [*question.stem, *(p for o in question.options + question.statements for p in o.body)]
    text = " ".join(p.text for p in pieces if isinstance(p, Strip))
    if EMBEDDED_QUESTION.search(text):
        yield Fault(
            question.place, msg("Có vẻ một câu khác dính vào câu này; tách thành dòng riêng.")
        )
    if "\ufffd" in text:
        yield Fault(
            question.place, msg("Có kí hiệu của phông lạ không chuyển được; gõ lại kí hiệu đó.")
        )
    if looks_unconverted(text):
        yield Fault(
            question.place,
            msg(
                "Chữ tiếng Việt có vẻ còn ở bảng mã cũ (TCVN3, VNI); chọn đúng phông rồi nhập lại."
            ),
        )
