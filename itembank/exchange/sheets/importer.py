"""A filled item sheet as an import report; every fault names its sheet and cell."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from ...errors import Invalid, KhaothiError, Message, Problem, TooLarge, msg, problem
from ...items.content import ItemContent, StimulusContent
from ...items.html import has_text
from ..found import FoundItem, ImportReport, Placement
from ..guards import USUAL, Deadline, Limits
from ..telling import content_of, told, unfit
from ..text_files import legacy_letters
from .book import Sheet, faults_in_row, read_sheet
from .cells import read_paragraphs
from .columns import BY_HEAD, COLUMNS, MOST_ROWS, SHEET
from .rows_in import READERS, Row, about_row, cell_name, kind_of, stem_of

SECONDS = 300.0
ANYWHERE = Placement()
_NEEDED = ("kind", "stem", "key")
_HEAD_ROWS = 10  # the heads stand among the first rows


def import_xlsx(
    source: Path | str | bytes,
    placement: Placement = ANYWHERE,
    *,
    limits: Limits = USUAL,
    seconds: float = SECONDS,
) -> ImportReport:
    """Every row of the item sheet. Nothing is stored.

    Raises Invalid (not an XLSX, no heads) or TooLarge for the file as a whole.
    """
    started = time.monotonic()
    sheet = read_sheet(source, SHEET, limits)
    head, places = _heads(sheet)
    if len(sheet.rows) - head > MOST_ROWS + 1:
        raise TooLarge(
            msg("Trang tính có quá {rows} dòng hoặc {columns} cột; chia thành nhiều tệp.",
                rows=MOST_ROWS, columns=len(COLUMNS)),
            code="sheet_too_large",
        )  # fmt: skip
    reader = _Rows(sheet, places, placement, Deadline(seconds))
    items = tuple(reader.items(head))
    if not items:
        raise Invalid(msg("Trang «{sheet}» chưa có câu hỏi nào.", sheet=SHEET), code="no_items")
    return ImportReport(items, (), time.monotonic() - started, "xlsx")


def _heads(sheet: Sheet) -> tuple[int, dict[str, int]]:
    """The row of the heads and the place of every column that is known."""
    best: tuple[int, dict[str, int]] = (0, {})
    for number, row in enumerate(sheet.rows[:_HEAD_ROWS]):
        places: dict[str, int] = {}
        for place, text in enumerate(row):
            name = BY_HEAD.get(" ".join(text.split()).rstrip("*").strip().casefold())
            if name is not None:
                places.setdefault(name, place)
        if len(places) > len(best[1]):
            best = (number, places)
    missing = [column.head for column in COLUMNS if column.name in _NEEDED
               and column.name not in best[1]]  # fmt: skip
    if missing:
        raise Invalid(
            msg("Thiếu cột: {names}. Hãy dùng tệp mẫu.", names=", ".join(missing)),
            code="missing_column",
            problems=[problem(cell_name(0, best[0] + 1), msg("Thêm cột «{name}».", name=name))
                      for name in missing],
        )  # fmt: skip
    return best


class _Rows:
    def __init__(
        self, sheet: Sheet, places: Mapping[str, int], placement: Placement, deadline: Deadline
    ) -> None:
        self._sheet = sheet
        self._places = places
        self._placement = placement
        self._deadline = deadline
        self._stimuli: dict[tuple[str, str], StimulusContent] = {}

    def items(self, head: int) -> Iterator[FoundItem]:
        number = 0
        for place in range(head + 1, len(self._sheet.rows)):
            self._deadline.check()
            texts = self._sheet.rows[place]
            faults = list(faults_in_row(self._sheet, place))
            if not any(text.strip() for text in texts) and not faults:
                continue
            number += 1
            cells = {name: texts[at] for name, at in self._places.items() if at < len(texts)}
            row = Row(place + 1, cells, self._places)
            row.problems += [
                Problem(msg("Trang «{sheet}», ô {cell}", sheet=SHEET, cell=cell), what)
                for cell, what in faults
            ]
            self._refuse_legacy(row)
            yield self._item(row, number)

    def _refuse_legacy(self, row: Row) -> None:
        for name in row.cells:
            legacy = legacy_letters(row.text(name))
            if legacy is not None:
                row.fault(name, legacy)

    def _item(self, row: Row, number: int) -> FoundItem:
        kind = kind_of(row)
        if kind is None:
            return unfit(number, "", row.text("stem"), row.problems)
        made, stimulus = self._content(row, kind)
        if isinstance(made, Message):
            row.fault("stem", made)
            return unfit(number, kind, row.text("stem"), row.problems)
        if not has_text(made.stem):
            row.fault("stem", msg("Viết lời dẫn."))
        return told(
            made,
            number=number,
            problems=row.problems,
            stimulus=stimulus,
            identity=row.text("code")[:80],
        )

    def _content(self, row: Row, kind: str) -> tuple[ItemContent | Message, StimulusContent | None]:
        about = about_row(row, self._placement)
        try:
            part = READERS[kind](row)
            stem, solution = stem_of(row, kind), read_paragraphs(row.text("solution"))
            stimulus = self._stimulus(row, str(about["subject"]))
        except KhaothiError as error:
            return error.message, None
        except ValueError:
            return msg("Câu hỏi vượt khuôn khổ một câu của ngân hàng; rút gọn hoặc tách câu."), None
        return content_of(lambda: part, about, stem, solution), stimulus

    def _stimulus(self, row: Row, subject: str) -> StimulusContent | None:
        text = row.text("stimulus")
        if not text:
            return None
        if (subject, text) not in self._stimuli:
            body = read_paragraphs(text)
            self._stimuli[subject, text] = StimulusContent(subject=subject, body=body)
        return self._stimuli[subject, text]
