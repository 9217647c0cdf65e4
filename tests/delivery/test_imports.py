"""Responses from elsewhere: understood to the last cell, or refused with nothing written."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from delivery.results import imports, response_sets
from delivery.results.imports import Source
from delivery.results.models import ImportedResponse, ResponseSet
from delivery.results.response_file import Columns, read_table
from itembank.audit import AuditEvent
from itembank.errors import Conflict, Invalid, Refused
from itembank.forms import repository as forms
from itembank.forms.models import TestForm
from itembank.permissions import Role
from tests.factories.forms import make_actor, make_frozen_form, make_person, make_unit
from tests.factories.responses import make_csv

SBD = Columns("sbd")


@pytest.fixture
def form(db, now) -> TestForm:
    """One choice (key A), one cluster (ĐSĐS), one short answer (3,5)."""
    unit = make_unit(db)
    officer = make_actor(db, unit, "cb", Role.EXAM_OFFICER, now=now)
    author = make_person(db, unit, "gv", Role.TEACHER, now=now)
    return make_frozen_form(db, officer, author, now=now)


def take_in(db, form, data, *, cells="raw", columns=SBD, now, **options):
    source = Source("Tập thử", cells, columns)
    return imports.import_responses(db, None, form, data, source, now=now, **options)


def scores_of(db, form, set_id):
    ids = [place.id for place in forms.form_items(db, form.id)]
    table = response_sets.score_table(db, set_id, ids)
    return dict(zip(table.persons, table.rows, strict=True))


def rows_stored(db) -> tuple[int, int]:
    counts = (select(func.count()).select_from(m) for m in (ResponseSet, ImportedResponse))
    sets, rows = (db.scalar(query) for query in counts)
    return sets, rows


def where_and_what(error) -> list[tuple[str, str]]:
    return [(str(p.where), str(p.what)) for p in error.value.problems]


def test_raw_cells_are_scored_by_the_keys_of_the_bank(db, form, now) -> None:
    data = make_csv(
        ["sbd", "I.1", "II.1", "III.1"],
        ["001", "A", "ĐSĐS", "3,5"],
        ["002", "b", "ĐĐĐĐ", "3.50"],
        ["003", "*", "Đ---", "-2"],
        ["004", "", "ssss", "*"],
    )
    report = take_in(db, form, data, now=now)
    assert scores_of(db, form, report.set_id) == {
        "001": (1, 4, 1),
        "002": (0, 2, 1),
        "003": (0, 1, 0),
        "004": (None, 2, 0),
    }
    assert (report.n_persons, report.n_items, report.n_cells) == (4, 3, 11)


def test_score_cells_are_taken_as_they_are_and_blank_means_not_administered(db, form, now) -> None:
    data = make_csv(["sbd", "I.1", "II.1"], ["1", 1, 4], ["2", 0, ""], separator=";")
    report = take_in(db, form, data, cells="scores", now=now)
    assert scores_of(db, form, report.set_id) == {"1": (1, 4, None), "2": (0, None, None)}
    assert report.items_absent == ("III.1",)


def test_columns_may_be_named_by_code_or_position(db, form, now) -> None:
    code = next(item.code for _, item, _ in response_sets.items_of_form(db, form.id))
    data = make_csv(["sbd", code, "2", "iii.1"], ["1", "A", "ĐSĐS", "3,5"])
    report = take_in(db, form, data, now=now)
    assert scores_of(db, form, report.set_id) == {"1": (1, 4, 1)}


def test_every_unknown_cell_is_named_by_row_and_column_and_nothing_is_written(
    db, form, now
) -> None:
    data = make_csv(
        ["sbd", "I.1", "II.1", "III.1"],
        ["001", "A", "ĐSĐS", "3,5"],
        ["002", "E", "ĐSĐ", "ba"],
    )
    with pytest.raises(Invalid) as error:
        take_in(db, form, data, now=now)
    assert error.value.code == "responses_invalid"
    places = [where for where, _ in where_and_what(error)]
    assert places == ["dòng 3, cột «I.1»", "dòng 3, cột «II.1»", "dòng 3, cột «III.1»"]
    assert rows_stored(db) == (0, 0)


@pytest.mark.parametrize("cell", ["5", "-1", "1.5", "x", "²"])
def test_a_category_the_item_does_not_have_is_refused(db, form, now, cell) -> None:
    data = make_csv(["sbd", "II.1"], ["1", cell])
    with pytest.raises(Invalid) as error:
        take_in(db, form, data, cells="scores", now=now)
    assert where_and_what(error)[0][0] == "dòng 2, cột «II.1»"
    assert "từ 0 đến 4" in where_and_what(error)[0][1]
    assert rows_stored(db) == (0, 0)


def test_an_unknown_item_is_refused_with_what_a_column_may_be_called(db, form, now) -> None:
    data = make_csv(["sbd", "I.1", "I.9"], ["1", "A", "B"])
    with pytest.raises(Invalid) as error:
        take_in(db, form, data, now=now)
    ((where, what),) = where_and_what(error)
    assert where == "cột «I.9»"
    assert "I.1, II.1, III.1" in what
    assert rows_stored(db) == (0, 0)


def test_two_columns_of_one_item_are_refused(db, form, now) -> None:
    with pytest.raises(Invalid) as error:
        take_in(db, form, make_csv(["sbd", "I.1", "1"], ["1", "A", "A"]), now=now)
    assert "cùng một câu" in where_and_what(error)[0][1]


@pytest.mark.parametrize(
    ("data", "where"),
    [
        (make_csv(["sbd", "I.1"], ["1", "A"], ["2", "B"], ["1", "C"]), "dòng 4, cột «sbd»"),
        (make_csv(["sbd", "I.1"], ["", "A"]), "dòng 2, cột «sbd»"),
        (make_csv(["ma", "I.1"], ["1", "A"]), "cột «sbd»"),
        (make_csv(["sbd", "I.1", "I.1"], ["1", "A", "A"]), "cột «I.1»"),
        (make_csv(["sbd", "I.1"], ["1", "A", "B"]), "dòng 2"),
        (make_csv(["sbd", "I.1"]), "dòng 1"),
        (b"", "dòng 1"),
        (
            make_csv(["sbd", "I.1"], ["1", "A"]) + "2,Đ".encode("cp1258", "replace") + b"\xd0",
            "dòng 3",
        ),
    ],
)
def test_a_file_that_cannot_be_a_table_of_responses(db, form, now, data, where) -> None:
    with pytest.raises(Invalid) as error:
        take_in(db, form, data, now=now)
    assert where in [place for place, _ in where_and_what(error)]
    assert rows_stored(db) == (0, 0)


def test_the_same_file_is_not_taken_in_twice(db, form, now) -> None:
    data = make_csv(["sbd", "I.1"], ["1", "A"])
    take_in(db, form, data, now=now)
    with pytest.raises(Conflict) as error:
        take_in(db, form, data, now=now)
    assert error.value.code == "responses_already_imported"


def test_a_dry_run_reports_and_stores_nothing(db, form, now) -> None:
    report = take_in(db, form, make_csv(["sbd", "I.1"], ["1", "A"]), now=now, dry_run=True)
    assert (report.set_id, report.n_persons) == (None, 1)
    assert rows_stored(db) == (0, 0)


def test_an_import_leaves_one_audit_event(db, form, now) -> None:
    take_in(db, form, make_csv(["sbd", "I.1"], ["1", "A"]), now=now)
    query = select(AuditEvent.action).where(AuditEvent.object_type == "response_set")
    assert db.scalars(query).all() == ["response_set.imported"]


def test_only_a_psychometrician_of_the_subject_may_import(db, form, now) -> None:
    unit = make_unit(db, "SO2")
    other = make_actor(db, unit, "dl", Role.PSYCHOMETRICIAN, now=now, subject="vat-li")
    source = Source("Tập thử", "raw", SBD)
    with pytest.raises(Refused):
        imports.import_responses(db, other, form, b"", source, now=now)


def test_an_external_form_takes_its_labels_and_categories_from_the_file(db, now) -> None:
    data = make_csv(["Q1", "Q2", "nuoc", "tuoi"], [1, 2, "A", 12], [0, "", "B", 13], [1, 0, "A", 9])
    columns = Columns(None, "nuoc", ("tuoi",))
    made = imports.create_external_form_for(
        db, None, data, columns, code="NGOAI", title="Đề ngoài", subject="toan", now=now
    )
    report = take_in(db, made, data, cells="scores", columns=columns, now=now)
    assert scores_of(db, made, report.set_id) == {"1": (1, 2), "2": (0, None), "3": (1, 0)}
    assert report.n_categories == {"Q1": 2, "Q2": 3}
    assert report.groups == {"A": 2, "B": 1}


def test_external_items_have_no_key_so_raw_cells_are_refused(db, now) -> None:
    data = make_csv(["sbd", "Q1"], ["1", "1"])
    made = imports.create_external_form_for(
        db, None, data, SBD, code="NGOAI", title="Đề ngoài", subject="toan", now=now
    )
    with pytest.raises(Invalid) as error:
        take_in(db, made, data, now=now)
    assert "không có đáp án" in where_and_what(error)[0][1]


def test_the_list_of_problems_ends_after_fifty() -> None:
    rows = [["x", "1"] for _ in range(80)]
    with pytest.raises(Invalid) as error:
        read_table(make_csv(["sbd", "I.1"], *rows), SBD)
    assert len(error.value.problems) == 51
    assert str(error.value.problems[-1].what).startswith("Còn 29 chỗ nữa")
