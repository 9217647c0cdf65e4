"""Behind the services: each rule of separation is refused by the database itself, and by that rule.

For every guard all others are taken down, so that the refusal is its own; then it is taken down
too, and what it refused goes through: no attack here is refused for some other reason.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from itembank.items.models import ItemVersion
from itembank.people.register.models import ConflictOfInterest
from itembank.review import separation, service
from itembank.review.council import service as council_service
from tests.factories.appraisal import make_council_province, name_of, seat_of, speak, submitted

from .separation_attacks import ATTACKS
from .separation_world import ROLE, World


def _take_down(db, guards):
    dialect = db.get_bind().dialect.name
    for statement in separation.removals(dialect, guards):
        db.execute(text(statement))


def _refusal(world, attack):
    """What the database said; None where it let the rows in."""
    try:
        with world.db.begin_nested():
            attack(world)
    except DatabaseError as error:
        world.db.expire_all()
        return str(error.orig)
    finally:
        world.db.expire_all()
    return None


def test_every_rule_is_held_by_the_database_alone(database, now):
    wrong = {}
    with database.write() as db:
        province = make_council_province(db, now=now)
        item, round_ = submitted(db, province, now=now)
        world = World(db, province, item, round_, now)
        for guard in separation.GUARDS:
            wrong |= _try(world, guard, ATTACKS[guard.name])
        db.rollback()
    assert wrong == {}


def _try(world, guard, attack):
    """Where this one guard does not refuse, or where taking it down does not let the rows in."""
    point = world.db.begin_nested()
    _take_down(world.db, [g for g in separation.GUARDS if g is not guard])
    said = _refusal(world, attack) or "let in"
    _take_down(world.db, [guard])
    without = _refusal(world, attack)
    point.rollback()
    world.db.expire_all()
    code = f"separation of duty: {guard.table} {guard.code}"
    found = {} if code in said else {guard.name: said}
    return found if without is None else {**found, f"{guard.name}, guard down": without}


def test_every_guard_has_its_attack():
    assert {guard.name for guard in separation.GUARDS} == set(ATTACKS)


def test_with_all_guards_up_the_proper_way_goes_through(database, now):
    with database.write() as db:
        province = make_council_province(db, now=now)
        item, round_ = submitted(db, province, now=now)
        for role in (ROLE, "counter_reviewer"):
            speak(db, province, round_, role, now=now)
        secretary = province.actor(db, "secretary")
        service.decide(db, secretary, round_, decision="approve", reason="", now=now)
        assert item.approved_version == item.current_version


FACTS = (
    "review_assignment",
    "review_assignment_end",
    "review_verdict",
    "review_decision",
    "review_route",
    "review_route_stage",
    "review_stage_event",
    "council_case",
    "council_vote",
    "council_outcome",
)


def test_what_was_said_is_not_unsaid(database, now):
    with database.write() as db:
        province = make_council_province(db, now=now)
        world = World(db, province, *submitted(db, province, now=now), now)
        left = world.holder("counter_reviewer")
        actor = province.actor(db, name_of(province, left.reviewer_id))
        service.decline(db, actor, left, is_recusal=False, reason="Bận", now=now)
        case = world.divide()
        for name in ("member1", "member2", "member3"):
            world.vote(case, name, "return")
        secretary = province.actor(db, "secretary")
        council_service.close_vote(db, secretary, case, reason="", now=now)
    for table in FACTS:
        for change in (f"DELETE FROM {table}", f"UPDATE {table} SET {_any_column(table)}"):
            with pytest.raises(DatabaseError, match="append-only"), database.write() as db:
                assert db.execute(text(f"SELECT COUNT(*) FROM {table}")).scalar(), table
                db.execute(text(change))


def _any_column(table):
    others = {
        "review_route": "name",
        "review_route_stage": "number",
        "council_case": "quorum",
        "review_assignment": "role",
    }
    column = others.get(table, "at")
    return f"{column} = {column}"


def test_yesterdays_conflict_is_over_and_tomorrows_has_not_begun(db, now):
    province = make_council_province(db, now=now)
    item, round_ = submitted(db, province, now=now)
    day = (now + timedelta(hours=7)).date()
    holder = seat_of(db, round_, ROLE).reviewer_id
    for start, end in ((None, day - timedelta(days=1)), (day + timedelta(days=1), None)):
        db.add(
            ConflictOfInterest(
                person_id=holder,
                kind="other",
                valid_from=start or date(2020, 1, 1),
                valid_to=end,
                note="",
                recorded_at=now,
            )
        )
    db.flush()
    speak(db, province, round_, ROLE, now=now)
    versions = db.scalars(select(ItemVersion.item_id)).all()
    assert versions == [item.id]
