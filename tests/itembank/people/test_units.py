"""Units through time: names and parents as of a day, mergers, rings of parents, who may."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from itembank.errors import Conflict, Invalid, Refused
from itembank.people import repository as people
from itembank.people.units import repository, service
from itembank.people.units.states import Standing, makes_ring, standing_on
from itembank.permissions import Role
from tests.factories.staff import make_staffed

REFORM = date(2025, 7, 1)
REASON = "Nghị quyết tổ chức lại đơn vị hành chính"
IDS = [uuid.UUID(int=n) for n in range(6)]


@given(
    st.lists(st.tuples(st.none() | st.dates(date(2020, 1, 1), date(2027, 1, 1))), max_size=8),
    st.dates(date(2019, 1, 1), date(2028, 1, 1)),
)
def test_the_standing_of_a_day_is_the_last_that_had_begun(starts, on):
    every = [Standing(IDS[0], n, day, f"Tên {n}", None, None) for n, (day,) in enumerate(starts)]
    found = standing_on(every, on)
    begun = [s for s in every if s.valid_from is None or s.valid_from <= on]
    assert (found is None) == (not begun)
    if found is not None:
        assert all((s.valid_from or date.min) <= (found.valid_from or date.min) for s in begun)


@given(st.lists(st.tuples(st.sampled_from(IDS), st.sampled_from(IDS)), max_size=20))
def test_without_refused_rings_every_unit_reaches_a_top(moves):
    parents = dict.fromkeys(IDS)
    for unit, parent in moves:
        if not makes_ring(parents, unit, parent):
            parents[unit] = parent
    for unit in IDS:
        steps, above = 0, parents[unit]
        while above is not None:
            above, steps = parents[above], steps + 1
            assert steps <= len(IDS)


def test_a_report_about_the_past_keeps_districts_names_and_parents(db, now):
    made = make_staffed(db, now=now)
    admin, units = made.actor(db, "admin"), made.units
    told = {"on": REFORM, "reason": REASON, "now": now}
    for code in ("THCS-A", "THCS-B"):
        service.move_unit(
            db, admin, units[code], parent=units["XA-HAI"], professional_parent=units["CUM-1"],
            **told,
        )  # fmt: skip
    service.rename_unit(db, admin, units["THCS-A"], "THCS Hải Hoà 1", **told)
    service.close_unit(
        db, admin, units["PGD-AD"], last_day=REFORM - timedelta(days=1), successors=[],
        reason=REASON, now=now,
    )  # fmt: skip
    then = {u.code: u for u in repository.units_on(db, date(2024, 5, 1))}
    today = {u.code: u for u in repository.units_on(db, now.date())}
    assert then["THCS-A"].name == "THCS An Dương"
    assert then["THCS-A"].admin_parent_id == units["PGD-AD"].id
    assert today["THCS-A"].name == "THCS Hải Hoà 1"
    assert today["THCS-A"].admin_parent_id == units["XA-HAI"].id
    assert today["THCS-A"].professional_parent_id == units["CUM-1"].id
    assert "PGD-AD" in then and "PGD-AD" not in today
    assert repository.name_on(db, units["THCS-A"].id, REFORM - timedelta(days=1)) == "THCS An Dương"
    assert repository.name_on(db, units["THCS-A"].id, REFORM) == "THCS Hải Hoà 1"


def test_a_merger_moves_people_roles_and_units_to_the_successor(db, now):
    made = make_staffed(db, now=now)
    units, reviewer = made.units, made.people["reviewer"]
    service.merge_units(
        db, made.actor(db, "admin"), [units["THCS-A"]], units["THCS-B"],
        last_day=date(2026, 8, 31), reason=REASON, now=now,
    )  # fmt: skip
    assert reviewer.unit_id == units["THCS-B"].id
    actor = people.load_actor(db, reviewer)
    assert actor.has(Role.APPRAISER, unit_id=units["THCS-B"].id)
    assert not actor.has(Role.APPRAISER, unit_id=units["THCS-A"].id)
    assert repository.carried_on_by(db, units["THCS-A"].id) == {units["THCS-B"].id}
    assert [u.code for _, u in repository.predecessors_of(db, units["THCS-B"].id)] == ["THCS-A"]
    assert "THCS-A" in {u.code for u in repository.units_on(db, date(2026, 8, 31))}
    assert "THCS-A" not in {u.code for u in repository.units_on(db, date(2026, 9, 1))}
    with pytest.raises(Conflict):
        service.close_unit(
            db, made.actor(db, "admin"), units["THCS-A"], last_day=date(2026, 9, 1),
            successors=[], reason=REASON, now=now,
        )  # fmt: skip


def test_an_heir_from_below_comes_to_stand_where_its_unit_stood(db, now):
    made = make_staffed(db, now=now)
    admin, units = made.actor(db, "admin"), made.units
    told = {"last_day": date(2026, 8, 31), "successors": [units["THCS-A"]]}
    with pytest.raises(Invalid):  # another school would come to stand below a school
        service.close_unit(db, admin, units["PGD-AD"], reason=REASON, now=now, **told)
    service.move_unit(
        db, admin, units["THCS-B"], parent=units["XA-HAI"], professional_parent=None, on=REFORM,
        reason=REASON, now=now,
    )  # fmt: skip
    service.close_unit(db, admin, units["PGD-AD"], reason=REASON, now=now, **told)
    assert units["THCS-A"].admin_parent_id == units["SO"].id


def test_a_unit_with_people_or_units_below_is_not_closed_over_their_heads(db, now):
    made = make_staffed(db, now=now)
    told = {"last_day": date(2026, 8, 31), "reason": REASON, "now": now}
    with pytest.raises(Conflict, match="2 đơn vị trực thuộc"):
        service.close_unit(db, made.actor(db, "admin"), made.units["PGD-AD"], successors=[], **told)
    both = [made.units["XA-HAI"], made.units["CUM-1"]]
    with pytest.raises(Conflict):
        service.close_unit(
            db, made.actor(db, "admin"), made.units["PGD-AD"], successors=both, **told
        )


def test_a_split_unit_is_carried_on_by_all_its_successors(db, now):
    made = make_staffed(db, now=now)
    admin, units = made.actor(db, "admin"), made.units
    for code in ("THCS-A", "THCS-B"):
        service.move_unit(
            db, admin, units[code], parent=units["XA-HAI"], professional_parent=None,
            on=REFORM, reason=REASON, now=now,
        )  # fmt: skip
    service.close_unit(
        db, admin, units["PGD-AD"], last_day=REFORM - timedelta(days=1),
        successors=[units["XA-HAI"], units["CUM-1"]], reason=REASON, now=now,
    )  # fmt: skip
    assert repository.carried_on_by(db, units["PGD-AD"].id) == {
        units["XA-HAI"].id, units["CUM-1"].id,
    }  # fmt: skip


def test_rings_foreign_parents_and_schools_as_parents_are_refused(db, now):
    made = make_staffed(db, now=now)
    admin, units = made.actor(db, "admin"), made.units
    told = {"on": REFORM, "reason": REASON, "now": now}
    service.move_unit(
        db, admin, units["PGD-AD"], parent=units["XA-HAI"], professional_parent=None, **told
    )
    for parent in ("PGD-AD", "XA-HAI", "THCS-A"):
        with pytest.raises(Invalid):
            service.move_unit(
                db, admin, units["XA-HAI"], parent=units[parent], professional_parent=None, **told
            )
    with pytest.raises(Refused):
        service.move_unit(db, admin, units["THCS-A"], parent=None, professional_parent=None, **told)


@pytest.mark.parametrize("who", ["school.admin", "teacher"])
def test_a_unit_is_changed_from_above_only(db, now, who):
    made = make_staffed(db, now=now)
    actor, school = made.actor(db, who), made.units["THPT-C"]
    with pytest.raises(Refused):
        service.rename_unit(db, actor, school, "Tên khác", on=REFORM, reason=REASON, now=now)
    with pytest.raises(Refused):
        service.close_unit(
            db, actor, school, last_day=REFORM, successors=[], reason=REASON, now=now
        )
    with pytest.raises(Refused):
        service.add_unit(
            db, actor, code="MOI", name="Mới", kind="truong", parent=made.units["SO"], now=now
        )


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"reason": " "}, "reason"),
        ({"on": date(2030, 1, 1)}, "on"),
        ({"on": date(2001, 1, 1)}, "on"),
    ],
)
def test_a_change_needs_a_reason_and_a_day_in_order(db, now, changed, where):
    made = make_staffed(db, now=now)
    admin, school = made.actor(db, "admin"), made.units["THPT-C"]
    told = {"on": REFORM, "reason": REASON, "now": now}
    service.rename_unit(db, admin, school, "Tên thứ hai", **told)
    with pytest.raises(Invalid) as refused:
        service.rename_unit(db, admin, school, "Tên thứ ba", **{**told, **changed})
    assert [str(p.where) for p in refused.value.problems] == [where]
    assert school.name == "Tên thứ hai"


def test_the_database_refuses_to_rewrite_the_history_of_a_unit(database, now):
    with database.write() as db:
        made = make_staffed(db, now=now)
        service.rename_unit(
            db, made.actor(db, "admin"), made.units["THPT-C"], "Tên khác", on=REFORM,
            reason=REASON, now=now,
        )  # fmt: skip
    with pytest.raises(DatabaseError, match="append-only"), database.write() as db:
        db.execute(text("UPDATE unit_standing SET name = 'x'"))
