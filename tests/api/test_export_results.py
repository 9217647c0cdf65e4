"""Results of a sitting in every format: the same numbers in each, nothing becomes a formula."""

from __future__ import annotations

import csv
import json
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pyarrow.parquet
import pyreadstat
import pytest
from sqlalchemy.orm import Session

from api.commands.export_results import write_results
from api.result_tables import MISSING, result_columns
from delivery.results import service
from delivery.sittings.models import Sitting
from itembank.exchange.guards import parse_xml
from itembank.exchange.qti.results_out import (
    RESULTS,
    ItemResult,
    SittingResult,
    assessment_result,
    response_variables,
)
from itembank.items.content import Essay, ItemContent
from itembank.items.interactions import Cloze, Gap, Match, MultipleChoice, Option, Order
from itembank.permissions import Role
from tests.factories.forms import (
    choice_content,
    cluster_content,
    make_actor,
    make_frozen_form,
    make_person,
    make_unit,
    short_content,
)
from tests.factories.results import make_attempt
from tests.factories.sittings import make_sitting

NAMES = {"a": RESULTS}


@pytest.fixture
def sitting(db: Session, now: datetime) -> Sitting:
    """Four candidates: all right; nothing but an omission right; two absent."""
    unit = make_unit(db)
    author = make_person(db, unit, "tacgia", now=now)
    officer = make_actor(db, unit, "canbo", Role.EXAM_OFFICER, now=now)
    contents = [choice_content("C"), cluster_content("ĐSĐS"), short_content("3,5")]
    form = make_frozen_form(db, officer, author, now=now, contents=contents)
    made, people = make_sitting(db, officer, form, unit, now=now, n=4, opened=True)
    people[0].full_name = "=HYPERLINK(1)"
    right = {"a": True, "b": False, "c": True, "d": False}
    labels = [column.name for column in result_columns(db, made)][-9::3]
    first = dict(zip(labels, ["C", right, "3,5"], strict=True))
    second = {labels[0]: "A", labels[2]: "-1"}
    for person, given in zip(people, (first, second), strict=False):
        service.score_attempt(db, make_attempt(db, made, person, given, now=now), now=now)
    return made


def test_the_table_has_a_row_for_everybody(db: Session, sitting: Sitting) -> None:
    columns = {column.name: column for column in result_columns(db, sitting)}
    assert columns["sbd"].values.tolist() == ["03000001", "03000002", "03000003", "03000004"]
    assert columns["so_cau"].values.tolist()[:2] == [3, 2]
    parts = [
        c.values[0] for name, c in columns.items() if name.endswith("_diem") and "tong" not in name
    ]
    assert columns["tong_diem"].values[0] == pytest.approx(sum(parts))
    assert columns["tong_diem"].values[0] > columns["tong_diem"].values[1]
    items = [c for c in columns.values() if c.missing_labels]
    assert [column.values.tolist() for column in items] == [
        [1, 0, 997, 997], [4, 999, 997, 997], [1, 0, 997, 997],
    ]  # fmt: skip
    assert set(MISSING) == {997, 998, 999}


def test_every_format_says_the_same(db: Session, sitting: Sitting, tmp_path: Path) -> None:
    columns = result_columns(db, sitting)
    for to in ("csv", "xlsx", "parquet", "sav"):
        write_results(db, sitting, to, tmp_path)
    want = [column.values.tolist() for column in columns if column.missing_labels]
    table = pyarrow.parquet.read_table(tmp_path / "results.parquet")
    names = [column.name for column in columns]
    assert table.column_names == names
    whole = [names.index(column.name) for column in columns if column.missing_labels]
    assert [table.column(i).to_pylist() for i in whole] == want
    frame, meta = pyreadstat.read_sav(str(tmp_path / "results.sav"), user_missing=True)
    assert [frame.iloc[:, i].astype(int).tolist() for i in whole] == want
    assert "Tổng điểm" in meta.column_labels
    with (tmp_path / "results.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream))
    assert [[int(row[i]) for row in rows[1:]] for i in whole] == want
    sheet = openpyxl.load_workbook(tmp_path / "results.xlsx")["Kết quả"]
    cells = list(sheet.iter_rows(values_only=True))
    assert [[row[i] for row in cells[1:]] for i in whole] == want
    assert (tmp_path / "codebook.csv").read_text("utf-8-sig").count("Chờ chấm") >= 3


def test_no_name_becomes_a_formula(db: Session, sitting: Sitting, tmp_path: Path) -> None:
    write_results(db, sitting, "xlsx", tmp_path)
    write_results(db, sitting, "csv", tmp_path)
    sheet = openpyxl.load_workbook(tmp_path / "results.xlsx")["Kết quả"]
    cell = sheet.cell(2, 2)
    assert (cell.value, cell.data_type, cell.quotePrefix) == ("=HYPERLINK(1)", "s", True)
    assert all(c.data_type != "f" for row in sheet.iter_rows() for c in row)
    with (tmp_path / "results.csv").open(encoding="utf-8-sig", newline="") as stream:
        assert not any(
            cell.startswith(("=", "@", "+")) for row in csv.reader(stream) for cell in row
        )


def test_qti_results_of_everybody_who_handed_in(
    db: Session, sitting: Sitting, tmp_path: Path
) -> None:
    files = write_results(db, sitting, "qti", tmp_path)
    assert [path.name for path in files] == ["00001-03000001.xml", "00002-03000002.xml"]
    root = parse_xml(files[0].read_bytes())
    assert root.tag == f"{{{RESULTS}}}assessmentResult"
    (context,) = root.findall("a:context", NAMES)
    assert context.get("sourcedId") == "03000001"
    items = root.findall("a:itemResult", NAMES)
    given = [
        [value.text for value in item.findall("a:responseVariable//a:value", NAMES)]
        for item in items
    ]
    assert given == [["C"], ["a D", "b S", "c D", "d S"], ["3,5"]]
    scores = [
        Decimal(item.findtext("a:outcomeVariable[@identifier='SCORE']/a:value", None, NAMES) or "")
        for item in items
    ]
    total = root.findtext(
        "a:testResult/a:outcomeVariable[@identifier='SCORE']/a:value", None, NAMES
    )
    assert sum(scores) == Decimal(total or "")
    assert b"correctResponse" not in files[0].read_bytes()  # no key leaves with the results


def content(part: object) -> ItemContent:
    return ItemContent(kind=part.type, subject="toan", grade=12, stem="x", interaction=part)  # type: ignore[attr-defined,arg-type]


TWO = (Option(id="A", body="1"), Option(id="B", body="2"))


@pytest.mark.parametrize(
    ("part", "response", "told"),
    [
        (MultipleChoice(options=TWO), ["A", "B"], [("multiple", "identifier", ("A", "B"))]),
        (Order(options=TWO), ["B", "A"], [("ordered", "identifier", ("B", "A"))]),
        (Match(), ["R1 C2"], [("multiple", "directedPair", ("R1 C2",))]),
        (Essay(), {"text": "bài"}, [("single", "string", ("bài",))]),
        (Essay(), None, [("single", "string", ())]),
        (
            Cloze(gaps=(Gap(id="G1", options=TWO), Gap(id="G2"))),
            {"G1": "A"},
            [("single", "identifier", ("A",)), ("single", "string", ())],
        ),
    ],
)
def test_responses_in_the_variables_of_the_export(
    part: object, response: object, told: list[tuple[str, str, tuple[str, ...]]]
) -> None:
    found = [(v.cardinality, v.base, v.values) for v in response_variables(content(part), response)]
    assert found == told


def test_what_a_person_has_still_to_mark_has_no_score(now: datetime) -> None:
    item = ItemResult("IV.1", content(Essay()), {"text": "a\x00b"}, None, Decimal(2), True)
    raw = assessment_result(SittingResult("01", "s", "t", now, (item,), {"IV": None}, None))
    root = parse_xml(raw)
    (result,) = root.findall("a:itemResult", NAMES)
    assert result.get("sessionStatus") == "pendingResponseProcessing"
    assert result.find("a:outcomeVariable[@identifier='SCORE']", NAMES) is None
    assert result.findtext("a:responseVariable//a:value", None, NAMES) == "ab"
    assert json.dumps(raw.decode())
