"""The whole system as one story, told with services only.

A teacher writes items; two colleagues of other schools and the council's secretary let them into the
bank; an officer makes a paper and holds a sitting; candidates respond; responses become scores,
scores become parameters, and the parameters return to the items they belong to.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest
from sqlalchemy.orm import Session

from api.auth import passwords
from api.demo.responses import respond
from api.demo.true_model import draw_cohort
from api.jobs.calibrate import calibrate_data, read_data
from api.jobs.calibration_plan import CalibrationPlan
from delivery.attempts import devices
from delivery.attempts import repository as attempts
from delivery.attempts import service as attempt
from delivery.attempts.repository import Held
from delivery.attempts.service import Change
from delivery.results import service as results
from delivery.results.export import score_matrix
from delivery.sittings import service as sittings
from delivery.sittings.models import Candidate, Sitting
from itembank.calibrations import repository as calibrations
from itembank.calibrations.operational import decide_item, declare
from itembank.calibrations.service import store_run
from itembank.errors import Refused
from itembank.forms import repository as form_repository
from itembank.forms import service as forms
from itembank.forms.models import TestForm
from itembank.items import service as items
from itembank.items.content import ItemContent
from itembank.items.models import Item
from itembank.people import repository as people
from itembank.people import service as people_service
from itembank.people.models import Unit
from itembank.permissions import Actor, Role
from itembank.review import repository as rounds
from itembank.review import service as review
from itembank.review.checklists import MET, checklist_for
from tests.factories.forms import (
    choice_content,
    cluster_content,
    make_actor,
    make_unit,
    short_content,
    small_structure,
)

FORMULA = '<p>Nghiệm của <span data-tex="2^x = 8"></span> là bao nhiêu?</p>'
N_CANDIDATES = 300


@dataclass(frozen=True)
class Province:
    """Everybody the story needs. Reviewers belong to other schools than the teacher."""

    teacher: Actor
    appraiser: Actor
    counter_reviewer: Actor
    secretary: Actor
    officer: Actor
    psychometrician: Actor
    school_id: object


@pytest.fixture
def province(db: Session, now: datetime) -> Province:
    department = make_unit(db, "SO")
    schools = [make_unit(db, f"THPT-{n}", "truong") for n in (1, 2, 3)]
    for school in schools:
        school.admin_parent_id = department.id
    db.flush()

    def person(unit, name, *roles):
        return make_actor(db, unit, name, *roles, now=now)

    return Province(
        teacher=person(schools[0], "gv", Role.TEACHER),
        appraiser=_of_school(db, schools[1], department, "td", Role.APPRAISER, now),
        counter_reviewer=_of_school(db, schools[2], department, "pb", Role.COUNTER_REVIEWER, now),
        secretary=person(department, "tk", Role.SECRETARY),
        officer=person(department, "cb", Role.EXAM_OFFICER, Role.INVIGILATOR),
        psychometrician=person(department, "dl", Role.PSYCHOMETRICIAN),
        school_id=schools[0].id,
    )


def _of_school(db, school, department, name, role, now) -> Actor:
    """A reviewer works at a school and holds the role for the whole department."""
    actor = make_actor(db, school, name, now=now)
    person = people_service.person_of(db, actor.person_id)
    people_service.grant_role(db, None, person, role, department, now=now)
    return people.load_actor(db, person)


def write(db: Session, who: Province, content: ItemContent, now: datetime) -> Item:
    item = items.create_item(db, who.teacher, kind=content.kind, subject="toan", grade=12, now=now)
    items.save_draft(db, who.teacher, item, content, expected_revision=1, now=now)
    review.submit(db, who.teacher, item, now=now)
    return item


def appraise(db: Session, who: Province, item: Item, now: datetime) -> None:
    round_ = rounds.open_round(db, item)
    by_person = {a.person_id: a for a in (who.appraiser, who.counter_reviewer)}
    for task in rounds.tasks_of_round(db, round_.id):
        review.give_verdict(
            db,
            by_person[task.assignment.reviewer_id],
            task.assignment,
            verdict="accept",
            checklist={criterion.code: MET for criterion in checklist_for(item.kind)},
            comment="",
            now=now,
        )
    review.decide(db, who.secretary, round_, decision="approve", reason="", now=now)


def bank_of(db: Session, who: Province, now: datetime) -> list[Item]:
    """Six choices, two clusters, two short answers, all through appraisal."""
    contents = [choice_content("B", stem=FORMULA, level=level) for level in LEVELS * 2]
    contents += [cluster_content("ĐSĐS", level=level) for level in LEVELS[:2]]
    contents += [short_content("3,5", level=level) for level in LEVELS[:2]]
    made = []
    for number, content in enumerate(contents):
        numbered = content.model_copy(update={"stem": f"{content.stem}<p>Câu {number}</p>"})
        made.append(write(db, who, numbered, now))
        appraise(db, who, made[-1], now)
    return made


LEVELS = ("biet", "hieu", "van_dung")


def make_paper(db: Session, who: Province, now: datetime) -> TestForm:
    structure = small_structure(choice=6, cluster=2, short=2)
    form = forms.create_form_from(
        db, who.officer, structure, code="TOAN-01", title="Toán 12", now=now
    )
    forms.fill_form(db, who.officer, form, seed=7, now=now)
    return forms.freeze_form(db, who.officer, form, now=now)


def hold_sitting(
    db: Session, who: Province, form: TestForm, n: int, now: datetime
) -> tuple[Sitting, dict[str, str]]:
    """An open sitting and the codes on the candidates' slips."""
    sitting = sittings.create_sitting(
        db,
        who.officer,
        form=form,
        title="Thi thử",
        unit=db.get_one(Unit, who.school_id),
        starts_at=now + timedelta(hours=1),
        minutes=90,
        late_minutes=None,
        openers=1,
        now=now,
    )
    lines = ["so_bao_danh,ho_ten,ngay_sinh"]
    lines += [f"03{i:06d},Thí sinh {i},01/02/2009" for i in range(1, n + 1)]
    roster = "\n".join(lines).encode()
    candidates = sittings.import_roster(db, who.officer, sitting, roster, now=now)
    issued = sittings.issue_codes(
        db,
        who.officer,
        sitting,
        candidates[:2],
        new_code=passwords.new_code,
        hash_code=passwords.hash_code,
        now=now,
    )
    sittings.open_sitting(db, who.officer, sitting, now=now)
    return sitting, {one.candidate.number: one.code for one in issued}


def take_seat(db: Session, candidate: Candidate, now: datetime) -> Held:
    token = passwords.token_hash(passwords.new_token())
    devices.sign_in(db, candidate, token_hash=token, device="máy 1", now=now)
    attempt.start(db, attempts.held_by(db, token), now=now)
    return attempts.held_by(db, token)


def answer(db: Session, held: Held, values: dict, now: datetime, first: int = 1) -> int:
    """Save these responses; the number of the last event."""
    changes = [
        Change(seq, "answer", place, value, now.isoformat())
        for seq, (place, value) in enumerate(values.items(), start=first)
    ]
    attempt.save_events(db, held, changes, now=now)
    return first + len(changes) - 1


def test_the_author_may_neither_appraise_nor_decide(db, province, now) -> None:
    item = write(db, province, choice_content("A"), now)
    task = rounds.tasks_of_round(db, rounds.open_round(db, item).id)[0]
    with pytest.raises(Refused) as refusal:
        review.give_verdict(
            db,
            province.teacher,
            task.assignment,
            verdict="accept",
            checklist={},
            comment="",
            now=now,
        )
    assert "tác giả" in str(refusal.value)
    with pytest.raises(Refused):
        review.decide(db, province.teacher, task.round, decision="approve", reason="", now=now)
    assert item.approved_version is None


def test_a_candidate_who_comes_back_finds_everything_and_gets_the_official_points(
    db, province, now
) -> None:
    bank_of(db, province, now)
    form = make_paper(db, province, now)
    _, codes = hold_sitting(db, province, form, 2, now)
    places = {p.label: p for p in form_repository.form_items(db, form.id)}
    number, code = next(iter(codes.items()))
    candidate = devices.identify(db, number, code, passwords.verify_code, passwords.hash_code("x"))
    held = take_seat(db, candidate, now)
    given = {
        places["I.1"].id: "B",
        places["II.1"].id: {"a": True, "b": False, "c": True, "d": True},  # three of four right
        places["III.1"].id: "3.5",
    }
    last = answer(db, held, given, now)
    later = now + timedelta(minutes=10)
    assert attempts.effective_responses(db, held.attempt.id) == given
    last = answer(db, held, {places["I.1"].id: "A"}, later, first=last + 1)
    last = answer(db, held, {places["I.1"].id: "B"}, later, first=last + 1)

    receipt = attempt.submit(db, held, last_seq=last, now=later)
    assert (receipt.answered, receipt.total) == (3, 10)
    assert attempt.submit(db, held, last_seq=last, now=later) == receipt

    facts = results.score_attempt(db, held.attempt, now=later)
    points = {fact.form_item_id: fact.points for fact in facts}
    assert points[places["I.1"].id] == Decimal("0.25")
    assert points[places["II.1"].id] == Decimal("0.5")
    assert points[places["III.1"].id] == Decimal("0.5")
    assert sum(points.values()) == Decimal("1.25")


def test_responses_come_back_to_the_items_as_parameters(db, province, now) -> None:
    bank = bank_of(db, province, now)
    form = make_paper(db, province, now)
    sitting, _ = hold_sitting(db, province, form, N_CANDIDATES, now)

    entries = form_repository.entries(db, form.id)
    labels = [entry.place.label for entry in entries]
    contents = [entry.content for entry in entries]
    rng = np.random.default_rng(2026)
    truth = draw_cohort(list(zip(labels, contents, strict=True)), N_CANDIDATES, rng)
    for i in range(N_CANDIDATES):
        candidate = db.query(Candidate).filter_by(
            sitting_id=sitting.id, number=f"03{i + 1:06d}"
        ).one()  # fmt: skip
        held = take_seat(db, candidate, now)
        values = respond(contents, truth.categories[i].tolist(), rng)
        given = {e.place.id: v for e, v in zip(entries, values, strict=True) if v is not None}
        last = answer(db, held, given, now)
        attempt.submit(db, held, last_seq=last, now=now)

    sittings.close_sitting(db, province.officer, sitting, now=now)
    assert results.score_sitting(db, province.officer, sitting, now=now) == N_CANDIDATES
    assert score_matrix(db, form.id).n_persons == N_CANDIDATES

    plan = CalibrationPlan(form.id, (f"sitting:{sitting.id}",), title="Lần một")
    values = calibrate_data(read_data(db, plan), plan)
    run = store_run(db, province.psychometrician, form, values, now=now)

    assert run.converged
    assert calibrations.operational_for_item(db, bank[0].id) is None
    for row in calibrations.undecided_of_run(db, run.id):
        decide_item(
            db, province.psychometrician, run, row.label,
            decision="watch", reason="Xem lại ở kì sau", now=now,
        )  # fmt: skip
    declare(db, province.psychometrician, run, reason="Dữ liệu đã rà", now=now)
    for item in bank:
        found = calibrations.operational_for_item(db, item.id)
        assert found.version_hash == item.approved_version
        assert found.standard_errors["a"] > 0
    estimated = {a.person: a.theta for a in calibrations.abilities_of_run(db, run.id)}
    theta = [estimated[f"03{i + 1:06d}"] for i in range(N_CANDIDATES)]
    reliability = run.summary["reliability"]
    agreement = np.corrcoef(theta, truth.theta)[0, 1]
    assert agreement > np.sqrt(reliability) - 0.1
