"""Transactions at the edge: all or nothing, and looking is not writing."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from api.db import WrittenWhileReading
from itembank.people import service
from itembank.people.models import Unit


def _count(database) -> int:
    with database.read() as db:
        return db.scalar(select(func.count()).select_from(Unit))


def test_what_fails_half_way_leaves_nothing(database):
    with pytest.raises(ZeroDivisionError), database.write() as db:
        service.create_unit(db, code="A", name="A", kind="truong")
        raise ZeroDivisionError
    assert _count(database) == 0


def test_a_change_in_a_reading_transaction_is_an_error_not_a_loss(database):
    with pytest.raises(WrittenWhileReading), database.read() as db:
        db.add(Unit(code="A", name="A", kind="truong"))
    assert _count(database) == 0


def test_a_long_look_does_not_keep_a_writer_waiting(database):
    with database.read() as looking:
        looking.scalar(select(func.count()).select_from(Unit))
        with database.write() as db:
            service.create_unit(db, code="A", name="A", kind="truong")
    assert _count(database) == 1
