"""A document as lines in reading order; tables that only lay things out are taken apart. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .document import Block, Cell, Paragraph, Place, Table
from .exam_codes import answers_by_code
from .markup import table_text
from .patterns import QUESTION_WORD
from .strip import Strip, lines_of, plain_strip
from .tables import Role, role_of, truth_columns, truth_of_row

_LABEL = re.compile(r"\s*[*#✓]?\s*([A-H])\s*[.):]|\s*[*#]?\s*([a-h])\s*[)]")
_STATEMENT_LABEL = re.compile(r"\s*[*#]?\s*[a-h]\s*[).]")
_NUMBER_ONLY = re.compile(r"\s*\d{1,3}\s*[.)]?\s*")
_COLUMN_NAMES = {
    "",
    "câu",
    "stt",
    "tt",
    "nội dung",
    "câu hỏi",
    "nội dung câu hỏi",
    "đáp án",
    "điểm",
}
_KEY_HEAD = re.compile(r"(?:đáp\s*án|đ/?a|key|answer)\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text, or a whole table that is not layout."""

    strip: Strip
    place: Place
    table: Table | None = None
    role: Role = "layout"
    is_centred: bool = False

    @property
    def text(self) -> str:
        return self.strip.text


def lines_in(blocks: tuple[Block, ...]) -> Iterator[Line]:
    for block in blocks:
        if isinstance(block, Paragraph):
            yield from _of_paragraph(block)
        else:
            yield from _of_table(block)


def _of_paragraph(paragraph: Paragraph) -> Iterator[Line]:
    for index, strip in enumerate(lines_of(paragraph.atoms)):
        strip = strip.with_short_gaps()
        if index == 0 and paragraph.number and paragraph.number != "•":
            strip = plain_strip(paragraph.number + " ", paragraph.number_look) + strip
        yield Line(strip, paragraph.place, is_centred=paragraph.is_centred)


def _of_table(table: Table) -> Iterator[Line]:
    role: Role = "answers" if answers_by_code(table_text(table)) else role_of(table)
    if role == "layout":
        yield from _of_numbered(table) if _is_numbered(table) else _of_layout(table)
    elif role == "statements":
        yield from _of_statements(table)
    else:
        yield Line(Strip(), _place(table), table=table, role=role)


def _place(table: Table) -> Place:
    for row in table.rows:
        for cell in row:
            for block in cell.blocks:
                if isinstance(block, Paragraph):
                    return block.place
    return Place(0, table.number, 1, 1)


def _of_layout(table: Table) -> Iterator[Line]:
    """Cells row by row, unless only column by column gives questions and options in order."""
    rows = [
        row for row, words in zip(table.rows, table_text(table), strict=True) if not _is_head(words)
    ]
    by_rows = [cell for row in rows for cell in row]
    if len({len(row) for row in rows}) == 1 and len(rows) > 1:
        by_columns = [row[c] for c in range(len(rows[0])) for row in rows]
        if _disorder(by_columns) < _disorder(by_rows):
            by_rows = by_columns
    for cell in by_rows:
        yield from _of_cell(cell)


def _is_head(words: list[str]) -> bool:
    """A row that only names its columns."""
    return all(word.lower().strip(" .:") in _COLUMN_NAMES for word in words) and any(words)


def _of_numbered(table: Table) -> Iterator[Line]:
    """One question a row; a column headed «Đáp án» gives the keys."""
    texts = table_text(table)
    keys = [i for i, head in enumerate(texts[0]) if _KEY_HEAD.fullmatch(head)]
    for index_of_row, (row, words) in enumerate(zip(table.rows, texts, strict=True)):
        if index_of_row == 0 and not _NUMBER_ONLY.fullmatch(words[0]):
            continue  # the heads of the columns
        for column, cell in enumerate(row):
            before = "Câu " if column == 0 and _NUMBER_ONLY.fullmatch(words[0]) else ""
            if column in keys:
                before = "Đáp án: "
            for index, line in enumerate(_of_cell(cell)):
                start = plain_strip(before if index == 0 else "")
                yield Line(start + line.strip, line.place, line.table, line.role)


def _is_numbered(table: Table) -> bool:
    """A table with one question a row and bare numbers in its first column."""
    first = [row[0].strip() for row in table_text(table) if len(row) > 1]
    return len(first) > 1 and sum(bool(_NUMBER_ONLY.fullmatch(t)) for t in first) >= len(first) - 1


def _of_cell(cell: Cell) -> Iterator[Line]:
    return lines_in(cell.blocks)


def _disorder(cells: list[Cell]) -> int:
    """How often an option stands where the one before it does not lead to it."""
    faults, last = 0, ""
    for cell in cells:
        for line in _of_cell(cell):
            match = _LABEL.match(line.text)
            if QUESTION_WORD.match(line.text):
                last = ""
            elif match:
                letter = (match[1] or match[2]).upper()
                faults += ord(letter) != (ord(last) + 1 if last else ord("A"))
                last = letter
    return faults


def _of_statements(table: Table) -> Iterator[Line]:
    """Rows of a table of statements as lines «a) ...», with the truth ticked in the row."""
    texts = table_text(table)
    columns = truth_columns(texts)
    if columns is None:
        return
    for index, row in enumerate(table.rows[1:], start=1):
        words = [line for c, cell in enumerate(row) if c not in columns for line in _of_cell(cell)]
        words = [line for line in words if not line.strip.is_blank]
        if not words:
            continue
        joined = words[0].strip.stripped()
        for line in words[1:]:
            joined += plain_strip(" ") + line.strip.stripped()
        if not _STATEMENT_LABEL.match(joined.text):
            joined = plain_strip(f"{chr(96 + index)}) ") + joined
        truth = truth_of_row(texts[index], columns)
        if truth:
            joined += plain_strip(f" ({truth})")
        yield Line(joined, words[0].place)
