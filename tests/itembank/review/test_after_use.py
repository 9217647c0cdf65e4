"""Declared official, a run with poor numbers puts the item before the council by itself."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select

from itembank.calibrations.operational import decide_item, declare
from itembank.calibrations.service import store_run
from itembank.forms.repository import form_items
from itembank.items.models import Item
from itembank.notices.models import Notice
from itembank.permissions import Role
from itembank.review.council.repository import open_statistics_case
from tests.factories.forms import make_actor, make_frozen_form, make_person, make_unit
from tests.itembank.calibrations.test_calibrations import run_values

POOR = {"n": 300, "p": 0.41, "point_biserial": 0.02}
GOOD = {"n": 300, "p": 0.55, "point_biserial": 0.45}


def _run(db, form, now, statistics, a=1.1):
    values = run_values(db, form, a)
    used = {place.item_id: place.version_hash for place in form_items(db, form.id)}
    items = [
        replace(one, statistics=dict(GOOD), version_hash=used[one.item_id]) for one in values.items
    ]
    items[0] = replace(items[0], statistics=dict(statistics))
    return store_run(db, None, form, replace(values, items=items), now=now)


def _declare(db, lead, run, now):
    decide_item(db, lead, run, "Q1", decision="watch", reason="Để hội đồng xem", now=now)
    declare(db, lead, run, reason="Đã rà câu có cờ", now=now)


def test_poor_numbers_are_queued_with_their_reason_and_good_ones_are_not(db, now):
    unit = make_unit(db)
    officer = make_actor(db, unit, "canbo", Role.EXAM_OFFICER, now=now)
    author = make_person(db, unit, "tacgia", Role.TEACHER, now=now)
    lead = make_actor(db, unit, "quan", Role.PSYCHOMETRICIAN, now=now)
    member = make_person(db, unit, "uyvien", Role.COUNCIL_MEMBER, now=now)
    member.unit_id = make_unit(db, code="TRUONG-KHAC").id  # not of the author's school
    form = make_frozen_form(db, officer, author, now=now)
    run = _run(db, form, now, POOR)
    items = list(db.scalars(select(Item).order_by(Item.id)))
    assert [open_statistics_case(db, item.id) for item in items] == [None] * 3, "not by storing"
    _declare(db, lead, run, now)
    cases = [case for item in items if (case := open_statistics_case(db, item.id))]
    (case,) = cases
    assert "correlation_low" in case.detail["flags"]
    assert case.detail["statistics"]["point_biserial"] == POOR["point_biserial"]
    assert case.version_hash == db.get_one(Item, case.item_id).approved_version
    told = db.scalars(select(Notice).where(Notice.person_id == member.id)).all()
    assert str(case.id) in " ".join(notice.link for notice in told)

    again = _run(db, form, now, POOR, a=1.3)
    _declare(db, lead, again, now)
    assert open_statistics_case(db, case.item_id).id == case.id, "asked once while it waits"
