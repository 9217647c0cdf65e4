"""Comments, leaving a seat, the council's vote and the route over HTTP."""

from __future__ import annotations

import re

import pytest

from itembank.items import repository
from itembank.people import service as people
from itembank.people.models import Unit
from itembank.permissions import Role
from itembank.review import repository as rounds
from itembank.review.checklists import checklist_for
from itembank.review.council import repository as council_repository
from itembank.review.routes import repository as routes
from tests.factories.council import _HASH, make_council, make_submitted
from tests.factories.forms import choice_content
from tests.factories.web import Desk

HTML = {"Accept": "text/html"}
MEMBERS = ("uyvien1", "uyvien2", "uyvien3")


@pytest.fixture
def council(database, now):
    with database.write() as db:
        made = make_council(db, now)
        home = db.get_one(Unit, made.secretary.unit_id)
        for name in MEMBERS:
            member = people.create_person(
                db, None, unit=home, username=name, full_name=f"Uỷ viên {name}",
                password_hash=_HASH, now=now, must_change_password=False,
            )  # fmt: skip
            people.grant_role(db, None, member, Role.COUNCIL_MEMBER, home, now=now)
        people.grant_role(db, None, made.secretary, Role.UNIT_ADMIN, home, now=now)
        return made


@pytest.fixture
def item(database, council, now):
    with database.write() as db:
        return make_submitted(db, council, choice_content(stem="<p>Lời dẫn cũ</p>"), now=now)


@pytest.fixture
def desk(database, clock, council):
    return lambda who: Desk(database, clock, who)


def _round(database, item):
    with database.read() as db:
        return rounds.rounds_of_item(db, repository.item_by_id(db, item.id))[-1]


def _sheet(database, item, role="appraiser"):
    with database.read() as db:
        tasks = rounds.tasks_of_round(db, _round(database, item).id)
        return f"/tham-dinh/{next(t for t in tasks if t.assignment.role == role).assignment.id}"


def _verdict(desk, database, item, who, role, verdict):
    marks = {f"checklist.{c.code}": "dat" for c in checklist_for("choice")}
    return desk(who).post(_sheet(database, item, role), verdict=verdict, comment="Lí do.", **marks)


def _divided(desk, database, item):
    _verdict(desk, database, item, "appraiser", "appraiser", "accept")
    _verdict(desk, database, item, "counter", "counter_reviewer", "revise")
    with database.read() as db:
        return council_repository.open_case_of_round(db, _round(database, item).id)


def test_a_comment_is_shown_at_its_part_and_keeps_the_other_reviewer_out(desk, database, item):
    own = desk("appraiser")
    path = _sheet(database, item)
    sent = own.post(f"{path}/nhan-xet", cho="option.B", text="Nhiễu chưa hợp lí", before="B")
    assert sent.status_code == 303
    assert "Nhiễu chưa hợp lí" in own.get(path).text
    other = desk("counter").get(_sheet(database, item, "counter_reviewer")).text
    assert "Nhiễu chưa hợp lí" not in other


def test_an_empty_comment_is_refused_and_what_was_typed_stays(desk, database, item):
    own, path = desk("appraiser"), _sheet(database, item)
    answer = own.post(f"{path}/nhan-xet", cho="key", text=" ", before="")
    assert answer.status_code == 422
    answer = own.post(f"{path}/nhan-xet", cho="khong-co", text="Lời tôi viết")
    assert answer.status_code == 422
    assert "Lời tôi viết" in answer.text


def test_the_author_reads_answers_and_takes_without_learning_names(desk, database, item):
    path = _sheet(database, item)
    offered = {"cho": "stem", "text": "Gọn hơn", "before": "Lời dẫn cũ"}
    desk("appraiser").post(f"{path}/nhan-xet", **offered, suggestion="Lời dẫn gọn $x^2$")
    author = desk("author")
    mine = f"/tham-dinh/cau-hoi/{item.id}"
    assert "Gọn hơn" not in author.get(mine).text
    for who, role in (("appraiser", "appraiser"), ("counter", "counter_reviewer")):
        _verdict(desk, database, item, who, role, "revise")
    round_ = _round(database, item)
    decided = {"decision": "return", "reason": "Sửa lời dẫn"}
    desk("secretary").post(f"/hoi-dong/{round_.id}/quyet-dinh", **decided)
    shown = author.get(mine).text
    assert "Gọn hơn" in shown
    assert "Phạm Quốc Bảo" not in shown
    comment = re.search(r"nhan-xet/([0-9a-f-]{36})/lay", shown)[1]
    assert author.post(f"/tham-dinh/nhan-xet/{comment}/lay").status_code == 303
    author.post(f"/tham-dinh/nhan-xet/{comment}/tra-loi", text="Đã lấy.")
    with database.read() as db:
        draft = repository.draft_of(db, repository.item_by_id(db, item.id))
        assert "Lời dẫn gọn" in draft.content["stem"]
    assert "Đã lấy." in author.get(mine).text
    assert desk("colleague").get(mine).status_code == 403


def test_a_reviewer_leaves_with_a_reason(desk, database, item):
    own, path = desk("appraiser"), _sheet(database, item)
    assert own.post(f"{path}/thoi", how="recused", reason="").status_code == 422
    assert own.post(f"{path}/thoi", how="recused", reason="Quen tác giả").status_code == 303
    told = desk("secretary").get(f"/hoi-dong/{_round(database, item).id}").text
    assert "Quen tác giả" in told
    assert "chưa có người" in told


def test_members_vote_in_secret_and_the_secretary_counts(desk, database, item):
    case = _divided(desk, database, item)
    path = f"/hoi-dong/bieu-quyet/{case.id}"
    for name, choice in zip(MEMBERS, ("approve", "approve", "return"), strict=True):
        assert item.code in desk(name).get("/hoi-dong").text
        reason = "Lí do kín" if choice == "return" else ""
        assert desk(name).post(path, choice=choice, reason=reason).status_code == 303
    secretary = desk("secretary")
    before = secretary.get(path).text
    assert "Lí do kín" not in before
    assert "Uỷ viên uyvien3" not in before
    assert secretary.post(f"{path}/kiem-phieu").status_code == 303
    after = secretary.get(path).text
    assert "Uỷ viên uyvien3" in after
    with database.read() as db:
        assert repository.item_by_id(db, item.id).state == "approved"


@pytest.mark.parametrize("who", ["author", "colleague", "appraiser", "officer"])
def test_the_vote_is_no_business_of_others(desk, database, item, who):
    case = _divided(desk, database, item)
    path = f"/hoi-dong/bieu-quyet/{case.id}"
    assert desk(who).get(path).status_code == 404
    assert desk(who).post(path, choice="approve").status_code == 403
    assert desk(who).post(f"{path}/kiem-phieu").status_code == 403


def _stage(n, **changed):
    stage = {
        "name": f"Bước số {n}", "level": "so", "role.1": "appraiser",
        "role.2": "counter_reviewer", "days": "7", "quorum": "3", "tie": "return", "counts": "1",
        "is_blind": "1", **changed,
    }  # fmt: skip
    return {f"{n}.{key}": value for key, value in stage.items()}


ABOUT = {"name": "Quy trình mới", "subject": "", "valid_from": "2026-11-01", "reason": "Kế hoạch"}


def _names(page):
    return re.findall(r'name="\d+\.name" type="text" maxlength="100" value="([^"]*)"', page)


def test_stages_are_added_moved_and_removed_by_buttons_alone(desk):
    own, path = desk("secretary"), "/hoi-dong/quy-trinh"
    two = {**ABOUT, **_stage(1), **_stage(2)}
    pressed = {act: own.post(path, **two, act=act).text for act in ("them", "len-2", "bo-1", "x-9")}
    assert _names(pressed["them"]) == ["Bước số 1", "Bước số 2", ""]
    assert _names(pressed["len-2"]) == ["Bước số 2", "Bước số 1"]
    assert _names(pressed["bo-1"]) == ["Bước số 2"]
    assert _names(pressed["x-9"]) == ["Bước số 1", "Bước số 2"]


def test_a_sound_route_is_put_into_force_and_an_unsound_one_says_where(desk, database, clock):
    own, path = desk("secretary"), "/hoi-dong/quy-trinh"
    wrong = own.post(path, **ABOUT, **_stage(1, days="0", level="truong"), act="luu")
    assert wrong.status_code == 422
    for place in ("1.days", "1.counts"):
        assert f'href="#{place}"' in wrong.text
        assert f'id="{place}"' in wrong.text
    strange = own.post(path, **{**ABOUT, "valid_from": "mai"}, **_stage(1), act="luu")
    assert strange.status_code == 422
    own_criteria = {"criteria": "Có bối cảnh thực tế\n\nGắn với địa phương"}
    saved = own.post(path, **ABOUT, **_stage(1, **own_criteria), act="luu")
    assert saved.status_code == 303
    assert "Đã lưu" in own.get(saved.headers["location"]).text
    with database.read() as db:
        route = routes.in_force(db, None, "toan", clock.now.date())
        assert route.name == "Quy trình mặc định"  # the department's own units only
        newest = routes.routes(db)[0]
        (stage,) = routes.stages_of(db, newest.id)
    assert [c.name for c in stage.checklists["*"]] == ["Có bối cảnh thực tế", "Gắn với địa phương"]


@pytest.mark.parametrize("who", ["author", "appraiser", "officer", "uyvien1"])
def test_only_the_councils_office_sees_and_sets_routes(desk, council, who):
    assert desk(who).get("/hoi-dong/quy-trinh").status_code == 403
    answer = desk(who).post("/hoi-dong/quy-trinh", **ABOUT, **_stage(1), act="luu")
    assert answer.status_code == 403


def test_the_inbox_filters_by_deadline(desk, database, item, clock):
    clock.forward(days=9)
    own = desk("appraiser")
    assert item.code in own.get("/tham-dinh?han=qua-han").text
    assert "Không có câu nào như vậy" in own.get("/tham-dinh?han=sap-han").text
    assert "Quá hạn thẩm định" in desk("secretary").get("/hoi-dong").text
