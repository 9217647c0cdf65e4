"""Practice for a class: what may be given and to whom, what pupils can do, what they are shown."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError

from delivery.practice import repository, service, states, working
from delivery.practice.models import PracticeAnswer
from delivery.practice.results import results
from delivery.practice.service import Terms
from delivery.practice.typed import response_of
from itembank.errors import Conflict, Invalid, NotFound, Refused
from itembank.forms import service as forms
from itembank.forms.models import FormItem
from itembank.people.classes import service as classes
from itembank.permissions import Role
from itembank.stock import repository as stock
from tests.factories.forms import (
    choice_content,
    cluster_content,
    essay_content,
    make_actor,
    make_frozen_form,
    make_item,
    make_person,
    make_unit,
    short_content,
    small_structure,
)

CODES = iter(f"MALOP{n}" for n in range(10_000))


class School:
    """A teacher, their class of two, and items of the school."""

    def __init__(self, db, now):
        self.db, self.now = db, now
        self.unit = make_unit(db, "TRUONG", "truong")
        self.author = make_person(db, self.unit, "author", Role.TEACHER, now=now)
        self.teacher = make_actor(db, self.unit, "teacher", Role.TEACHER, now=now)
        self.group = classes.add_class(
            db, self.teacher, unit_id=self.unit.id, school_year=2026, code="12A1", name="12A1",
            grade=12, now=now,
        )  # fmt: skip
        self.an, self.binh = (
            classes.enrol(db, self.teacher, self.group, code=code, full_name=name, now=now)
            for code, name in (("HS01", "An"), ("HS02", "Bình"))
        )

    def items(self, *contents):
        return [make_item(self.db, self.author, c, now=self.now) for c in contents]

    def kept(self, items):
        return service.keep_set(
            self.db, self.teacher, title="Ôn tập", item_ids=[i.id for i in items], now=self.now
        )

    def terms(self, **changes):
        told = {
            "title": "Ôn tập", "kind": "practice", "feedback": "at_once", "minutes": None,
            "opens_at": self.now, "closes_at": self.now + timedelta(hours=2), **changes,
        }  # fmt: skip
        return Terms(**told)

    def give(self, items, **changes):
        return service.give(
            self.db, self.teacher, self.kept(items), self.group, self.terms(**changes),
            new_code=lambda: next(CODES), now=self.now,
        )  # fmt: skip

    def seat(self, pupil=None):
        return working.Seat(pupil or self.an, self.group)


@pytest.fixture
def school(db, now):
    return School(db, now)


def test_what_a_class_was_given_is_exposed_from_then_on(db, school):
    items = school.items(choice_content(), short_content("2"))
    assert stock.releases_of(db, [i.id for i in items]) == set()
    school.give(items)
    assert stock.releases_of(db, [i.id for i in items]) == {i.id for i in items}


def test_items_of_examinations_are_never_given(db, now, school):
    officer = make_actor(db, school.unit, "officer", Role.EXAM_OFFICER, now=now)
    make_frozen_form(db, officer, school.author, now=now, contents=[choice_content()])
    (free,) = school.items(short_content("2"))
    listed = repository.items_to_give(
        db, school.teacher, subject="toan", grade=None, topic="", level="", kind="", most=9
    )
    assert [i.id for i in listed] == [free.id]
    reserved = db.scalars(select(FormItem.item_id)).one()
    with pytest.raises(Invalid) as refused:
        service.keep_set(db, school.teacher, title="x", item_ids=[reserved], now=now)
    assert "đề thi" in str(refused.value.problems[0].what)


def test_an_item_taken_by_a_form_after_it_was_kept_is_not_given_any_more(db, now, school):
    items = school.items(choice_content())
    kept = school.kept(items)
    officer = make_actor(db, school.unit, "officer", Role.EXAM_OFFICER, now=now)
    form = forms.create_form_from(
        db, officer, small_structure(choice=1), code="D", title="D", now=now
    )
    forms.fill_form(db, officer, form, seed=1, now=now)
    with pytest.raises(Invalid):
        service.give(
            db, school.teacher, kept, school.group, school.terms(), new_code=lambda: "X", now=now
        )
    assert stock.releases_of(db, [items[0].id]) == set()


def test_other_schools_items_and_unapproved_ones_are_refused(db, now, school):
    stranger = make_person(db, make_unit(db, "T2", "truong"), "s", Role.TEACHER, now=now)
    theirs = make_item(db, stranger, choice_content(), now=now)
    raw = make_item(db, school.author, choice_content(), now=now, approved=False)
    for item in (theirs, raw):
        with pytest.raises(Invalid):
            service.keep_set(db, school.teacher, title="x", item_ids=[item.id], now=now)


def test_only_those_who_teach_the_class_give_it_work(db, now, school):
    other = make_actor(db, school.unit, "other", Role.TEACHER, now=now)
    (item,) = school.items(choice_content())
    kept = service.keep_set(db, other, title="x", item_ids=[item.id], now=now)
    with pytest.raises(Refused):
        service.give(db, other, kept, school.group, school.terms(), new_code=lambda: "X", now=now)


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"kind": "test", "feedback": "after"}, "minutes"),
        ({"kind": "test", "minutes": 10}, "feedback"),
        ({"minutes": 0}, "minutes"),
        ({"title": " "}, "title"),
        ({"closes_at": None}, "closes"),
    ],
)
def test_terms_that_cannot_stand_are_told_where(school, changes, where):
    with pytest.raises(Invalid) as refused:
        school.give(school.items(choice_content()), **changes)
    assert where in {str(p.where) for p in refused.value.problems}


def test_a_pupil_comes_in_by_code_and_pin_and_by_nothing_else(db, now, school):
    issued = service.issue_pins(
        db,
        school.teacher,
        school.group,
        new_pin=lambda: "123456",
        hash_pin=lambda p: f"h:{p}",
        now=now,
    )
    assert [one.pupil.code for one in issued] == ["HS01", "HS02"]
    code = service.ensure_code(db, school.group, new_code=lambda: "ABCDEF", now=now)

    def tried(class_code, number, pin, at=now):
        return working.identify(
            db, class_code, number, pin, verify=lambda h, p: h == f"h:{p}", decoy="h:0", now=at
        )

    assert tried(code, "hs01", "123456").pupil.id == school.an.id
    assert tried(code, "HS01", "000000") is None
    assert tried(code, "HS09", "123456") is None
    assert tried("KHAC", "HS01", "123456") is None
    classes.take_out(
        db, school.teacher, school.group, school.an, left_on=date(2026, 11, 1), now=now
    )
    assert tried(code, "HS01", "123456") is None


def test_answers_are_appended_and_the_last_counts_until_it_was_checked(db, now, school):
    task = school.give(school.items(choice_content("A")))
    (place,) = repository.items_of_task(db, task.id)
    working.start(db, school.seat(), task, now=now)
    for value in ("B", "B", "A"):
        working.answer(db, school.seat(), task, place, value, check=False, now=now)
    assert db.scalar(select(func.count()).select_from(PracticeAnswer)) == 2
    working.answer(db, school.seat(), task, place, "A", check=True, now=now)
    kept = working.answer(db, school.seat(), task, place, "C", check=False, now=now)
    assert (kept.value, kept.checked) == (b'"A"', True)
    with pytest.raises(DatabaseError, match="append-only"):
        db.execute(text("DELETE FROM practice_answer"))


def test_time_is_the_servers_and_nothing_is_written_after_it(db, now, school):
    terms = {"kind": "test", "feedback": "after", "minutes": 10}
    task = school.give(school.items(choice_content()), **terms)
    (place,) = repository.items_of_task(db, task.id)
    attempt = working.start(db, school.seat(), task, now=now)
    assert attempt.deadline == now + timedelta(minutes=10)
    late_start = working.start(db, school.seat(school.binh), task, now=now + timedelta(minutes=115))
    assert late_start.deadline == task.closes_at
    working.answer(db, school.seat(), task, place, "A", check=False, now=attempt.deadline)
    with pytest.raises(Conflict):
        working.answer(
            db, school.seat(), task, place, "B", check=False,
            now=attempt.deadline + timedelta(seconds=11),
        )  # fmt: skip
    handed = working.hand_in(db, school.seat(), task, now=attempt.deadline + timedelta(minutes=1))
    assert handed.submitted_at == attempt.deadline


def test_a_class_does_not_reach_the_work_of_another(db, now, school):
    task = school.give(school.items(choice_content()))
    other = classes.add_class(
        db, school.teacher, unit_id=school.unit.id, school_year=2026, code="12A2", name="12A2",
        grade=12, now=now,
    )  # fmt: skip
    with pytest.raises(NotFound):
        working.start(db, working.Seat(school.an, other), task, now=now)


def test_a_task_that_is_closed_is_not_begun_and_an_ended_one_not_answered(db, now, school):
    task = school.give(school.items(choice_content()), opens_at=now + timedelta(hours=1))
    with pytest.raises(Refused):
        working.start(db, school.seat(), task, now=now)
    (place,) = repository.items_of_task(db, task.id)
    working.start(db, school.seat(), task, now=now + timedelta(hours=1))
    service.end_task(db, school.teacher, task, now=now + timedelta(minutes=70))
    with pytest.raises(Conflict):
        working.answer(
            db, school.seat(), task, place, "A", check=False, now=now + timedelta(minutes=71)
        )


def test_results_hold_everybody_and_are_scored_by_the_rules(db, now, school):
    contents = [choice_content("A"), cluster_content("ĐSĐS"), essay_content()]
    task = school.give(school.items(*contents))
    places = repository.items_of_task(db, task.id)
    working.start(db, school.seat(), task, now=now)
    given = ("A", {"a": True, "b": False, "c": False}, {"text": "bài viết"})
    for place, value in zip(places, given, strict=True):
        working.answer(db, school.seat(), task, place, value, check=False, now=now)
    found = results(db, task, [school.an, school.binh])
    an, binh = found.rows
    assert [m.share for m in an.marks] == [1.0, 0.5, None]
    assert an.total == 1.5
    assert binh.marks is None
    assert found.columns[0].options == {"A": 1}
    assert found.columns[2].mean is None


@pytest.mark.parametrize("closed", [True, False])
@pytest.mark.parametrize("submitted", [True, False])
@pytest.mark.parametrize("checked", [True, False])
def test_a_test_keeps_its_keys_until_it_is_closed(checked, submitted, closed):
    shown = states.shows_key(states.AFTER, checked=checked, submitted=submitted, closed=closed)
    assert shown == (submitted and closed)


def test_what_no_control_could_send_is_refused():
    assert response_of(choice_content(), {"a": ["B"]}) == "B"
    assert response_of(choice_content(), {}) is None
    assert response_of(cluster_content(), {"a.a": ["D"], "a.b": ["S"]}) == {"a": True, "b": False}
    with pytest.raises(Invalid):
        response_of(choice_content(), {"a": ["Z"]})
    with pytest.raises(Invalid):
        response_of(short_content("1"), {"a": ["123456789"]})
