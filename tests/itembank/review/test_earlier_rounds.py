"""Rounds from before routes keep their reviewers, verdicts and decisions when the schema is raised."""

from __future__ import annotations

import uuid

import pytest
from sqlalchemy import text

from api import migrations
from itembank.review import repository, states

ID = {name: uuid.uuid4() for name in ("unit", "author", "one", "two", "item", "round", "a", "b")}
VERSION = "0" * 64


def _key(database, name):
    """Identifiers as each database keeps them."""
    return ID[name].hex if database.engine.dialect.name == "sqlite" else str(ID[name])


def _fill(database, now):
    at = now.strftime("%Y-%m-%d %H:%M:%S")
    key = {name: _key(database, name) for name in ID}
    rows = [
        f"INSERT INTO unit (id, code, name, kind) VALUES ('{key['unit']}', 'SO', 'Sở', 'so')",
        *(
            "INSERT INTO person (id, unit_id, username, full_name, must_change_password, is_active,"
            f" subjects, created_at) VALUES ('{key[who]}', '{key['unit']}', '{who}', '{who}',"
            f" true, true, '', '{at}')"
            for who in ("author", "one", "two")
        ),
        "INSERT INTO item (id, code, kind, subject, topic, label, search_text, state, author_id,"
        f" n_categories, created_at) VALUES ('{key['item']}', 'C-1', 'choice', 'toan', '', '', '',"
        f" 'in_review', '{key['author']}', 2, '{at}')",
        "INSERT INTO item_version (hash, item_id, number, schema, stored, author_id, created_at,"
        f" reason) VALUES ('{VERSION}', '{key['item']}', 1, 1, '{{}}', '{key['author']}', '{at}', '')",
        "INSERT INTO review_round (id, version_hash, item_id, opened_at)"
        f" VALUES ('{key['round']}', '{VERSION}', '{key['item']}', '{at}')",
        *(
            "INSERT INTO review_assignment (id, round_id, role, reviewer_id, assigned_at) VALUES"
            f" ('{key[seat]}', '{key['round']}', '{role}', '{key[who]}', '{at}')"
            for seat, role, who in (("a", "appraiser", "one"), ("b", "counter_reviewer", "two"))
        ),
        "INSERT INTO review_verdict (assignment_id, verdict, checklist, comment, at)"
        f" VALUES ('{key['a']}', 'accept', '{{}}', 'Được', '{at}')",
    ]
    with database.write() as db:
        for row in rows:
            db.execute(text(row))


def test_rounds_under_way_go_on_at_the_departments_stage(database, now):
    migrations.downgrade(database, "0006")
    _fill(database, now)
    migrations.upgrade(database)
    with database.read() as db:
        round_ = repository.round_by_id(db, ID["round"])
        tasks = repository.tasks_of_stage(db, round_)
        told = [(t.assignment.role, t.assignment.seat, t.assignment.reviewer_id) for t in tasks]
        verdicts = [t.verdict.verdict for t in tasks if t.verdict]
    assert told == [("appraiser", 1, ID["one"]), ("counter_reviewer", 2, ID["two"])]
    assert verdicts == ["accept"]
    assert states.result_of(verdicts, 2) == "waiting"


def test_what_the_earlier_schema_could_not_hold_is_not_thrown_away(database, now):
    migrations.downgrade(database, "0006")
    _fill(database, now)
    migrations.upgrade(database, "0007")
    with pytest.raises(RuntimeError, match="appraisal rounds are on record"):
        migrations.downgrade(database, "0006")
    with database.read() as db:
        assert db.execute(text("SELECT COUNT(*) FROM review_assignment")).scalar() == 2
