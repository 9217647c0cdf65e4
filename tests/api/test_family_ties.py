"""A relative is declared on one's own page, seen on both, and ended by an administrator only."""

from __future__ import annotations

import pytest

from itembank.people import service as people
from itembank.people.register import repository as register
from itembank.permissions import Role
from itembank.review import repository as rounds
from tests.factories.bank import make_province
from tests.factories.council import make_council, make_submitted
from tests.factories.forms import choice_content
from tests.factories.web import HASH, Desk


@pytest.fixture
def province(database, now):
    with database.write() as db:
        made = make_province(db, now=now)
        for person in made.people.values():
            person.password_hash, person.must_change_password = HASH, False
        officer = made.people["officer"]
        people.grant_role(db, None, officer, Role.UNIT_ADMIN, made.department, now=now)
    return made


def _ties(database, province):
    with database.read() as db:
        return register.ties_of(db, province.people["author"].id)


def test_told_by_one_seen_by_both_ended_by_neither(database, clock, province):
    author, other = Desk(database, clock, "author"), Desk(database, clock, "appraiser")
    wrong = author.post("/ho-so/nguoi-than", relative="khong-co", kind="spouse")
    assert wrong.status_code == 422
    assert 'value="khong-co"' in wrong.text
    assert author.post("/ho-so/nguoi-than", relative="appraiser", kind="spouse").status_code == 303
    assert "Người appraiser</strong>, Vợ hoặc chồng" in author.get("/ho-so").text
    assert "Người author</strong>, Vợ hoặc chồng" in other.get("/ho-so").text
    (tie,) = _ties(database, province)
    end = {"table": "family_tie", "record": str(tie.id), "reason": "Ghi nhầm"}
    assert author.post("/ho-so/ket-thuc", **end).status_code in (403, 404)
    assert _ties(database, province)[0].ended_on is None

    admin = Desk(database, clock, "officer")
    page = f"/quan-tri/nguoi/{province.people['appraiser'].id}"
    assert str(tie.id) in admin.get(page).text
    assert admin.post(f"{page}/ket-thuc", **end).status_code == 303
    assert _ties(database, province)[0].ended_on is not None


def test_a_relative_of_the_author_is_told_why_they_may_not_decide(database, clock, now):
    with database.write() as db:
        council = make_council(db, now)
        round_ = rounds.open_round(db, make_submitted(db, council, choice_content(), now=now))
        author = council.author
        author.password_hash, author.must_change_password = HASH, False
        page, told = f"/hoi-dong/{round_.id}", "người thân của tác giả"
        username = author.username
    assert told not in Desk(database, clock, "secretary").get(page).text
    spouse = {"relative": "secretary", "kind": "spouse"}
    assert Desk(database, clock, username).post("/ho-so/nguoi-than", **spouse).status_code == 303
    answer = Desk(database, clock, "secretary").get(page)
    assert answer.status_code == 200 and told in answer.text
