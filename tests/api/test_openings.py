"""Whatever shows the content of an item to somebody who did not write it leaves a row."""

from __future__ import annotations

import io
import re
import uuid
import zipfile
from datetime import timedelta
from types import SimpleNamespace

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import func, select

from itembank.forms.repository import form_items
from itembank.handover import service as handover
from itembank.handover.minutes import Meeting
from itembank.handover.quotas import Cell
from itembank.handover.service import Parcel, Wanted
from itembank.openings import repository as openings
from itembank.openings.models import ItemOpening
from itembank.openings.repository import Asked
from itembank.people import service as people
from itembank.people.models import Unit
from itembank.permissions import Role
from itembank.review import repository as rounds
from itembank.review import service as review
from itembank.review.checklists import checklist_for
from itembank.review.council import repository as cases
from itembank.signing import signing_key
from tests.canaries.test_key_canaries import routes_of
from tests.factories.council import make_council, make_submitted
from tests.factories.forms import choice_content, make_frozen_form
from tests.factories.sittings import make_sitting
from tests.factories.web import Desk

MARK = "Kimchamxanh"
KEY = signing_key("22" * 32)
MET = {criterion.code: "dat" for criterion in checklist_for("choice")}
STAFF = ("appraiser", "secretary", "officer")
EXTRA = (Role.PSYCHOMETRICIAN, Role.COUNCIL_MEMBER, Role.UNIT_ADMIN, Role.INVIGILATOR, Role.TEACHER)
# Every page that shows content today. One that joins them must join this list, and leave a row.
SHOWING = {
    "/ngan-hang", "/ngan-hang/cau-hoi/{item_id}", "/ngan-hang/tai-ve",
    "/ngan-hang/cau-hoi/{item_id}/gan-giong", "/tham-dinh/{assignment_id}",
    "/hoi-dong/{round_id}", "/hoi-dong/bieu-quyet/{case_id}", "/de/{form_id}", "/de/{form_id}/xem",
    "/de/{form_id}/dap-an", "/de/{form_id}/ban-in", "/ban-giao/goi/{handover_id}/tep",
}  # fmt: skip
QUERIES = {"/ngan-hang/tai-ve": "?kieu=qti", "/de/{form_id}/ban-in": "?kieu=docx"}
FOR_CANDIDATES = ("/thi", "/healthz")
WITHOUT_END = "/dong-su-kien"  # the console's stream: it stays open, and has a test of its own


@pytest.fixture
def world(database, clock):
    """Items by one author in every place where staff may meet them."""
    with database.write() as db:
        return _world(db, clock.now)


def _world(db, now):
    council = make_council(db, now)
    department = db.scalar(select(Unit).where(Unit.kind == "so"))
    for role in EXTRA:
        people.grant_role(db, None, council.officer, role, department, now=now)
    officer, secretary = (council.actor(db, who) for who in ("officer", "secretary"))
    waiting, divided = (_item(db, council, word, now) for word in ("nhỉ", "vậy"))
    _disagree(db, council, divided, now)
    contents = [choice_content(stem=f"<p>{MARK} {word}</p>") for word in ("ba", "bốn")]
    form = make_frozen_form(db, officer, council.author, now=now, contents=contents)
    sitting, _ = make_sitting(db, officer, form, department, now=now)
    wanted = Wanted("Đợt", "toan", None, (Cell(None, None, 1),), "block")
    quota = handover.set_quota(db, officer, wanted, now=now)
    meeting = Meeting(place="Sở", began_at=now - timedelta(hours=1), ended_at=now)
    ready = handover.repository.ready_items(db, quota)
    parcel = Parcel(tuple(item.id for item in ready), meeting)
    sent = handover.send(db, secretary, quota, parcel, department="Sở", key=KEY, now=now)
    round_ = rounds.open_round(db, waiting)
    seats = {t.assignment.role: t.assignment.id for t in rounds.tasks_of_round(db, round_.id)}
    return SimpleNamespace(
        item_id=waiting.id, round_id=round_.id, assignment_id=seats["appraiser"],
        case_id=cases.cases_of_item(db, divided.id)[0].id, form_id=form.id, form=form.code,
        sitting_id=sitting.id, handover_id=sent.id, minutes_id=sent.minutes_id,
        series=quota.series, person_id=council.officer.id, unit_id=department.id,
        author_id=council.author.id, item=waiting.code,
    )  # fmt: skip


def _item(db, council, word, now):
    stem = f"<p>Hàm số {MARK} đồng biến trên khoảng nào trong các khoảng sau đây, {word}?</p>"
    return make_submitted(db, council, choice_content(stem=stem), now=now)


def _disagree(db, council, item, now):
    round_ = rounds.open_round(db, item)
    for task, verdict in zip(
        rounds.tasks_of_round(db, round_.id), ("accept", "reject"), strict=True
    ):
        who = {"appraiser": "appraiser", "counter_reviewer": "counter"}[task.assignment.role]
        review.give_verdict(
            db, council.actor(db, who), task.assignment, verdict=verdict, checklist=MET,
            comment="Lí do.", now=now,
        )  # fmt: skip


def _address(path, world):
    names = re.findall(r"\{([^}:]+)[^}]*\}", path)
    filled = path
    for name in names:
        value = str(getattr(world, name, uuid.uuid4()))
        filled = re.sub(r"\{" + name + r"[^}]*\}", value, filled)
    return filled + QUERIES.get(path, "")


def _shows(body: bytes) -> bool:
    """The mark, in plain bytes or somewhere inside a zip."""
    if MARK.encode() in body:
        return True
    if not body.startswith(b"PK"):
        return False
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return any(_shows(archive.read(name)) for name in archive.namelist())


def _rows(database):
    with database.read() as db:
        return db.scalar(select(func.count(ItemOpening.id)))


def test_every_page_that_shows_content_leaves_a_row(database, world, clock):
    desks = {who: Desk(database, clock, who) for who in STAFF}
    app = desks["officer"].client.app
    paths = {r.path for r in routes_of(app.routes) if "GET" in r.methods}
    paths = {path for path in paths if not path.endswith(WITHOUT_END)}
    assert len(paths) > 60
    showed, silent = set(), []
    for path in sorted(path for path in paths if not path.startswith(FOR_CANDIDATES)):
        clock.forward(minutes=2)
        for who, desk in desks.items():
            before = _rows(database)
            answer = desk.get(_address(path, world))
            if answer.status_code == 200 and _shows(answer.content):
                showed.add(path)
                silent += [(path, who)] if _rows(database) == before else []
    assert silent == []
    assert showed == SHOWING


def test_the_author_leaves_no_row_and_a_reload_within_a_minute_is_one(database, world, clock):
    page = f"/ngan-hang/cau-hoi/{world.item_id}"
    assert Desk(database, clock, "author").get(page).status_code == 200
    assert _rows(database) == 0
    secretary = Desk(database, clock, "secretary")
    for _ in range(3):
        secretary.get(page)
        clock.forward(seconds=10)
    assert _rows(database) == 1
    clock.forward(minutes=1)
    secretary.get(page)
    assert _rows(database) == 2


def test_the_register_tells_who_saw_what_by_item_form_and_person(database, world, clock):
    secretary, officer = (Desk(database, clock, who) for who in ("secretary", "officer"))
    secretary.get(f"/ngan-hang/cau-hoi/{world.item_id}")
    officer.get(f"/de/{world.form_id}/dap-an")
    shown = secretary.get("/luot-mo").text
    assert "Vũ Thư Kí" in shown and "Đỗ Minh Khuê" in shown
    of_item = secretary.get(f"/luot-mo?cau={world.item}").text
    assert "Vũ Thư Kí" in of_item.split("<table")[1] and "Đỗ Minh Khuê" not in of_item
    of_form = secretary.get(f"/luot-mo?de={world.form}").text
    assert "Đỗ Minh Khuê" in of_form
    assert "Vũ Thư Kí" not in of_form.split("<table")[1]
    of_person = secretary.get("/luot-mo?nguoi=officer&viec=keys").text
    assert world.form in of_person and "Xem đề kèm đáp án" in of_person
    assert secretary.get("/luot-mo?cau=KHONG-CO").status_code == 422


def test_an_item_of_a_form_opened_by_itself_is_told_of_the_form(database, world, clock):
    officer = Desk(database, clock, "officer")
    with database.read() as db:
        inside = db.scalars(
            select(ItemOpening.item_id).where(ItemOpening.form_id == world.form_id)
        ).all()
        assert inside == []
        item_id = form_items(db, world.form_id)[0].item_id
    officer.get(f"/ngan-hang/cau-hoi/{item_id}")
    assert "Xem trang câu hỏi" in officer.get(f"/luot-mo?de={world.form}").text.split("<tbody>")[2]


def test_the_workbook_holds_both_tables_in_full(database, world, clock):
    officer = Desk(database, clock, "officer")
    officer.get(f"/de/{world.form_id}/xem")
    body = officer.get("/luot-mo/tep").content
    book = CalamineWorkbook.from_filelike(io.BytesIO(body))
    people_sheet, one_by_one = (book.get_sheet_by_name(n).to_python() for n in book.sheet_names)
    assert ["Đỗ Minh Khuê", "Sở Thử", 2.0, 2.0] in [row[:4] for row in people_sheet]
    told = [row for row in one_by_one if "Xem đề như thí sinh" in row]
    assert len(told) == 2 and all(len(str(row[5])) == 64 for row in told)


@pytest.mark.parametrize("who", ["author", "appraiser"])
def test_others_do_not_read_the_register(database, world, clock, who):
    desk = Desk(database, clock, who)
    assert desk.get("/luot-mo").status_code == 403
    assert desk.get("/luot-mo/tep").status_code == 403


def test_a_secretary_of_another_subject_sees_no_opening(database, world, clock):
    Desk(database, clock, "officer").get(f"/de/{world.form_id}/xem")
    with database.write() as db:
        council_member = db.scalar(select(Unit).where(Unit.kind == "so"))
        stranger = people.create_person(
            db, None, unit=council_member, username="su", full_name="Thư kí Sử",
            password_hash=None, now=clock.now,
        )  # fmt: skip
        people.grant_role(
            db, None, stranger, Role.SECRETARY, council_member, now=clock.now, subject="lich-su"
        )
        actor = people.repository.load_actor(db, stranger)
        assert openings.openings(db, actor, Asked()) == []
        assert openings.count(db, actor, Asked()) == 0
        assert openings.viewers(db, actor, Asked()) == []
