"""A cluster with a score table of its own is worth that table in the form it stands in."""

from __future__ import annotations

from decimal import Decimal

import pytest

from itembank.forms import repository, service
from itembank.permissions import Role
from tests.factories.forms import (
    cluster_content,
    make_actor,
    make_item,
    make_person,
    make_unit,
    small_structure,
)

SHARES = ("0", "0.2", "0.4", "0.7", "1")


def _cluster(number, shares=()):
    content = cluster_content(stem=f"<p>Xét các mệnh đề về số {number}.</p>")
    told = content.interaction.model_copy(update={"shares": tuple(map(Decimal, shares))})
    return content.model_copy(update={"interaction": told})


@pytest.fixture
def officer(db, now):
    return make_actor(db, make_unit(db), "canbo", Role.EXAM_OFFICER, now=now)


@pytest.fixture
def author(db, officer, now):
    return make_person(db, make_unit(db, code="TRUONG"), "tacgia", Role.TEACHER, now=now)


def _form(db, officer, now):
    paper = small_structure(cluster=1)
    return service.create_form_from(db, officer, paper, code="D", title="Đề", now=now)


def test_own_shares_of_the_most_that_the_part_gives(db, officer, author, now):
    make_item(db, author, _cluster(1, SHARES), now=now)
    form = _form(db, officer, now)
    service.fill_form(db, officer, form, seed=1, now=now)
    (place,) = repository.form_items(db, form.id)
    most = repository.structure_of(form).parts[0].weights[-1]
    assert [Decimal(w) for w in place.weights] == [Decimal(s) * most for s in SHARES]
    assert place.placed_by == officer.person_id
    service.freeze_form(db, officer, form, now=now)


def test_a_replacement_brings_its_own_points(db, officer, author, now):
    make_item(db, author, _cluster(1, SHARES), now=now)
    form = _form(db, officer, now)
    service.fill_form(db, officer, form, seed=1, now=now)
    plain = make_item(db, author, _cluster(2), now=now)
    (place,) = repository.form_items(db, form.id)
    service.replace_item(db, officer, form, place.id, plain.id, now=now)
    assert place.weights == ["0", "0.1", "0.25", "0.5", "1"]
