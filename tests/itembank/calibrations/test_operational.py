"""One run speaks for a form because a named person said so; nothing said is ever overwritten."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError

from itembank.audit import AuditEvent
from itembank.calibrations import repository
from itembank.calibrations.models import RunDeclaration
from itembank.calibrations.operational import decide_item, declare, store_analysis
from itembank.calibrations.service import store_run
from itembank.calibrations.states import SECOND_OPINION
from itembank.errors import Conflict, Invalid, NotFound, Refused
from itembank.forms import service as forms
from itembank.items.models import Item
from itembank.notices.repository import recent
from itembank.permissions import Role
from tests.factories.forms import make_actor, make_unit

from .test_calibrations import run_values

REASON = "Đã rà dữ liệu và các câu có cờ"


@pytest.fixture
def form(db, now):
    items = [("Q1", 2), ("Q2", 3)]
    return forms.create_external_form(
        db, None, code="NGOAI", title="Đề ngoài", subject="toan", items=items, now=now
    )


@pytest.fixture
def unit(db):
    return make_unit(db)


@pytest.fixture
def quan(db, unit, now):
    return make_actor(db, unit, "quan", Role.PSYCHOMETRICIAN, now=now, subject="toan")


def stored(db, form, now, a: float = 1.1, **changed):
    return store_run(db, None, form, replace(run_values(db, form, a), **changed), now=now)


def ids_of(db, run):
    return [row.item_id for row in repository.items_of_run(db, run.id)]


def test_only_the_declared_run_feeds_the_bank(db, form, quan, now) -> None:
    first = stored(db, form, now, a=0.9)
    stored(db, form, now + timedelta(hours=1), a=1.4)
    declare(db, quan, first, reason=REASON, now=now)
    item_id = ids_of(db, first)[0]
    assert repository.operational_for_item(db, item_id).estimates["a"] == 0.9


def test_a_later_declaration_supersedes_and_the_earlier_one_stays(db, form, quan, now) -> None:
    first, second = stored(db, form, now, a=0.9), stored(db, form, now, a=1.4)
    one = declare(db, quan, first, reason=REASON, now=now)
    two = declare(db, quan, second, reason="Thay lần 1", now=now + timedelta(days=1))
    assert two.supersedes == one.id
    assert [d.run_id for d in repository.declarations_of_form(db, form.id)] == [
        second.id,
        first.id,
    ]
    assert repository.operational_for_item(db, ids_of(db, first)[0]).estimates["a"] == 1.4
    assert [run.id for _, run, _ in repository.declarations_in_force(db)] == [second.id]


def test_going_back_to_an_earlier_run_is_a_declaration_too(db, form, quan, now) -> None:
    first, second = stored(db, form, now, a=0.9), stored(db, form, now, a=1.4)
    for moment, run in enumerate((first, second, first)):
        declare(db, quan, run, reason=REASON, now=now + timedelta(days=moment))
    assert repository.operational_for_item(db, ids_of(db, first)[0]).estimates["a"] == 0.9


def test_flags_must_be_decided_first_and_each_is_named(db, form, quan, now) -> None:
    run = stored(db, form, now, a=0.3)
    with pytest.raises(Invalid) as refused:
        declare(db, quan, run, reason=REASON, now=now)
    assert [str(p.where) for p in refused.value.problems] == ["Q1", "Q2"]
    decide_item(db, quan, run, "Q1", decision="watch", reason="Giữ làm câu dễ", now=now)
    with pytest.raises(Invalid) as refused:
        declare(db, quan, run, reason=REASON, now=now)
    assert [str(p.where) for p in refused.value.problems] == ["Q2"]
    decide_item(db, quan, run, "Q2", decision="do_not_score", reason="Sai đáp án", now=now)
    assert declare(db, quan, run, reason=REASON, now=now).number == 1


def test_the_newest_decision_counts_and_all_stay(db, form, quan, now) -> None:
    run = stored(db, form, now)
    decide_item(db, quan, run, "Q1", decision="keep", reason="ổn", now=now)
    decide_item(db, quan, run, "Q1", decision="watch", reason="xem", now=now + timedelta(minutes=1))
    item_id = ids_of(db, run)[0]
    assert repository.decisions_of_run(db, run.id)[item_id].decision == "watch"
    kept = select(func.count()).select_from(AuditEvent)
    assert db.scalar(kept.where(AuditEvent.action == "item_decision.recorded")) == 2


@pytest.mark.parametrize(
    ("typed", "fields"),
    [
        ({"decision": "drop", "reason": "x"}, ["decision"]),
        ({"decision": "keep", "reason": "  "}, ["reason"]),
        ({"decision": "", "reason": "x" * 3000}, ["decision", "reason"]),
    ],
)
def test_a_decision_needs_a_choice_and_a_reason(db, form, quan, now, typed, fields) -> None:
    run = stored(db, form, now)
    with pytest.raises(Invalid) as refused:
        decide_item(db, quan, run, "Q1", now=now, **typed)
    assert [str(p.where) for p in refused.value.problems] == fields


def test_an_item_that_is_not_in_the_run_is_not_found(db, form, quan, now) -> None:
    with pytest.raises(NotFound):
        decide_item(db, quan, stored(db, form, now), "Q9", decision="keep", reason="x", now=now)


def test_a_declaration_needs_a_reason(db, form, quan, now) -> None:
    with pytest.raises(Invalid) as refused:
        declare(db, quan, stored(db, form, now), reason=" ", now=now)
    assert [str(p.where) for p in refused.value.problems] == ["reason"]


def test_what_has_not_converged_cannot_be_declared(db, form, quan, now) -> None:
    with pytest.raises(Conflict) as refused:
        declare(db, quan, stored(db, form, now, converged=False), reason=REASON, now=now)
    assert refused.value.code == "run_not_converged"


def test_the_same_run_is_not_declared_twice(db, form, quan, now) -> None:
    run = stored(db, form, now)
    declare(db, quan, run, reason=REASON, now=now)
    with pytest.raises(Conflict) as refused:
        declare(db, quan, run, reason=REASON, now=now)
    assert refused.value.code == "already_operational"


@pytest.mark.parametrize(("stands", "allowed"), [(True, True), (None, True), (False, False)])
def test_a_second_program_that_disagrees_bars_the_declaration(
    db, form, quan, now, stands, allowed
) -> None:
    run = stored(db, form, now)
    store_analysis(
        db, quan, run, SECOND_OPINION,
        options={}, result={"stands": stands}, software="khác", now=now,
    )  # fmt: skip
    if allowed:
        assert declare(db, quan, run, reason=REASON, now=now).number == 1
        return
    with pytest.raises(Conflict) as refused:
        declare(db, quan, run, reason=REASON, now=now)
    assert refused.value.code == "second_opinion_disagrees"


def test_other_roles_subjects_and_authors_are_refused(db, form, unit, quan, now) -> None:
    run = stored(db, form, now)
    officer = make_actor(db, unit, "cb", Role.EXAM_OFFICER, now=now)
    physicist = make_actor(db, unit, "vl", Role.PSYCHOMETRICIAN, now=now, subject="vat-li")
    author = make_actor(db, unit, "tg", Role.PSYCHOMETRICIAN, now=now, subject="toan")
    db.get_one(Item, ids_of(db, run)[1]).author_id = author.person_id
    db.flush()
    for stranger in (officer, physicist, author):
        with pytest.raises(Refused):
            declare(db, stranger, run, reason=REASON, now=now)
    with pytest.raises(Refused) as refused:
        decide_item(db, author, run, "Q2", decision="keep", reason="x", now=now)
    assert refused.value.code == "author_cannot_decide_fit"
    assert decide_item(db, author, run, "Q1", decision="keep", reason="x", now=now)


def test_a_declaration_is_audited_and_told_to_the_subject_lead(db, form, unit, quan, now) -> None:
    lead = make_actor(db, unit, "tk", Role.SECRETARY, now=now, subject="toan")
    other = make_actor(db, unit, "tkvl", Role.SECRETARY, now=now, subject="vat-li")
    run = stored(db, form, now)
    declare(db, quan, run, reason=REASON, now=now)
    query = select(AuditEvent).where(AuditEvent.action == "calibration_run.declared")
    event = db.scalars(query).one()
    assert (event.actor_id, event.reason) == (quan.person_id, REASON)
    assert [n.link for n in recent(db, lead.person_id)] == [f"/hieu-chuan/{run.id}"]
    assert recent(db, other.person_id) == []


@pytest.mark.parametrize("table", ["run_declaration", "item_decision", "run_analysis"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET run_id = run_id", "DELETE FROM {}"])
def test_the_database_refuses_to_change_them(db, form, quan, now, table, statement) -> None:
    run = stored(db, form, now)
    decide_item(db, quan, run, "Q1", decision="keep", reason="ổn", now=now)
    declare(db, quan, run, reason=REASON, now=now)
    store_analysis(db, quan, run, "fit", options={}, result={}, software="x", now=now)
    with pytest.raises(DatabaseError, match="append-only"), db.begin_nested():
        db.execute(text(statement.format(table)))


def test_two_declarations_at_once_leave_one(db, form, quan, now) -> None:
    """The number within a form is unique in the database; the second writer learns why."""
    run = stored(db, form, now)
    other = stored(db, form, now)
    made = declare(db, quan, run, reason=REASON, now=now)
    with pytest.raises(DatabaseError), db.begin_nested():
        db.add(
            RunDeclaration(
                form_id=form.id, number=made.number, run_id=other.id, scale="x",
                supersedes=None, reason="x", declared_by=quan.person_id, at=now,
            )
        )  # fmt: skip
