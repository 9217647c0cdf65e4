"""Planning a sitting, its roster and codes, opening and closing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from delivery.sittings import repository, service
from delivery.sittings.models import Candidate
from itembank.audit import AuditEvent
from itembank.errors import Invalid, Refused
from itembank.forms import service as forms
from itembank.permissions import Role
from tests.factories.forms import (
    make_actor,
    make_frozen_form,
    make_person,
    make_unit,
    small_structure,
)
from tests.factories.sittings import (
    fake_code,
    fake_hash,
    make_sitting,
    numbered_roster,
    roster_csv,
)

HASHED = {"new_code": fake_code, "hash_code": fake_hash}


@pytest.fixture
def desk(db, now):
    unit = make_unit(db)
    author = make_person(db, unit, "tacgia", now=now)
    officer = make_actor(db, unit, "canbo", Role.EXAM_OFFICER, now=now)
    return officer, make_frozen_form(db, officer, author, now=now), unit


def _plan(db, desk, now, **changes):
    officer, form, unit = desk
    asked = {
        "form": form,
        "title": "Thi thử",
        "unit": unit,
        "starts_at": now + timedelta(hours=1),
        "minutes": 90,
        **changes,
    }
    return service.create_sitting(db, officer, now=now, **asked)


def test_sitting_needs_a_frozen_form_and_sensible_times(db, desk, now) -> None:
    officer = desk[0]
    draft = forms.create_form_from(
        db, officer, small_structure(choice=1), code="N", title="N", now=now
    )
    with pytest.raises(Invalid) as refused:
        _plan(db, desk, now, form=draft, title=" ", minutes=0, starts_at=now - timedelta(days=2))
    told = {str(p.where) for p in refused.value.problems}
    assert told == {"form", "title", "minutes", "day"}


def test_bad_roster_adds_nobody(db, desk, now) -> None:
    sitting = _plan(db, desk, now)
    data = roster_csv("1,A,05/03/2008,,,", "1,B,05/03/2008,,,")
    with pytest.raises(Invalid):
        service.import_roster(db, desk[0], sitting, data, now=now)
    assert repository.candidates(db, sitting.id) == []


def test_dry_run_shows_numbers_and_writes_nothing(db, desk, now) -> None:
    sitting = _plan(db, desk, now)
    data = roster_csv(",A,05/03/2008,,,", ",B,05/03/2008,,,")
    rows = service.plan_roster(db, desk[0], sitting, data, council="03", now=now)
    assert [row.number for row in rows] == ["03000001", "03000002"]
    assert repository.candidates(db, sitting.id) == []


def test_blank_numbers_need_a_council_and_run_on_over_sittings(db, desk, now) -> None:
    first, second = _plan(db, desk, now), _plan(db, desk, now)
    data = roster_csv(",A,05/03/2008,,,")
    with pytest.raises(Invalid) as refused:
        service.import_roster(db, desk[0], first, data, council="", now=now)
    assert refused.value.code == "council_missing"
    for sitting in (first, second):
        service.import_roster(db, desk[0], sitting, data, council="03", now=now)
    numbers = [repository.candidates(db, s.id)[0].number for s in (first, second)]
    assert numbers == ["03000001", "03000002"]


def test_roster_is_replaced_only_before_codes_are_issued(db, desk, now) -> None:
    officer = desk[0]
    sitting = _plan(db, desk, now)
    service.import_roster(db, officer, sitting, numbered_roster(3), now=now)
    service.import_roster(db, officer, sitting, numbered_roster(2), replace_existing=True, now=now)
    people = repository.candidates(db, sitting.id)
    assert len(people) == 2
    service.issue_codes(db, officer, sitting, people, **HASHED, now=now)
    with pytest.raises(Refused):
        service.import_roster(
            db, officer, sitting, numbered_roster(2), replace_existing=True, now=now
        )


def test_codes_are_returned_once_and_only_their_hash_is_kept(db, desk, now) -> None:
    officer, form, unit = desk
    sitting, people = make_sitting(db, officer, form, unit, now=now)
    issued = service.issue_codes(db, officer, sitting, people, **HASHED, now=now)
    assert len({one.code for one in issued}) == 3
    for one in issued:
        assert one.candidate.code_hash == fake_hash(one.code)
        assert len(repository.code_issues(db, one.candidate.id)) == 1
    told = str(db.scalars(select(AuditEvent.after)).all())
    assert not any(one.code in told for one in issued)
    with pytest.raises(Invalid):
        service.issue_codes(db, officer, sitting, people, **HASHED, now=now)


def test_reissued_code_kills_the_old_and_needs_a_reason(db, desk, now) -> None:
    officer, form, unit = desk
    sitting, people = make_sitting(db, officer, form, unit, now=now, opened=True)
    old = people[0].code_hash
    with pytest.raises(Invalid):
        service.re_issue_code(db, officer, sitting, people[0], reason=" ", **HASHED, now=now)
    issued = service.re_issue_code(
        db, officer, sitting, people[0], reason="mất phiếu", **HASHED, now=now
    )
    assert people[0].code_hash == fake_hash(issued.code) != old
    assert [i.reason for i in repository.code_issues(db, people[0].id)] == ["", "mất phiếu"]


def test_sitting_opens_once_with_codes_and_closes_once(db, desk, now) -> None:
    officer, form, unit = desk
    sitting, people = make_sitting(db, officer, form, unit, now=now)
    with pytest.raises(Invalid):
        service.open_sitting(db, officer, sitting, now=now)
    with pytest.raises(Refused):
        service.close_sitting(db, officer, sitting, now=now)
    service.issue_codes(db, officer, sitting, people, **HASHED, now=now)
    service.open_sitting(db, officer, sitting, now=now)
    with pytest.raises(Refused):
        service.open_sitting(db, officer, sitting, now=now)
    service.close_sitting(db, officer, sitting, now=now)
    for verb in (service.open_sitting, service.close_sitting):
        with pytest.raises(Refused):
            verb(db, officer, sitting, now=now)
    with pytest.raises(Refused):
        service.import_roster(db, officer, sitting, roster_csv("9,A,05/03/2008,,,"), now=now)
    with pytest.raises(Refused):
        service.re_issue_code(db, officer, sitting, people[0], reason="x", **HASHED, now=now)


def test_each_verb_leaves_one_audit_event(db, desk, now) -> None:
    officer, form, unit = desk
    sitting, people = make_sitting(db, officer, form, unit, now=now, opened=True)
    service.re_issue_code(db, officer, sitting, people[0], reason="x", **HASHED, now=now)
    service.close_sitting(db, officer, sitting, now=now)
    ids = [str(sitting.id), str(people[0].id)]
    query = select(AuditEvent.action).where(AuditEvent.object_id.in_(ids))
    assert db.scalars(query.order_by(AuditEvent.seq)).all() == [
        "sitting.created",
        "roster.imported",
        "codes.issued",
        "sitting.opened",
        "code.reissued",
        "sitting.closed",
    ]


def test_invigilator_runs_the_sitting_but_does_not_plan_it(db, desk, now) -> None:
    officer, form, unit = desk
    invigilator = make_actor(db, unit, "giamthi", Role.INVIGILATOR, now=now)
    stranger = make_actor(db, make_unit(db, "KHAC"), "la", Role.INVIGILATOR, now=now)
    sitting, people = make_sitting(db, officer, form, unit, now=now)
    with pytest.raises(Refused):
        service.issue_codes(db, invigilator, sitting, people, **HASHED, now=now)
    service.issue_codes(db, officer, sitting, people, **HASHED, now=now)
    with pytest.raises(Refused):
        service.open_sitting(db, stranger, sitting, now=now)
    service.open_sitting(db, invigilator, sitting, now=now)
    assert [line.sitting.id for line in repository.visible_sittings(db, invigilator)] == [
        sitting.id
    ]
    assert repository.visible_sittings(db, stranger) == []


def test_list_counts_candidates_and_codes(db, desk, now) -> None:
    officer, form, unit = desk
    sitting, people = make_sitting(db, officer, form, unit, now=now)
    service.issue_codes(db, officer, sitting, people[:1], **HASHED, now=now)
    (line,) = repository.visible_sittings(db, officer)
    assert (line.n_candidates, line.n_codes, line.unit.id) == (3, 1, unit.id)
    assert db.scalars(select(Candidate.sitting_id)).first() == sitting.id
