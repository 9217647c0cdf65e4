"""A search kept under a name is its owner's alone."""

from __future__ import annotations

import pytest

from itembank.errors import Invalid, NotFound
from itembank.finding.saved import forget, save, searches_of
from tests.factories.bank import make_province


@pytest.fixture
def province(db, now):
    return make_province(db, now=now)


def test_kept_under_a_name_replaced_and_forgotten(db, province, now):
    author, other = province.actor(db, "author"), province.actor(db, "secretary")
    first = save(db, author, name="  Toán  12 ", address="mon=toan&lop=12", now=now)
    again = save(db, author, name="Toán 12", address="mon=toan", now=now)
    assert [(s.name, s.address) for s in searches_of(db, author)] == [("Toán 12", "mon=toan")]
    assert first.id == again.id
    assert not searches_of(db, other)
    with pytest.raises(NotFound):
        forget(db, other, first.id, now=now)
    forget(db, author, first.id, now=now)
    assert not searches_of(db, author)


@pytest.mark.parametrize(("name", "address"), [(" ", "mon=toan"), ("a", "q=" + "x" * 4_000)])
def test_without_a_name_or_too_long_is_refused_with_its_place(db, province, now, name, address):
    with pytest.raises(Invalid) as refused:
        save(db, province.actor(db, "author"), name=name, address=address, now=now)
    assert [str(p.where) for p in refused.value.problems] == ["ten"]
