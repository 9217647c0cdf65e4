"""Several forms in one sitting: who gets which, and what binds it."""

from __future__ import annotations

from collections import Counter

import pytest

from delivery.allocation import grid, repository, service
from delivery.attempts import service as attempts
from delivery.sittings import repository as sittings
from itembank.errors import Invalid, Refused
from itembank.permissions import Role
from tests.factories.attempts import sign_in_device
from tests.factories.forms import make_actor, make_frozen_form, make_person, make_unit
from tests.factories.sittings import fake_code, fake_hash, make_sitting

WHY = "Đề gốc nghi bị lộ ra ngoài"


@pytest.fixture
def officer(db, now):
    unit = make_unit(db, "SO-HP")
    return make_actor(db, unit, "totchuc", Role.EXAM_OFFICER, Role.INVIGILATOR, now=now), unit


@pytest.fixture
def hall(db, officer, now):
    """A planned sitting of 24 candidates in one room of 6 by 4, four forms and a reserve."""
    actor, unit = officer
    author = make_person(db, unit, "tacgia", Role.TEACHER, now=now)
    forms = [make_frozen_form(db, actor, author, now=now, code=f"DE-{i}") for i in range(5)]
    sitting, people = make_sitting(db, actor, forms[0], unit, now=now, n=24)
    for n, form in enumerate(forms):
        code, spare = f"10{n + 1}", n == 4
        service.add_form(db, actor, sitting, form, code=code, is_reserve=spare, now=now)
    service.lay_out(db, actor, sitting, "01", grid.Plan(6, 4), now=now)
    return actor, sitting, people, forms


def test_neighbours_differ_and_the_reserve_stays_shut(db, hall, now):
    actor, sitting, people, forms = hall
    made = service.assign_by_seat(db, actor, sitting, seed=7, now=now)
    assert made.shared == () and len(made.given) == 24
    seats = {c.id: divmod(int(c.seat) - 1, 4) for c in people}
    got = {seats[row.candidate_id]: row.form_id for row in made.given}
    for one, form in got.items():
        assert all(got[two] != form for two in got if grid.are_neighbours(one, two))
    assert forms[4].id not in got.values()


def test_a_spiral_gives_every_booklet_as_often(db, hall, now):
    actor, sitting, _, forms = hall
    made = service.assign_by_spiral(db, actor, sitting, start=2, now=now)
    counts = Counter(row.form_id for row in made.given)
    assert counts == {form.id: 6 for form in forms[:4]}


def test_the_candidate_gets_the_paper_that_was_assigned(db, hall, now):
    actor, sitting, people, _ = hall
    made = service.assign_by_seat(db, actor, sitting, seed=1, now=now)
    sitting.state = "open"
    db.flush()
    device = sign_in_device(db, people[3], "may-04", now=now)
    attempt = attempts.start(db, device, now=now)
    (mine,) = (row for row in made.given if row.candidate_id == people[3].id)
    assert attempt.form_id == mine.form_id
    assert repository.form_code(db, sitting.id, attempt.form_id).startswith("10")


def test_the_reserve_form_goes_to_all_who_have_not_started(db, hall, now):
    actor, sitting, people, forms = hall
    service.assign_by_seat(db, actor, sitting, seed=1, now=now)
    sitting.state = "open"
    db.flush()
    begun = attempts.start(db, sign_in_device(db, people[0], "may-01", now=now), now=now)
    made = service.switch_to_reserve(db, actor, sitting, reason=WHY, now=now)
    assert len(made.given) == 23 and begun.form_id != forms[4].id
    later = attempts.start(db, sign_in_device(db, people[1], "may-02", now=now), now=now)
    assert later.form_id == forms[4].id


def test_seats_that_cannot_be_found_are_named(db, hall, now):
    actor, sitting, people, _ = hall
    people[0].seat, people[1].seat, people[2].seat = "25", "", "9"
    db.flush()
    with pytest.raises(Invalid) as refused:
        service.assign_by_seat(db, actor, sitting, seed=1, now=now)
    assert len(refused.value.problems) == 3
    assert repository.assignments(db, sitting.id) == {}


def test_once_opened_nothing_is_arranged_any_more(db, hall, now):
    actor, sitting, _, _ = hall
    sitting.state = "open"
    db.flush()
    for verb in (service.assign_by_spiral, lambda *a, **k: service.assign_by_seat(*a, seed=1, **k)):
        with pytest.raises(Refused, match="đã mở"):
            verb(db, actor, sitting, now=now)


def test_the_same_form_or_code_twice_is_refused(db, hall, now):
    actor, sitting, _, forms = hall
    with pytest.raises(Invalid) as refused:
        service.add_form(db, actor, sitting, forms[0], code="101", now=now)
    assert len(refused.value.problems) == 2


def test_a_sitting_without_assignments_has_its_one_form(db, officer, now):
    actor, unit = officer
    author = make_person(db, unit, "tacgia", Role.TEACHER, now=now)
    form = make_frozen_form(db, actor, author, now=now)
    sitting, people = make_sitting(db, actor, form, unit, now=now, opened=True)
    assert sittings.codes_issued(db, sitting.id) == len(people) and fake_hash(fake_code())
    attempt = attempts.start(db, sign_in_device(db, people[0], "m", now=now), now=now)
    assert attempt.form_id == form.id
