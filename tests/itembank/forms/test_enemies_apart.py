"""Items that must not meet never do, however the form comes to its items; and in a large bank."""

from __future__ import annotations

import time
import uuid
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, text

from itembank.errors import Invalid
from itembank.forms import repository, service
from itembank.forms.assembly import Usable, fill
from itembank.items.content import canonical_bytes, version_name
from itembank.items.models import Item, ItemVersion
from itembank.likeness import service as likeness
from itembank.likeness.repository import enemies_among
from itembank.permissions import Role
from itembank.review import separation
from tests.factories.forms import (
    choice_content,
    make_actor,
    make_item,
    make_person,
    make_unit,
    small_structure,
)

LEVELS = ("biet", "hieu", "van_dung")


def _usable(number, level):
    return Usable(uuid.UUID(int=number), f"{number:064x}", "choice", level, f"t{number % 5}", 2)


@given(
    levels=st.lists(st.sampled_from(LEVELS), min_size=6, max_size=40),
    marks=st.sets(st.tuples(st.integers(0, 39), st.integers(0, 39)), max_size=60),
    seed=st.integers(0, 2**31),
)
def test_no_two_enemies_are_chosen(levels, marks, seed):
    pool = [_usable(n, level) for n, level in enumerate(levels)]
    enemies: dict[uuid.UUID, set[uuid.UUID]] = {}
    for one, other in marks:
        if one != other:
            enemies.setdefault(uuid.UUID(int=one), set()).add(uuid.UUID(int=other))
            enemies.setdefault(uuid.UUID(int=other), set()).add(uuid.UUID(int=one))
    chosen, _ = fill(small_structure(choice=6), pool, seed, enemies)
    for a, b in combinations(chosen, 2):
        assert a.usable.item_id not in enemies.get(b.usable.item_id, ())


@pytest.fixture
def unit(db):
    return make_unit(db)


@pytest.fixture
def officer(db, unit, now):
    return make_actor(db, unit, "canbo", Role.EXAM_OFFICER, now=now)


@pytest.fixture
def author(db, unit, now):
    return make_person(db, unit, "tacgia", Role.TEACHER, now=now)


def _form(db, officer, now, n):
    paper = small_structure(choice=n)
    return service.create_form_from(db, officer, paper, code=f"D{n}", title="Đề", now=now)


def _met(db, form):
    ids = {place.item_id for place in repository.form_items(db, form.id)}
    return enemies_among(db, ids)


def test_a_form_is_filled_and_changed_without_a_meeting(db, officer, author, now):
    content = [choice_content(stem=f"<p>Số {n}</p>") for n in range(4)]
    items = [make_item(db, author, one, now=now) for one in content]
    likeness.mark_enemies(db, officer, items[0], items[1], reason="Trùng ý", now=now)
    form = _form(db, officer, now, 3)
    for seed in range(6):
        service.fill_form(db, officer, form, seed=seed, now=now)
        assert _met(db, form) == {}
    with pytest.raises(Invalid):
        service.fill_form(db, officer, _form(db, officer, now, 4), seed=1, now=now)

    there = {place.item_id for place in repository.form_items(db, form.id)}
    left_out = next(item for item in items if item.id not in there)
    others = [p for p in repository.form_items(db, form.id) if p.item_id not in _pair(items)]
    for place in others:
        offered = {u.item_id for u in service.replacements(db, officer, form, place)}
        assert left_out.id not in offered, "its enemy stands elsewhere in the form"
    with pytest.raises(Invalid):
        service.replace_item(db, officer, form, others[0].id, left_out.id, now=now)
    _let_them_meet(db, officer, items, form, now)
    with pytest.raises(Invalid, match="Đề chưa chốt được"):
        service.freeze_form(db, officer, form, now=now)


def _pair(items):
    return {items[0].id, items[1].id}


def _let_them_meet(db, officer, items, form, now):
    """Two items of a filled form are marked afterwards."""
    placed = [p.item_id for p in repository.form_items(db, form.id)]
    one, other = (next(i for i in items if i.id == placed[n]) for n in (0, 1))
    likeness.mark_enemies(db, officer, one, other, reason="Nhận ra sau", now=now)


@pytest.mark.slow
def test_a_form_is_filled_from_more_than_ten_thousand_items(db, officer, author, now):
    n = 12_000
    ids = _approved(db, author, n, now)
    form = _form(db, officer, now, 40)
    items = [db.get_one(Item, one) for one in ids[:2]]
    likeness.mark_enemies(db, officer, *items, reason="Trùng ý", now=now)
    began = time.process_time()
    assert len(service.usable_pool(db, officer, form)) == n
    placed = service.fill_form(db, officer, form, seed=3, now=now)
    print(f"a pool of {n} items, 40 chosen: {time.process_time() - began:.2f} s of the processor")
    assert len({place.item_id for place in placed}) == 40
    assert _met(db, form) == {}


def _approved(db, author, n, now):
    """Items in use, loaded without their appraisals: the guards that ask for these are down."""
    dialect = db.get_bind().dialect.name
    for statement in separation.removals(dialect, separation.APPROVAL):
        db.execute(text(statement))
    items, versions = [], []
    for number in range(n):
        stored = canonical_bytes(choice_content(stem=f"<p>Số {number}</p>"))
        row = {"id": uuid.uuid4(), "author_id": author.id, "created_at": now}
        name = version_name(stored)
        items.append({
            **row, "code": f"N-{number}", "kind": "choice", "subject": "toan", "grade": 12,
            "topic": f"t{number % 9}", "level": LEVELS[number % 3], "label": "", "state": "approved",
            "unit_id": author.unit_id, "n_categories": 2, "current_version": name,
            "approved_version": name,
        })  # fmt: skip
        versions.append({
            "hash": name, "item_id": row["id"], "number": 1, "schema": 1, "stored": stored,
            "author_id": author.id, "created_at": now, "reason": "",
        })  # fmt: skip
    db.execute(insert(Item), items)
    db.execute(insert(ItemVersion), versions)
    return [row["id"] for row in items]
