"""Calibrations as facts: what goes in comes out, the newest is found, nothing can be changed."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import DatabaseError

from itembank.audit import AuditEvent
from itembank.calibrations import repository
from itembank.calibrations.flags import FlagRule, flags_of
from itembank.calibrations.models import CalibrationRun
from itembank.calibrations.service import store_run
from itembank.calibrations.values import AbilityValue, ItemValues, RunValues
from itembank.errors import Invalid, Refused
from itembank.forms import service as forms
from itembank.forms.models import FormItem, TestForm
from itembank.permissions import Role
from tests.factories.forms import make_actor, make_unit


@pytest.fixture
def form(db, now) -> TestForm:
    items = [("Q1", 2), ("Q2", 3)]
    return forms.create_external_form(
        db, None, code="NGOAI", title="Đề ngoài", subject="toan", items=items, now=now
    )


def item_values(item_id: uuid.UUID, position: int, a: float = 1.1) -> ItemValues:
    return ItemValues(
        item_id=item_id,
        version_hash=None,
        position=position,
        label=f"Q{position}",
        model="2pl",
        estimates={"a": a, "b": -0.3},
        standard_errors={"a": 0.08, "b": 0.05},
        statistics={"point_biserial": 0.4, "infit": 1.0, "rmsd": 0.01},
        curve={"groups": [], "model": {"theta": [-3, 3], "expected": [0.1, 0.9]}},
    )


def run_values(db, form, a: float = 1.1) -> RunValues:
    query = select(FormItem).where(FormItem.form_id == form.id).order_by(FormItem.position)
    items = [item_values(place.item_id, place.position, a) for place in db.scalars(query)]
    return RunValues(
        title="Lần một",
        model="gpcm",
        options={"nodes": 61},
        data_hash="d" * 64,
        software="khaothi",
        converged=True,
        log_likelihood=-123.25,
        cycles=9,
        gradient_norm=1e-7,
        n_persons=2,
        population={"mean": 0.0, "sd": 1.0},
        trace=[-130.0, -123.25],
        summary={"reliability": 0.8},
        items=items,
        abilities=[AbilityValue("1", -0.5, 0.4, 3.0), AbilityValue("2", 1.25, 0.5, None)],
    )


def test_what_goes_in_comes_out(db, form, now) -> None:
    run = store_run(db, None, form, run_values(db, form), now=now)
    db.expire_all()
    found = repository.run_by_id(db, run.id)
    assert (found.log_likelihood, found.n_items, found.trace) == (-123.25, 2, [-130.0, -123.25])
    assert [i.label for i in repository.items_of_run(db, run.id)] == ["Q1", "Q2"]
    abilities = repository.abilities_of_run(db, run.id)
    assert [(a.person, a.theta, a.raw_score) for a in abilities] == [
        ("2", 1.25, None),
        ("1", -0.5, 3),
    ]


def test_a_run_feeds_no_item_by_being_stored(db, form, now) -> None:
    first = store_run(db, None, form, run_values(db, form, a=0.7), now=now)
    later = now + timedelta(days=1)
    second = store_run(db, None, form, run_values(db, form, a=1.4), now=later)
    ids = [i.item_id for i in repository.items_of_run(db, first.id)]
    assert repository.operational_for_items(db, ids) == {}
    history = [run.id for _, run in repository.runs_of_item(db, ids[0])]
    assert history == [second.id, first.id]
    assert repository.number_of_run(db, first) == 1
    assert repository.number_of_run(db, second) == 2


def test_an_item_never_calibrated_has_no_parameters(db) -> None:
    assert repository.operational_for_item(db, uuid.uuid4()) is None
    assert repository.operational_for_items(db, []) == {}


def test_a_run_cannot_be_edited(db, form, now) -> None:
    run = store_run(db, None, form, run_values(db, form), now=now)
    with pytest.raises(DatabaseError), db.begin_nested():
        db.execute(update(CalibrationRun).where(CalibrationRun.id == run.id).values(cycles=1))


def test_storing_leaves_one_audit_event(db, form, now) -> None:
    store_run(db, None, form, run_values(db, form), now=now)
    query = select(AuditEvent.action).where(AuditEvent.object_type == "calibration_run")
    assert db.scalars(query).all() == ["calibration_run.stored"]


def test_only_a_psychometrician_of_the_subject_may_store(db, form, now) -> None:
    unit = make_unit(db)
    officer = make_actor(db, unit, "cb", Role.EXAM_OFFICER, now=now)
    physicist = make_actor(db, unit, "vl", Role.PSYCHOMETRICIAN, now=now, subject="vat-li")
    allowed = make_actor(db, unit, "dl", Role.PSYCHOMETRICIAN, now=now, subject="toan")
    values = run_values(db, form)
    for stranger in (officer, physicist):
        with pytest.raises(Refused):
            store_run(db, stranger, form, values, now=now)
    assert store_run(db, allowed, form, values, now=now).created_by == allowed.person_id


def test_a_person_twice_is_refused_and_nothing_is_written(db, form, now) -> None:
    values = run_values(db, form)
    doubled = replace(values, abilities=[*values.abilities, AbilityValue("1", 0.0, 0.5, 1.0)])
    with pytest.raises(Invalid) as error:
        store_run(db, None, form, doubled, now=now)
    assert str(error.value.problems[0].where) == "thí sinh 1"
    assert db.scalars(select(CalibrationRun)).all() == []


@pytest.mark.parametrize(
    ("estimates", "errors", "statistics", "expected"),
    [
        ({"a": 0.49, "b": 0.0}, {"b": 0.1}, {"point_biserial": 0.3}, ["slope_low"]),
        ({"a": 0.5, "b": 0.0}, {"b": 0.12}, {"point_biserial": 0.2}, []),
        ({"a": 1.0}, {"b": 0.13}, {"point_biserial": 0.19}, ["correlation_low", "difficulty_uncertain"]),
        ({"a": 1.0}, {}, {"rmsd": 0.031, "infit": 1.3}, ["rmsd_high", "infit_outside"]),
        ({"a": 1.0}, {}, {"infit": 0.79}, ["infit_outside"]),
        ({"a": 1.0, "b": [0.1, 0.2]}, {"b": [0.5, 0.5]}, {"rmsd": None}, []),
    ],
)  # fmt: skip
def test_flags_are_raised_strictly_outside_the_thresholds(
    estimates, errors, statistics, expected
) -> None:
    assert flags_of(estimates, errors, statistics) == expected


def test_a_project_may_set_its_own_flags() -> None:
    strict = [FlagRule("p_high", "statistics", "p", None, 0.9, "quá dễ", "warn")]
    assert flags_of({}, {}, {"p": 0.95}, strict) == ["p_high"]
