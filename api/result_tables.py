"""Results of a sitting as a table for statistics, and as QTI results. Composes, decides nothing."""

from __future__ import annotations

import io
import json
import re
import uuid
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import numpy as np
import xlsxwriter  # type: ignore[import-untyped]
from sqlalchemy.orm import Session

from delivery.allocation import repository as allocation
from delivery.results import repository
from delivery.results.models import ScoreFact
from delivery.results.summary import STATUS_NAMES, ResultLine, result_lines
from delivery.sittings.models import Sitting
from itembank.exchange.qti.results_out import ItemResult, SittingResult, assessment_result
from itembank.forms import repository as forms
from itembank.forms.models import FormItem
from itembank.items.content import ItemContent
from psychometrics.exports import Column

# Codes of a category that is not there; above every category that an item can have.
NOT_TAKEN, TO_MARK, OMITTED = 997, 998, 999
MISSING = {NOT_TAKEN: "Không dự thi", TO_MARK: "Chờ chấm", OMITTED: "Bỏ trống"}
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
Facts = Mapping[uuid.UUID, ScoreFact]


def result_columns(db: Session, sitting: Sitting) -> tuple[Column, ...]:
    """One row for everybody on the roster: who they are, points by part, then item by item its
    category, its points and the response as it was stored.
    """
    places = allocation.places(db, sitting)
    structure = forms.structure_of(forms.form_of(db, sitting.form_id))
    people = repository.sat(db, sitting.id)
    codes = [part.code for part in structure.parts]
    part_of: dict[object, str] = {place.id: place.part for place in places}
    lines = result_lines(people, part_of, codes)
    facts = [_facts(db, one.attempt.id) if one.attempt else {} for one in people]
    columns = [*_about(lines), *_points(lines, codes)]
    codes_of = {one.form_id: one.code for one in allocation.forms_of(db, sitting.id)}
    for place in places:
        code = codes_of.get(place.form_id, "")
        columns += _item_columns(place, code, [row.get(place.id) for row in facts])
    return tuple(columns)


def _facts(db: Session, attempt_id: uuid.UUID) -> dict[uuid.UUID, ScoreFact]:
    return {fact.form_item_id: fact for fact in repository.facts_of(db, attempt_id)}


def _text(name: str, values: Sequence[str], label: str) -> Column:
    return Column(name, np.array(values, dtype=object), label)


def _number(name: str, values: Sequence[Decimal | None], label: str) -> Column:
    found = np.array([np.nan if value is None else float(value) for value in values], dtype=float)
    return Column(name, found, label, measure="scale", decimals=2)


def _about(lines: Sequence[ResultLine]) -> list[Column]:
    names = list(STATUS_NAMES)
    who = [line.candidate for line in lines]
    return [
        _text("sbd", [c.number for c in who], "Số báo danh"),
        _text("ho_ten", [c.full_name for c in who], "Họ tên"),
        _text("ngay_sinh", [c.date_of_birth.isoformat() for c in who], "Ngày sinh"),
        _text("truong", [c.school for c in who], "Trường"),
        _text("phong", [c.room for c in who], "Phòng"),
        Column(
            "tinh_trang",
            np.array([names.index(line.status) for line in lines], dtype=np.int64),
            "Tình trạng",
            dict(enumerate(STATUS_NAMES.values())),
        ),
        Column(
            "so_cau", np.array([line.answered for line in lines], dtype=np.int64),
            "Số câu đã trả lời", measure="scale",
        ),
    ]  # fmt: skip


def _points(lines: Sequence[ResultLine], codes: Sequence[str]) -> list[Column]:
    parts = [
        _number(f"diem_{code}", [line.parts[n].points for line in lines], f"Điểm phần {code}")
        for n, code in enumerate(codes)
    ]
    return [*parts, _number("tong_diem", [line.total for line in lines], "Tổng điểm")]


def _item_columns(place: FormItem, code: str, facts: Sequence[ScoreFact | None]) -> list[Column]:
    """`code` is the form's in a sitting of several: the same label stands on each of them."""
    name = (f"{code}_" if code else "") + (place.label or f"{place.part}.{place.number}")
    categories = np.array([_category(fact) for fact in facts], dtype=np.int64)
    labels = {k: f"Mức {k}" for k in range(len(place.weights))}
    return [
        Column(name, categories, f"Câu {name}: mức", labels, MISSING, "ordinal"),
        _number(f"{name}_diem", [f.points if f else None for f in facts], f"Câu {name}: điểm"),
        _text(f"{name}_tl", [_given(fact) for fact in facts], f"Câu {name}: trả lời"),
    ]


def _category(fact: ScoreFact | None) -> int:
    if fact is None:
        return NOT_TAKEN
    if fact.category is None:
        return TO_MARK
    return fact.category if fact.answered else OMITTED


def _given(fact: ScoreFact | None) -> str:
    return "" if fact is None or not fact.answered else fact.response


def xlsx_file(columns: Sequence[Column]) -> bytes:
    """Two sheets: the table, and the codebook. Texts are texts whatever they begin with."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    looks = _Looks(book)
    table = book.add_worksheet("Kết quả")
    for place, column in enumerate(columns):
        looks.text(table, 0, place, column.name, head=True)
        for row, value in enumerate(column.values, start=1):
            looks.cell(table, row, place, value)
    table.freeze_panes(1, 2)
    words = book.add_worksheet("Sách mã")
    for place, head in enumerate(("Biến", "Ý nghĩa", "Giá trị", "Nghĩa của giá trị")):
        looks.text(words, 0, place, head, head=True)
    for row, cells in enumerate(_codebook(columns), start=1):
        for place, cell in enumerate(cells):
            looks.text(words, row, place, cell)
    book.close()
    return out.getvalue()


class _Looks:
    def __init__(self, book: Any) -> None:
        self._head = book.add_format({"bold": True})
        self._marked = book.add_format()
        self._marked.set_quote_prefix()

    def text(self, sheet: Any, row: int, place: int, text: str, *, head: bool = False) -> None:
        risky = self._marked if text.startswith(FORMULA_SIGNS) else None
        sheet.write_string(row, place, text[:32_767], self._head if head else risky)

    def cell(self, sheet: Any, row: int, place: int, value: Any) -> None:
        if isinstance(value, str):
            self.text(sheet, row, place, value)
        elif not np.isnan(value):
            sheet.write_number(row, place, float(value))


def _codebook(columns: Sequence[Column]) -> list[tuple[str, str, str, str]]:
    rows: list[tuple[str, str, str, str]] = []
    for column in columns:
        rows.append((column.name, column.label, "", ""))
        told = {**column.value_labels, **column.missing_labels}
        rows += [("", "", str(value), words) for value, words in told.items()]
    return rows


def qti_results(db: Session, sitting: Sitting) -> dict[str, bytes]:
    """File name -> `assessmentResult` of everybody who handed in, by candidate number."""
    form = forms.form_of(db, sitting.form_id)
    places = {place.id: place for place in allocation.places(db, sitting)}
    hashes = {place.version_hash for place in places.values() if place.version_hash}
    contents = forms.contents(db, hashes)
    codes = [part.code for part in forms.structure_of(form).parts]
    part_of: dict[object, str] = {place.id: place.part for place in places.values()}
    people = repository.sat(db, sitting.id)
    made: dict[str, bytes] = {}
    for one, line in zip(people, result_lines(people, part_of, codes), strict=True):
        if one.attempt is None or one.attempt.submitted_at is None:
            continue
        facts = repository.facts_of(db, one.attempt.id)
        items = tuple(_item_result(fact, places[fact.form_item_id], contents) for fact in facts)
        result = SittingResult(
            candidate=one.candidate.number,
            sitting=str(sitting.id),
            test=form.code,
            at=one.attempt.submitted_at,
            items=items,
            parts={part.code: part.points for part in line.parts},
            total=line.total,
        )
        name = re.sub(r"[^0-9A-Za-z_-]", "_", one.candidate.number)
        made[f"{len(made) + 1:05d}-{name}.xml"] = assessment_result(result)
    return made


def _item_result(
    fact: ScoreFact, place: FormItem, contents: Mapping[str, ItemContent]
) -> ItemResult:
    return ItemResult(
        identifier=place.label or f"{place.part}.{place.number}",
        content=contents[fact.version_hash],
        response=json.loads(fact.response) if fact.response else None,
        score=fact.points,
        maximum=Decimal(str(place.weights[-1])) if place.weights else Decimal(0),
        answered=fact.answered,
    )
