"""No table of delivery is forgotten: its rows go out, come home, or stay for a reason."""

from __future__ import annotations

import uuid

import pytest

import api.tables
from delivery.packages.fact_tables import BACK, PLAN, STAYS, rows_of_sitting

TABLES = {
    mapper.class_.__tablename__
    for mapper in api.tables.Base.registry.mappers
    if mapper.class_.__module__.startswith("delivery.")
}


def test_every_table_of_delivery_has_its_place():
    assert set(PLAN) | {fact.name for fact in BACK} | set(STAYS) == TABLES
    assert not {fact.name for fact in BACK} & set(STAYS)


@pytest.mark.parametrize("name", [*PLAN, *(fact.name for fact in BACK)])
def test_rows_of_a_sitting_can_be_told(name):
    assert str(rows_of_sitting(api.tables.Base.metadata.tables[name], uuid.uuid4()))


@pytest.mark.parametrize("fact", BACK, ids=lambda f: f.name)
def test_what_may_change_is_a_column(fact):
    assert fact.filled | fact.newest | fact.planned | set(fact.staged) <= set(fact.table.c.keys())


def test_parents_are_stored_before_children():
    order = [fact.name for fact in BACK]
    for fact in BACK:
        for key in fact.table.foreign_keys:
            parent = key.column.table.name
            assert parent not in order[order.index(fact.name) + 1 :], (fact.name, parent)
