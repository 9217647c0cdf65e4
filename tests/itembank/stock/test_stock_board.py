"""The board as the databases count it, what is set for it, and who may set it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from delivery.sittings.days_of_use import days_of_use
from itembank.errors import Invalid, Refused
from itembank.items.models import Item
from itembank.permissions import Role
from itembank.stock import repository, service
from itembank.stock.cells import Cell, Standing
from itembank.stock.forecast import Papers
from itembank.stock.repository import Scope
from itembank.stock.reuse import months_later
from tests.factories.forms import (
    choice_content,
    make_actor,
    make_frozen_form,
    make_item,
    make_person,
    make_unit,
    short_content,
)
from tests.factories.sittings import make_sitting

TOPIC = "toan.12.dao-ham"
CELL = Cell(TOPIC, "choice", "biet")


@pytest.fixture
def desk(db, now):
    unit = make_unit(db)
    author = make_person(db, unit, "author", Role.TEACHER, now=now)
    officer = make_actor(db, unit, "officer", Role.EXAM_OFFICER, now=now)
    return unit, author, officer


def scope(now, **more):
    return Scope("toan", 12, months_later(now, -12), days_of_use(), **more)


def counted(db, now, **more):
    return {(c, s): n for c, s, n in repository.counts(db, scope(now, **more))}


def test_every_item_stands_in_one_place(db, now, desk):
    _, author, officer = desk
    usable = make_item(db, author, choice_content(), now=now)
    make_item(db, author, choice_content(), now=now, approved=False)
    leaked = make_item(db, author, choice_content(), now=now)
    service.mark_leaked(db, officer, leaked, reason="trên mạng", now=now)
    form = make_frozen_form(db, officer, author, now=now, contents=[short_content("1")])
    make_item(db, author, short_content("2"), now=now)
    found = counted(db, now)
    short = Cell(TOPIC, "short", "biet")
    assert found[CELL, Standing.USABLE] == 1
    assert found[CELL, Standing.IN_REVIEW] == 1
    assert found[CELL, Standing.EXPOSED] == 1
    assert found[short, Standing.LOCKED] == 1
    assert found[short, Standing.USABLE] == 1
    assert sum(found.values()) == 5
    listed = repository.items_of_cell(db, scope(now), CELL, most=10)
    assert {(i.id, i.standing) for i in listed} >= {(usable.id, Standing.USABLE)}
    assert form.frozen_at == now


def test_a_used_item_comes_back_after_twelve_months_and_a_leaked_one_never(db, now, desk):
    _, author, officer = desk
    make_frozen_form(db, officer, author, now=now, contents=[choice_content()])
    leaked = make_item(db, author, choice_content(), now=now)
    service.mark_leaked(db, officer, leaked, reason="đề cũ", now=now)
    last_day, day_after = months_later(now, 12) - timedelta(days=1), months_later(now, 12)
    assert counted(db, last_day)[CELL, Standing.LOCKED] == 1
    assert counted(db, day_after) == {(CELL, Standing.USABLE): 1, (CELL, Standing.EXPOSED): 1}


def test_a_sitting_later_than_the_form_was_made_locks_from_its_own_day(db, now, desk):
    unit, author, officer = desk
    form = make_frozen_form(db, officer, author, now=now, contents=[choice_content()])
    sitting, _ = make_sitting(db, officer, form, unit, now=now)
    sitting.starts_at = now + timedelta(days=100)
    db.flush()
    year_later = months_later(now, 12) + timedelta(days=50)
    assert counted(db, year_later)[CELL, Standing.LOCKED] == 1
    assert counted(db, year_later + timedelta(days=60))[CELL, Standing.USABLE] == 1


def test_a_unit_sees_the_items_of_its_own_people(db, now, desk):
    unit, author, _ = desk
    other = make_unit(db, "KHAC", "truong")
    make_item(db, author, choice_content(), now=now)
    assert counted(db, now, units={unit.id}) == {(CELL, Standing.USABLE): 1}
    assert counted(db, now, units={other.id}) == {}


def test_external_and_retired_items_are_no_stock(db, now, desk):
    _, author, _ = desk
    item = make_item(db, author, choice_content(), now=now)
    item.state = "retired"
    db.add(
        Item(
            code="X-1", kind="external", subject="toan", grade=12, state="external", created_at=now
        )
    )
    db.flush()
    assert counted(db, now) == {}


def test_requirements_are_numbered_and_the_old_ones_stay(db, now, desk):
    _, _, officer = desk
    told = {"subject": "toan", "grade": 12, "school_year": 2026, "reason": "KH 12", "now": now}
    topic = service.topic_codes("toan", 12)[0]
    cell = Cell(topic, "choice", "biet")
    service.set_requirement(db, officer, required={cell: 5}, **told)
    service.set_requirement(db, officer, required={cell: 8}, **told)
    in_force = repository.requirement(db, "toan", 12, 2026)
    assert (in_force.number, in_force.cells[0]["count"]) == (2, 8)
    assert len(repository.requirements(db, "toan", 12)) == 2
    with pytest.raises(DatabaseError, match="append-only"):
        db.execute(text("UPDATE stock_requirement SET reason = 'x'"))


def test_numbers_without_ground_or_place_are_refused_as_a_whole(db, now, desk):
    _, _, officer = desk
    with pytest.raises(Invalid) as refused:
        service.set_requirement(
            db, officer, subject="toan", grade=12, school_year=2026, reason=" ", now=now,
            required={Cell("la.la", "choice", "biet"): 3},
        )  # fmt: skip
    assert {str(p.where) for p in refused.value.problems} >= {"reason"}
    assert repository.requirement(db, "toan", 12, 2026) is None


def test_teachers_look_and_those_in_charge_set(db, now, desk):
    unit, author, officer = desk
    teacher = make_actor(db, unit, "teacher2", Role.TEACHER, now=now)
    item = make_item(db, author, choice_content(), now=now)
    told = {"subject": "toan", "grade": 12, "school_year": 2027, "now": now}
    with pytest.raises(Refused):
        service.set_plan(
            db, teacher, papers=[Papers("thpt-2025-toan", 3)], reserve_percent=20, **told
        )
    with pytest.raises(Refused):
        service.mark_leaked(db, teacher, item, reason="x", now=now)
    service.set_plan(db, officer, papers=[Papers("thpt-2025-toan", 3)], reserve_percent=20, **told)
    assert repository.plan(db, "toan", 12, 2027).papers == [
        {"structure": "thpt-2025-toan", "forms": 3}
    ]


def test_items_that_reopen_in_time_are_counted_for_next_year(db, now, desk):
    _, author, officer = desk
    make_frozen_form(db, officer, author, now=now, contents=[choice_content()])
    soon, later = now - timedelta(days=1), now + timedelta(days=1)
    assert repository.reopening(db, scope(now), soon) == {}
    assert repository.reopening(db, scope(now), later) == {("choice", "biet"): 1}
    assert repository.approvals(db, "toan", 12, since=now) == 1
