"""What a table of a paper is for: layout, an answer key, statements, a rubric, or data. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from .document import Cell, Image, Paragraph, Table, Text, paragraphs, text_of
from .markup import table_text
from .patterns import KEY_LINE, PART, QUESTION_WORD, SOLUTION

Role = Literal["layout", "answers", "statements", "rubric", "data"]

_NUMBER_CELL = re.compile(r"(?:câu\s*)?(\d{1,3})\s*[.):]?", re.IGNORECASE)
_PAIR_CELL = re.compile(
    r"(?:câu\s*)?(\d{1,3})\s*[-–—.:)/\s]?\s*([A-Ha-h]|[ĐSDT]{2,8}|(?:[a-h]\s*[).:\-]?\s*[ĐS][\s,;]*){2,8})",
    re.IGNORECASE,
)
_TRUTHS = re.compile(r"(?:Đ|S|Đúng|Sai|T|F|D)", re.IGNORECASE)
_VALUE = re.compile(
    r"[A-H]|[ĐSD]{2,8}|[-−–]?\d+(?: \d{3})*(?:[.,]\d+)?(?:\s*/\s*\d+)?|(?:[a-h]\s*[).:\-]?\s*(?:Đúng|Sai|Đ|S)[\s,;.]*){2,8}|"
    r"(?:(?:Đúng|Sai|Đ|S)[\s,;.\-–]*){2,8}|\$[^$]{1,30}\$",
    re.IGNORECASE,
)
_OPTION = re.compile(r"\s*[*#✓]?\s*([A-H])\s*[.):]")
_STATEMENT = re.compile(r"\s*[*#]?\s*([a-h])\s*[).]")
_HEAD = re.compile(
    r"câu|đáp\s*án|đ/?a|chọn|trả\s*lời|đáp\s*số|key|answer|lệnh\s*hỏi|ý|mã\s*đề", re.I
)
_NUMBER_HEAD = re.compile(r"(?:câu(?:\s*(?:hỏi|số))?|stt|questions?|bài)\s*[.:]?", re.I)
_BARE_LABEL = 3  # signs behind a number that are no stem yet
_SHORTEST_STEM = 10
_LONGEST_VALUE = 24  # of an answer in words under a heading «Đáp án»
_LETTER_KEY = re.compile(r"[A-H]|[ĐSDT]{2,8}", re.IGNORECASE)
_TICK = re.compile(r"[xX✓✔√vV☑×]")


@dataclass(frozen=True, slots=True)
class Answer:
    """One entry of an answer key: the question's number and what the key says."""

    number: int
    value: str


def number_of(cell: str) -> int | None:
    """The number that a cell names: «7», «7.», «Câu 7»."""
    found = _NUMBER_CELL.fullmatch(cell.strip())
    return int(found[1]) if found else None


def is_key_value(cell: str) -> bool:
    return bool(_VALUE.fullmatch(cell.strip()))


def role_of(table: Table) -> Role:
    texts = table_text(table)
    if _is_frame(table):
        return "layout"
    if truth_columns(texts) is not None:
        return "statements"
    if _with_points(texts):
        return "answers"
    if _is_rubric(texts):
        return "rubric"
    if answers_in(texts):
        return "answers"
    return "layout" if _is_layout(_first_words(table), texts) else "data"


def _is_frame(table: Table) -> bool:
    """One cell, or one row with a picture beside words: drawn only to place things."""
    cells = [cell for row in table.rows for cell in row]
    if len(cells) == 1:
        return True
    return len(table.rows) == 1 and len(cells) <= 3 and any(_is_picture(cell) for cell in cells)


def _is_picture(cell: Cell) -> bool:
    atoms = [a for block in cell.blocks if isinstance(block, Paragraph) for a in block.atoms]
    inked = [a for a in atoms if not (isinstance(a, Text) and not a.text.strip())]
    return bool(inked) and all(isinstance(a, Image) for a in inked)


def _first_words(table: Table) -> list[str]:
    """Every line of every cell."""
    return [
        line.strip()
        for row in table.rows
        for cell in row
        for paragraph in paragraphs(cell.blocks)
        for line in f"{paragraph.number} {text_of(paragraph.atoms)}".split("\n")
        if line.strip()
    ]


def _is_layout(lines: list[str], texts: list[list[str]]) -> bool:
    labels = {m[1] for line in lines if (m := _OPTION.match(line))}
    small = {m[1] for line in lines if (m := _STATEMENT.match(line))}
    if len(labels & {"A", "B", "C"}) >= 2 or len(small & {"a", "b", "c"}) == 3:
        return True
    if any(KEY_LINE.match(line) or SOLUTION.match(line) for line in lines):
        return True
    if any((m := QUESTION_WORD.match(x)) and len(m["rest"].strip()) > _BARE_LABEL for x in lines):
        return True
    return _questions_beside_labels(texts) or any((m := PART.match(x)) and m["word"] for x in lines)


def _questions_beside_labels(texts: list[list[str]]) -> bool:
    """«Câu 1» in a cell, its text in the next; numbers of questions in a matrix are no labels."""
    return any(
        QUESTION_WORD.match(left) and len(right) >= _SHORTEST_STEM
        for row in texts
        for left, right in pairwise(row)
    )


def _is_rubric(texts: list[list[str]]) -> bool:
    if len(texts) < 2:
        return False
    head = [cell.lower() for cell in texts[0]]
    has_points = any(cell.strip(" ().") in {"điểm", "thang điểm", "biểu điểm"} for cell in head)
    return has_points and any(
        word in cell
        for cell in head
        for word in ("nội dung", "đáp án", "hướng dẫn", "yêu cầu", "ý")
    )


def truth_columns(texts: list[list[str]]) -> tuple[int, int] | None:
    """Columns «Đúng» and «Sai» of a table of statements; the same one twice for «Đ/S»."""
    if len(texts) < 3:
        return None
    head = [cell.lower().strip(" .:()") for cell in texts[0]]
    true = [i for i, cell in enumerate(head) if cell in {"đúng", "đ", "true"}]
    false = [i for i, cell in enumerate(head) if cell in {"sai", "s", "false"}]
    if len(true) == len(false) == 1:
        return true[0], false[0]
    both = [i for i, c in enumerate(head) if re.fullmatch(r"(đúng|đ)\s*[/\-–,]\s*(sai|s)", c)]
    return (both[0], both[0]) if len(both) == 1 and len(head) <= 3 else None


def truth_of_row(row: list[str], columns: tuple[int, int]) -> str:
    """«Đúng», «Sai» or nothing, as a row of a table of statements is ticked."""
    true, false = ((row[c].strip() if c < len(row) else "") for c in columns)
    if columns[0] == columns[1]:
        return (
            "Đúng"
            if true.lower() in {"đúng", "đ"}
            else "Sai"
            if true.lower() in {"sai", "s"}
            else ""
        )
    ticked = [bool(_TICK.fullmatch(t) or t.lower() in words) for t, words in (
        (true, {"đúng", "đ"}), (false, {"sai", "s"}))]  # fmt: skip
    if ticked[0] == ticked[1]:
        return ""
    return "Đúng" if ticked[0] else "Sai"


def answers_in(texts: list[list[str]]) -> list[Answer]:
    """The entries of an answer key; none where the table is not one."""
    cells = [cell.strip() for row in texts for cell in row if cell.strip()]
    if len(cells) < 2:
        return []
    for reading in (_with_points, _pairs, _truth_rows, _facing_rows, _facing_columns, _truth_list):
        found = reading(texts)
        if found:
            return found
    return []


def _with_points(texts: list[list[str]]) -> list[Answer]:
    """«Câu, Đáp án, Điểm», once or side by side: letters and truths only, so no marking guide."""
    head = [cell.lower().strip(" ().") for cell in texts[0]] if texts else []
    kept = [column for column, cell in enumerate(head) if cell not in {"điểm", "thang điểm"}]
    if len(kept) == len(head) or len({len(row) for row in texts}) != 1:
        return []
    found = _facing_columns([[row[column] for column in kept] for row in texts])
    return found if all(_LETTER_KEY.fullmatch(answer.value) for answer in found) else []


def _pairs(texts: list[list[str]]) -> list[Answer]:
    cells = [cell.strip() for row in texts for cell in row if cell.strip()]
    found = [m for cell in cells if (m := _PAIR_CELL.fullmatch(cell))]
    if len(found) < 2 or len(found) < 0.8 * len(cells):
        return []
    return [Answer(int(m[1]), m[2]) for m in found]


def _facing_rows(texts: list[list[str]]) -> list[Answer]:
    """A row of numbers above rows of answers, as often as the table has them.

    Several rows of answers belong together: «a) Đ» above «b) S» above ...
    """
    found: list[Answer] = []
    starts = [r for r, row in enumerate(texts) if _numbers(row) is not None]
    for start, end in pairwise([*starts, len(texts)]):
        numbers, below = _numbers(texts[start]) or {}, texts[start + 1 : end]
        if not below or any(len(row) < len(texts[start]) for row in below):
            continue
        is_headed = bool(_HEAD.match(texts[start][0]) and _HEAD.match(below[0][0]))
        for column, number in numbers.items():
            value = " ".join(row[column].strip() for row in below).strip()
            if not value:
                continue
            if not _VALUE.fullmatch(value) and not (is_headed and len(value) <= _LONGEST_VALUE):
                return []
            found.append(Answer(number, value))
    return found


def _numbers(row: list[str]) -> dict[int, int] | None:
    """Column -> number where a row holds consecutive numbers, a heading in front allowed."""
    start = 1 if row and _NUMBER_HEAD.fullmatch(row[0].strip()) else 0
    found = {}
    for column in range(start, len(row)):
        match = _NUMBER_CELL.fullmatch(row[column].strip())
        if match:
            found[column] = int(match[1])
        elif row[column].strip():
            return None
    numbers = list(found.values())
    if len(numbers) < 2 - start or any(b - a != 1 for a, b in pairwise(numbers)):
        return None
    return found


def _facing_columns(texts: list[list[str]]) -> list[Answer]:
    """Columns «Câu», «Đáp án», once or side by side."""
    rows = [row for row in texts if any(_NUMBER_CELL.fullmatch(cell.strip()) for cell in row)]
    width = max((len(row) for row in rows), default=0)
    if len(rows) < 2 or width % 2 or any(len(row) != width for row in rows):
        return []
    if len(texts) - len(rows) > 1:
        return []
    found = []
    for left in range(0, width, 2):
        for row in rows:
            number, value = row[left].strip(), row[left + 1].strip()
            if not number and not value:
                continue
            match = _NUMBER_CELL.fullmatch(number)
            if match is None or not _VALUE.fullmatch(value):
                return []
            found.append(Answer(int(match[1]), value))
    return found


def _truth_rows(texts: list[list[str]]) -> list[Answer]:
    """A row a question: number, then Đ or S for each statement; or the table turned round."""
    found = []
    for row in texts:
        values = [cell.strip() for cell in row]
        match = _NUMBER_CELL.fullmatch(values[0]) if values else None
        truths = [v for v in values[1:] if v]
        if match and len(truths) >= 2 and all(_TRUTHS.fullmatch(v) for v in truths):
            found.append(Answer(int(match[1]), "".join(v[0].upper() for v in truths)))
        elif match:
            return []
    return found or _truth_columns_by_letter(texts)


def _truth_columns_by_letter(texts: list[list[str]]) -> list[Answer]:
    numbers = _numbers(texts[0]) if texts else None
    rows = [row for row in texts[1:] if row and re.fullmatch(r"[a-h]\s*[).]?", row[0].strip())]
    if not numbers or len(rows) < 2:
        return []
    found = []
    for column, number in numbers.items():
        values = [row[column].strip() for row in rows if column < len(row)]
        if not all(_TRUTHS.fullmatch(v) for v in values):
            return []
        found.append(Answer(number, "".join(v[0].upper() for v in values)))
    return found


def _truth_list(texts: list[list[str]]) -> list[Answer]:
    """Columns «Câu», «Lệnh hỏi», «Đáp án»: a row a statement, the number in the first one only."""
    found: dict[int, str] = {}
    current = 0
    for row in texts[1:]:
        cells = [cell.strip() for cell in row if cell.strip()]
        if len(cells) == 3 and (match := _NUMBER_CELL.fullmatch(cells[0])):
            current = int(match[1])
            cells = cells[1:]
        if len(cells) != 2 or not current:
            return []
        if not re.fullmatch(r"[a-h]\s*[).]?", cells[0]) or not _TRUTHS.fullmatch(cells[1]):
            return []
        found[current] = found.get(current, "") + cells[1][0].upper()
    return [Answer(number, value) for number, value in found.items()]


@dataclass(frozen=True, slots=True)
class RubricRow:
    number: int | None
    text: str
    points: str


def rubric_rows(table: Table) -> list[RubricRow]:
    """Rows of a marking guide: question (where given), what is expected, points."""
    texts = table_text(table)
    head = [cell.lower().strip(" ().") for cell in texts[0]]
    points_at = next(i for i, cell in enumerate(head) if "điểm" in cell)
    rows = []
    for row in texts[1:]:
        match = _NUMBER_CELL.fullmatch(row[0].strip()) if row else None
        shift = len(row) - len(head)
        points = row[points_at + shift].strip() if 0 <= points_at + shift < len(row) else ""
        words = [cell for i, cell in enumerate(row) if i != points_at + shift and cell]
        if match:
            words = words[1:]
        rows.append(RubricRow(int(match[1]) if match else None, " ".join(words), points))
    return rows
