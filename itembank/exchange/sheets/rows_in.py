"""One row of the item sheet as an item; every fault names its cell."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from ...curriculum import SUBJECTS, topic, topics
from ...errors import Message, Problem, msg
from ...items.content import (
    STATEMENT_IDS,
    Choice,
    Criterion,
    Essay,
    Option,
    RubricLevel,
    ShortAnswer,
    Statement,
    TrueFalseCluster,
)
from ...items.html import has_text, plain_text
from ...items.interactions import Cloze, Frozen, Gap, Link, Match, MultipleChoice, Order, Part
from ...items.numbers import parse_vn_number
from ..found import Placement
from ..item_tags import boxes_for
from .cells import read_line, read_paragraphs
from .columns import KINDS, LETTERS, LEVELS, PLACES, SHEET, YES, letters_of

_SUBJECT_NAMES = {name.casefold(): code for code, name in SUBJECTS.items()}
_GAP = re.compile(r"\[\[(\d{1,2})\]\]")


@dataclass(slots=True)
class Row:
    """The cells of one row by column name; `number` is the row as Excel counts."""

    number: int
    cells: Mapping[str, str]
    places: Mapping[str, int] = field(default_factory=lambda: PLACES)
    problems: list[Problem] = field(default_factory=list)

    def text(self, name: str) -> str:
        return self.cells.get(name, "").strip()

    def says(self, name: str) -> bool:
        return self.text(name).casefold() in YES

    def fault(self, name: str, what: Message) -> None:
        """One fault for a cell: the first that was found explains those after it."""
        where = cell_name(self.places.get(name, PLACES[name]), self.number)
        if where not in [problem.where for problem in self.problems]:
            self.problems.append(Problem(where, what))

    def options(self) -> list[str]:
        """Texts of the option columns up to the last that is filled."""
        texts = [self.text(f"option_{letter}") for letter in LETTERS]
        while texts and not texts[-1]:
            texts.pop()
        return texts


def cell_name(column: int, row: int) -> Message:
    return msg("Trang «{sheet}», ô {cell}", sheet=SHEET, cell=f"{letters_of(column)}{row}")


def kind_of(row: Row) -> str | None:
    kind = KINDS.get(row.text("kind").casefold())
    if kind is None:
        row.fault("kind", msg("Dạng câu phải chọn trong danh sách: {names}.",
                              names=", ".join(name.capitalize() for name in KINDS)))  # fmt: skip
    return kind


def about_row(row: Row, placement: Placement) -> dict[str, Any]:
    """What the item is about; what a cell leaves out comes from the placement."""
    subject = _subject(row, placement)
    return {
        "subject": subject,
        "grade": _grade(row, placement),
        "topic": _topic(row, subject) or placement.topic,
        "outcome": row.text("outcome")[:80],
        "level": _level(row),
        "real_life": row.says("real_life"),
        "minutes": _minutes(row),
    }


def _subject(row: Row, placement: Placement) -> str:
    told = row.text("subject")
    if not told:
        return placement.subject
    code = told if told in SUBJECTS else _SUBJECT_NAMES.get(told.casefold(), "")
    if not code:
        row.fault("subject", msg("Không có môn «{name}».", name=told[:60]))
    return code


def _topic(row: Row, subject: str) -> str:
    told = row.text("topic")
    if topic(told):
        return told
    names = {found.name.casefold(): found.code for found in topics(subject)}
    return names.get(told.casefold(), told[:80])


def _grade(row: Row, placement: Placement) -> int:
    told = row.text("grade")
    if told and not re.fullmatch("[1-9]|1[0-2]", told):
        row.fault("grade", msg("Lớp phải là số từ 1 đến 12."))
    return int(told) if re.fullmatch("[1-9]|1[0-2]", told) else placement.grade


def _level(row: Row) -> str | None:
    told = row.text("level")
    if told and told.casefold() not in LEVELS:
        row.fault("level", msg("Cấp độ phải là Biết, Hiểu hoặc Vận dụng."))
    return LEVELS.get(told.casefold())


def _minutes(row: Row) -> Decimal | None:
    told = row.text("minutes")
    number = parse_vn_number(told)
    if told and (number is None or not 0 <= number <= 240):
        row.fault("minutes", msg("Số phút phải là số từ 0 đến 240."))
        return None
    return number


def _choice(row: Row) -> Frozen:
    options = _options(row)
    key = row.text("key").upper()
    if key not in {option.id for option in options}:
        row.fault("key", msg("Đáp án phải là một chữ trong các phương án đã ghi, ví dụ B."))
        return Choice(options=options, shuffle=not row.says("fixed"))
    return Choice(options=options, key=key, shuffle=not row.says("fixed"))


def _options(row: Row) -> tuple[Option, ...]:
    texts = row.options()
    if len(texts) < 2:
        row.fault("option_A", msg("Cần ít nhất hai phương án."))
    made = []
    for letter, text in zip(LETTERS, texts, strict=False):
        body = read_line(text)
        if not has_text(body):
            row.fault(f"option_{letter}", msg("Viết nội dung phương án {id}.", id=letter))
        made.append(Option(id=letter, body=body, rationale=row.text(f"rationale_{letter}")))
    return tuple(made)


def _letters(row: Row, options: tuple[Option, ...]) -> tuple[str, ...]:
    keys = tuple(re.findall(r"[A-Z]", row.text("key").upper()))
    known = {option.id for option in options}
    if not keys or not set(keys) <= known or len(set(keys)) != len(keys):
        row.fault("key", msg("Đáp án phải là các chữ trong phương án đã ghi, ví dụ A, C."))
        return ()
    return keys


def _multiple(row: Row) -> Frozen:
    options = _options(row)
    keys = _letters(row, options)
    return MultipleChoice(options=options, keys=keys, shuffle=not row.says("fixed"))


def _order(row: Row) -> Frozen:
    options = _options(row)
    keys = _letters(row, options)
    if keys and len(keys) != len(options):
        row.fault("key", msg("Thứ tự đúng phải gồm mọi mục, mỗi mục một lần."))
    return Order(options=options, keys=keys, shuffle=not row.says("fixed"))


def _cluster(row: Row) -> Frozen:
    texts = row.options()
    if len(texts) < 2 or len(texts) > len(STATEMENT_IDS):
        row.fault("option_A", msg("Câu đúng/sai cần từ hai đến sáu ý, ghi ở các cột A, B, C, D…"))
    told = re.sub(r"[\s,;–-]", "", row.text("key").upper()).replace("D", "Đ")
    if not re.fullmatch("[ĐS]*", told) or len(told) != len(texts):
        row.fault("key", msg("Đáp án cần một chữ Đ hoặc S cho mỗi ý, ví dụ ĐSSĐ."))
        told = ""
    statements = []
    for n, (name, text) in enumerate(zip(STATEMENT_IDS, texts, strict=False)):
        key = told[n] == "Đ" if told else None
        note = row.text(f"rationale_{LETTERS[n]}")
        statements.append(Statement(id=name, body=read_line(text), key=key, rationale=note))
    return TrueFalseCluster(statements=tuple(statements))


def _short(row: Row) -> Frozen:
    keys = tuple(key.strip().replace(".", ",") for key in row.text("key").split(";") if key.strip())
    if not keys:
        row.fault("key", msg("Câu hỏi chưa có đáp án; ghi đáp số."))
    for key in keys:
        if parse_vn_number(key) is None:
            row.fault("key", msg("Đáp số «{key}» không phải là số.", key=key[:40]))
    told = row.text("boxes")
    if told and not re.fullmatch("[1-9]|[1-3][0-9]|40", told):
        row.fault("boxes", msg("Số ô phải là số từ 1 đến 40."))
        told = ""
    return ShortAnswer(
        keys=keys, max_chars=int(told) if told else boxes_for(keys), hint=row.text("hint")
    )


def _essay(row: Row) -> Frozen:
    told = row.text("words")
    found = re.fullmatch(r"([1-9]\d{0,3})?\s*[-–]\s*([1-9]\d{0,3})?", told)
    if told and not found:
        row.fault("words", msg("Số từ ghi dạng 50-300, 50- hoặc -300."))
    least, most = (found[1], found[2]) if found else (None, None)
    return Essay(
        min_words=int(least) if least else None,
        max_words=int(most) if most else None,
        rubric=_rubric(row),
        model_answer=read_paragraphs(row.text("model_answer")),
    )


def _rubric(row: Row) -> tuple[Criterion, ...]:
    made: dict[tuple[str, str], list[RubricLevel]] = {}
    for line in row.text("rubric").split("\n"):
        if not line.strip():
            continue
        parts = [part.strip() for part in line.split("|")]
        if len(parts) not in (2, 4):
            row.fault("rubric", msg("Mỗi dòng hướng dẫn chấm ghi: mã | tiêu chí | điểm | mức."))
            return ()
        levels = made.setdefault((parts[0], parts[1]), [])
        if len(parts) == 4:
            try:
                levels.append(
                    RubricLevel(points=Decimal(parts[2].replace(",", ".")), text=parts[3])
                )
            except (InvalidOperation, ValueError):
                row.fault("rubric", msg("Điểm «{text}» không phải là số.", text=parts[2][:40]))
    return tuple(
        Criterion(id=code[:80], criterion=name, levels=tuple(levels))
        for (code, name), levels in made.items()
    )


def _match(row: Row) -> Frozen:
    rows: list[Part] = []
    columns: dict[str, Part] = {}
    keys: list[Link] = []
    for letter, text in zip(LETTERS, row.options(), strict=False):
        left, mark, right = text.partition("=>")
        if not mark or not right.strip():
            row.fault(f"option_{letter}", msg("Mỗi cặp ghi dạng: vế trái => vế phải."))
            continue
        body = read_line(right)
        column = columns.setdefault(body, Part(id=f"C{len(columns) + 1}", body=body, most=0))
        if left.strip():
            rows.append(Part(id=f"R{len(rows) + 1}", body=read_line(left)))
            keys.append(Link(left=rows[-1].id, right=column.id))
    if len(rows) < 2:
        row.fault("option_A", msg("Câu ghép cặp cần ít nhất hai vế trái."))
    return Match(
        rows=tuple(rows), columns=tuple(columns.values()), keys=tuple(keys), partial=True,
        shuffle=not row.says("fixed"),
    )  # fmt: skip


def _cloze(row: Row) -> Frozen:
    texts = row.options()
    named = [int(n) for n in _GAP.findall(row.text("stem"))]
    if not texts or named != list(range(1, len(texts) + 1)):
        row.fault("stem", msg("Lời dẫn cần [[1]], [[2]]… đúng bằng số cột A, B… đã ghi đáp án."))
    gaps = [_gap(row, n, text) for n, text in enumerate(texts, start=1)]
    return Cloze(gaps=tuple(gaps))


def _gap(row: Row, number: int, text: str) -> Gap:
    """`Huế | *Hà Nội | Vinh` is a choice; `Hà Nội | Thủ đô Hà Nội` are words to be typed."""
    parts = [part.strip() for part in text.split("|")]
    if not all(parts):
        row.fault(f"option_{LETTERS[number - 1]}", msg("Có đáp án để trống giữa các dấu |."))
    if not any(part.startswith("*") for part in parts):
        typed = tuple(plain_text(read_line(part)) for part in parts)
        return Gap(id=f"G{number}", keys=typed, case_sensitive=row.says("cased"))
    options = tuple(
        Option(id=f"{chr(64 + n)}", body=read_line(part.removeprefix("*")))
        for n, part in enumerate(parts[:26], start=1)
    )
    keys = tuple(o.id for o, part in zip(options, parts, strict=False) if part.startswith("*"))
    if len(keys) != 1 or len(options) < 2 or len(parts) > 26:
        row.fault(f"option_{LETTERS[number - 1]}", msg("Chỗ trống để chọn cần đúng một dấu * trước "
                                                       "đáp án đúng."))  # fmt: skip
    return Gap(id=f"G{number}", options=options, keys=keys)


def stem_of(row: Row, kind: str) -> str:
    html = read_paragraphs(row.text("stem"))
    if kind == "cloze":
        html = _GAP.sub(lambda m: f'<span data-gap="G{int(m[1])}"></span>', html)
    return html


READERS: dict[str, Callable[[Row], Frozen]] = {
    "choice": _choice,
    "multiple": _multiple,
    "order": _order,
    "tf_cluster": _cluster,
    "short": _short,
    "essay": _essay,
    "match": _match,
    "cloze": _cloze,
}
