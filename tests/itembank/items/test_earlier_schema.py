"""An item keeps its row when the schema is lowered past the column of searched text, and raised."""

from __future__ import annotations

from sqlalchemy import inspect, select, text

from api import migrations
from itembank.items.models import Item


def _columns(database):
    return {column["name"] for column in inspect(database.engine).get_columns("item")}


def test_the_column_of_searched_text_goes_and_comes_back_around_the_rows(database, now) -> None:
    with database.write() as db:
        db.add(Item(code="C-1", kind="choice", subject="toan", state="external", created_at=now))
    migrations.downgrade(database, "0016")
    with database.write() as db:
        assert db.execute(text("SELECT code, search_text FROM item")).all() == [("C-1", "")]
        db.execute(text("UPDATE item SET search_text = 'tiệm cận'"))
    migrations.upgrade(database)
    assert "search_text" not in _columns(database)
    with database.read() as db:
        assert db.scalars(select(Item.code)).all() == ["C-1"]
