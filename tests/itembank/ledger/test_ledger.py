"""The ledger: what people brought in a school year, who may see it, the look back, the files."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime, timedelta

import pytest

from itembank.exchange.tables_out import Column, Report, Table, report_pdf, report_xlsx
from itembank.ledger import repository
from itembank.ledger.past import retrospective
from itembank.ledger.retrospective import day_bins, round_bins
from itembank.ledger.rules import reach_of
from itembank.ledger.tallies import Tally, by_group, by_school, cumulative, total, year_span
from itembank.people import repository as people
from itembank.permissions import Role
from itembank.review import repository as rounds
from itembank.review import service as review
from itembank.review.checklists import MET, NOT_MET
from tests.factories.bank import complete_choice, make_draft, make_province
from tests.factories.forms import (
    choice_content,
    essay_content,
    make_actor,
    make_frozen_form,
    make_item,
    make_person,
    make_unit,
)

YEAR = 2026


def test_a_school_year_is_whole_and_touches_the_next():
    begin, end = year_span(YEAR)
    assert end == year_span(YEAR + 1)[0]
    assert begin == datetime(2026, 7, 31, 17, tzinfo=UTC)  # midnight of 1 August in Vietnam


def test_the_curve_counts_up_to_the_end_of_each_month():
    moments = [datetime(2026, 7, 31, 18, tzinfo=UTC), datetime(2026, 10, 2, tzinfo=UTC)]
    assert cumulative(moments, YEAR)[:4] == [1, 1, 2, 2]


def test_sums_by_group_and_school_hold_every_line_once(db, now):
    unit = make_unit(db)
    author = make_person(db, unit, "a", Role.TEACHER, now=now)
    other = make_person(db, make_unit(db, "T2", "truong"), "b", Role.TEACHER, now=now)
    for person, n in ((author, 3), (other, 2)):
        for _ in range(n):
            make_item(db, person, choice_content(), now=now)
    officer = make_actor(db, unit, "officer", Role.EXAM_OFFICER, now=now)
    make_frozen_form(db, officer, author, now=now, contents=[choice_content()])
    officer = people.load_actor(db, db.get_one(type(author), officer.person_id))
    lines = repository.lines(db, reach_of(officer), YEAR)
    assert {line.person: line.tally.accepted for line in lines} == {"Người a": 4}
    secretary = make_actor(db, unit, "sec", Role.SECRETARY, now=now)
    other.unit_id = unit.id
    db.flush()
    lines = repository.lines(db, reach_of(secretary), YEAR)
    assert total(lines).accepted == 6
    assert total(lines).used == 1
    for sums in (by_school(lines), by_group(lines, {"toan": "Toán"})):
        assert sum((one.tally for one in sums), Tally()) == total(lines)
    assert repository.lines(db, reach_of(secretary), YEAR - 1) == []


def test_a_teacher_sees_only_their_own_line(db, now):
    unit = make_unit(db)
    mine, other = (make_person(db, unit, u, Role.TEACHER, now=now) for u in ("me", "you"))
    for person in (mine, other):
        make_item(db, person, choice_content(), now=now)
    actor = people.load_actor(db, mine)
    assert [line.person_id for line in repository.lines(db, reach_of(actor), YEAR)] == [mine.id]


def test_submitting_returning_and_refusing_stand_in_the_ledger_and_in_the_look_back(db, now):
    province = make_province(db, now=now)
    author, secretary = province.actor(db, "author"), province.actor(db, "secretary")
    for place, decision in enumerate(("return", "reject")):
        item = make_draft(db, author, now=now, content=complete_choice(f"<p>Câu {place}</p>"))
        review.submit(db, author, item, now=now)
        round_ = rounds.open_round(db, item)
        for task in rounds.tasks_of_round(db, round_.id):
            marks = {c.code: MET for c in review.criteria_of(db, task)} | {"key": NOT_MET}
            reviewer = people.load_actor(
                db, db.get_one(type(province.people["author"]), task.assignment.reviewer_id)
            )
            verdict = "revise" if decision == "return" else "reject"
            review.give_verdict(
                db, reviewer, task.assignment, verdict=verdict, checklist=marks,
                comment="Hai phương án cùng đúng.", now=now + timedelta(days=2),
            )  # fmt: skip
        review.decide(
            db, secretary, round_, decision=decision, reason="Hai phương án cùng đúng.",
            now=now + timedelta(days=5),
        )  # fmt: skip
    (line,) = repository.lines(db, reach_of(secretary), YEAR)
    assert (line.tally.submitted, line.tally.returned, line.tally.rejected) == (2, 1, 1)
    assert line.tally.share_accepted == 0
    past = retrospective(db, "toan", YEAR)
    assert (past.approved, past.returned, past.rejected) == (0, 1, 1)
    assert past.reasons[0] == ("Đáp án đúng và duy nhất", 4)
    assert past.words == ["Hai phương án cùng đúng."]
    assert past.median_days == 5
    assert dict(day_bins(past.days)) == {"0–3": 0, "3–7": 2, "7–14": 0, "14–30": 0, "30+": 0}
    assert dict(round_bins(past.rounds))["1"] == 1


def test_shares_of_a_year_come_from_what_was_approved_in_it(db, now):
    author = make_person(db, make_unit(db), "a", Role.TEACHER, now=now)
    make_item(db, author, choice_content(level="van_dung", real_life=True), now=now)
    make_item(db, author, essay_content(level="van_dung"), now=now)
    tricky = '<p>"real_life":true</p>'
    make_item(db, author, choice_content(stem=tricky), now=now)
    make_item(db, author, choice_content(), now=now)
    *_, last, this = retrospective(db, "toan", YEAR).shares
    assert (this.approved, this.application, this.open, this.real_life) == (4, 2, 1, 1)
    assert last.share("open") is None


@pytest.mark.parametrize("words", ["=cmd()", '#panic("x")', "a \\ b $x$ @y <z>", "«Đỗ Thị Ức»"])
def test_files_hold_any_words_and_compute_nothing(words):
    columns = [Column("Tên", 20), Column("Số", 8, is_number=True, has_bar=True),
               Column("Tỉ lệ", 8, is_number=True, is_share=True)]  # fmt: skip
    rows = [[words, 3, 0.5], [words, 0, None]]
    tables = [Table("Bảng/một", columns, rows), Table("Bảng một", columns, rows, words)]
    made = Report(words, "Sở", [words], tables, ["Người lập"])
    assert report_pdf(made).startswith(b"%PDF")
    with zipfile.ZipFile(io.BytesIO(report_xlsx(made))) as book:
        sheets = [n for n in book.namelist() if n.startswith("xl/worksheets/sheet")]
        assert len(sheets) == 2
        assert not any(b"<f>" in book.read(name) for name in sheets)
